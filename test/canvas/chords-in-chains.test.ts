// Chords after, before and within other canvases, by their values.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { times, type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const VALUES: readonly ValueCase[] = [
  [
    "C112",
    "chords in a header",
    ({ add, addToAll }) => {
      const first = chord([add.s(1, 2), add.s(3, 4)], add.s([5]));
      return chord([first, chord([add.s(6, 7)], add.s([10]))], addToAll.s(["A"])).delay();
    },
    [
      [3, 7, 5, "A"],
      [13, 10, "A"],
    ],
  ],
  [
    "C117",
    "a task, two groups and a task",
    ({ add, tsum }) =>
      add
        .si(1, 0)
        .pipe(group(add.s(1), add.s(1)))
        .pipe(group(tsum.s(), tsum.s()))
        .pipe(tsum.s())
        .delay(),
    8,
  ],
  [
    "C118",
    "two chords with tasks between",
    ({ add, tsum }) =>
      add
        .si(1, 0)
        .pipe(group(add.s(1), add.s(1)))
        .pipe(tsum.s())
        .pipe(add.s(1))
        .pipe(chord(group(add.s(1), add.s(1)), tsum.s()))
        .delay(),
    12,
  ],
  [
    "C119",
    "nine chords in a row",
    ({ add, tsum }) => {
      const triple = (i: number) =>
        chord(
          times(3, () => add.s(i)),
          tsum.s(),
        );
      const first = chord(
        times(3, () => add.si(1, 0)),
        tsum.s(),
      );
      return chain([first, ...times(7, () => triple(1)), triple(0)]).delay();
    },
    29520,
  ],
  [
    "C120",
    "a chord, a task and a group",
    ({ add, tsum }) =>
      add
        .si(1, 0)
        .pipe(group(add.s(1), add.s(1)))
        .pipe(tsum.s())
        .pipe(add.s(1))
        .pipe(group(add.s(1), add.s(1)))
        .delay(),
    [6, 6],
  ],
  [
    "C121",
    "a chord, two tasks and a group",
    ({ add, tsum }) =>
      group(add.s(1, 1), add.s(1, 1))
        .pipe(tsum.s())
        .pipe(add.s(1))
        .pipe(add.s(1))
        .pipe(group(add.s(1), add.s(1)))
        .delay(),
    [7, 7],
  ],
  [
    "C122",
    "a header of chains that end in chords",
    ({ add }) => {
      const member = chain(add.si(1, 2), chord(group(times(2, () => add.si(1, 2))), add.si(1, 2)));
      return chord([member, member], add.si(2, 2)).delay();
    },
    4,
  ],
  [
    "C124",
    "a task, a group and a replaced task",
    ({ add, addToAll }) =>
      add
        .s(2, 2)
        .pipe(group(times(4, (i) => add.s(i))))
        .pipe(addToAll.s(8))
        .delay(),
    [12, 13, 14, 15],
  ],
  [
    "C126",
    "a chord as first step gets what comes in",
    ({ identity }) => chain(chord([identity.s(), identity.s()], identity.s()), identity.s()).delay(1),
    [1, 1],
  ],
  [
    "C130",
    "a group after a group: the second has two values",
    ({ identity, tsum }) => group(identity.si(1), identity.si(2)).pipe(group(tsum.s(), identity.s())).delay(),
    [3, [1, 2]],
  ],
  [
    "C131",
    "a group, then three tasks",
    ({ add, tsum }) => chain(group(times(5, (i) => add.s(i, i))), tsum.s(), add.s(20), add.s(30)).delay(),
    70,
  ],
  [
    "C132",
    "a chord piped into a chain",
    ({ add }) =>
      chord([add.s("x0", "y0"), add.s("x1", "y1")], add.s(["foo"]))
        .pipe(chain(add.s(["y"]), add.s(["z"])))
        .delay(),
    ["x0y0", "x1y1", "foo", "y", "z"],
  ],
  [
    "C133",
    "a chain of a chord, piped into a group of one",
    ({ identity, tsum, add }) =>
      chain(chord([identity.si(1)], tsum.s()))
        .pipe(group(add.s(1)))
        .delay(),
    2,
  ],
  [
    "C135",
    "three chords in a row",
    ({ add, tsum }) => {
      const step = () => chord([add.s(1), add.s(2)], tsum.s());
      return chain(step(), step(), step()).delay(1);
    },
    29,
  ],
  [
    "C139",
    "an empty group at the end is dropped",
    ({ add }) =>
      add
        .s(1, 1)
        .pipe(group(add.s(2), add.s(3)))
        .pipe(group([]))
        .delay(),
    [4, 5],
  ],
  [
    "C144",
    "a chord piped into a group of one",
    ({ identity, tsum, add }) =>
      chord([identity.si(1)], tsum.s())
        .pipe(group(add.s(1)))
        .delay(),
    2,
  ],
  [
    "section 7",
    "a group as body",
    ({ identity, tsum }) => chord([identity.si(1), identity.si(2)], group(tsum.s(), identity.s())).delay(),
    [3, [1, 2]],
  ],
];

describe.each(BROKERS)("a chord over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(VALUES)("%s %s", async (_id, _shows, send, value) => {
    expect(await valueOf(send(world.tasks))).toEqual(value);
  });
});

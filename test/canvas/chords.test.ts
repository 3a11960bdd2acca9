// Chords, by their values.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CanvasTasks } from "../support/canvas/canvas-fixtures.ts";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { range, times, type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const SIMPLE: readonly ValueCase[] = [
  ["C103", "ten members, summed", ({ add, tsum }) => chord(doubles(add, 10), tsum.s()).delay(), 90],
  ["C105", "a group piped into a task", ({ add, tsum }) => group(doubles(add, 10)).pipe(tsum.s()).delay(), 90],
  ["C106", "an immutable body ignores the list", ({ add }) => chord([add.s(1, 1)], add.si(5, 5)).delay(), 10],
  ["C107", "an empty header, then a replaced body", ({ addToAll }) => chord([], addToAll.s(9)).delay(), []],
  ["C107", "an empty group, then a replaced body", ({ addToAll }) => group([]).pipe(addToAll.s(9)).delay(), []],
  ["section 7", "an empty header", ({ tsum }) => chord([], tsum.s()).delay(), 0],
  ["C108", "a header of one", ({ add, addToAll }) => chord([add.s(2, 5)], addToAll.s(9)).delay(), [16]],
  [
    "C108",
    "a group of one, piped",
    ({ add, addToAll }) =>
      group([add.s(2, 5)])
        .pipe(addToAll.s(9))
        .delay(),
    [16],
  ],
  [
    "C110",
    "in the written order",
    ({ identity }) =>
      chord(
        range(10).map((i) => identity.si(i)),
        identity.s(),
      ).delay(),
    range(10),
  ],
  [
    "C111",
    "never in the order of completion",
    ({ slow, identity }) => chord([slow.s(1, 400), slow.s(2, 200), slow.s(3, 0)], identity.s()).delay(),
    [1, 2, 3],
  ],
  [
    "section 7",
    "null is a value",
    ({ identity }) => chord([identity.s(null), identity.s(2)], identity.s()).delay(),
    [null, 2],
  ],
  [
    "C113",
    "a group in the header is spliced",
    ({ identity }) => chord([group(identity.s(42), identity.s(42))], identity.s()).delay(),
    [42, 42],
  ],
  [
    "C114",
    "a group between others is spliced in order",
    ({ identity }) =>
      chord([identity.si(1), group(identity.si(2), identity.si(3)), identity.si(4)], identity.s()).delay(),
    [1, 2, 3, 4],
  ],
  ["C115", "a chain as header", ({ identity }) => chord(ones(identity), identity.s()).delay(), [3]],
  ["C115", "a chain in the header", ({ identity }) => chord([ones(identity)], identity.s()).delay(), [3]],
  [
    "C116",
    "chains that end in groups are one slot each",
    ({ identity }) =>
      chord(
        times(2, (i) => chain(identity.si(i), group(identity.s(), identity.s()))),
        identity.s(),
      ).delay(),
    [
      [0, 0],
      [1, 1],
    ],
  ],
  [
    "C123",
    "a thousand members",
    ({ identity, tsum }) =>
      group(range(1000).map((i) => identity.si(i)))
        .pipe(tsum.s())
        .delay(),
    499500,
  ],
  [
    "C125",
    "arguments and keywords of the call go to the header",
    ({ add, addToAll }) =>
      group(times(4, (i) => add.s(i)))
        .pipe(addToAll.s(8))
        .applyAsync([4], { kwargs: { z: 1 } }),
    [13, 14, 15, 16],
  ],
  [
    "section 3",
    "arguments and keywords of a chord's call",
    ({ add, identity }) => chord([add.s(1), add.s(2)], identity.s()).applyAsync([10], { kwargs: { z: 5 } }),
    [16, 17],
  ],
  [
    "C127",
    "a chord in a group gets what comes in",
    ({ add, tsum }) => group(chord([add.s(1), add.s(2)], tsum.s()), add.s(3)).delay(10),
    [23, 13],
  ],
  [
    "C153",
    "header tasks that ignore their result",
    ({ addIgnoreResult, add, tsum }) => chord([addIgnoreResult.si(1, 1), add.si(2, 2)], tsum.s()).delay(),
    6,
  ],
  [
    "C147",
    "members that end in groups of four (awaited completions, by their values)",
    ({ identity }) => {
      const member = chain(identity.si(7), group(times(4, () => identity.s())));
      return chord([member, member], identity.s()).delay();
    },
    times(2, () => [7, 7, 7, 7]),
  ],
  [
    "C147",
    "a chain of 42 in the header is one member",
    ({ identity }) => chord([chain(times(42, (i) => identity.si(i)))], identity.s()).delay(),
    [41],
  ],
];

describe.each(BROKERS)("a chord over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(SIMPLE)("%s %s", async (_id, _shows, send, value) => {
    expect(await valueOf(send(world.tasks))).toEqual(value);
  });
});

function doubles(add: CanvasTasks["add"], n: number) {
  return range(n).map((i) => add.s(i, i));
}

function ones(identity: CanvasTasks["identity"]) {
  return chain(identity.si(1), identity.si(2), identity.si(3));
}

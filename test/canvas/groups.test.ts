// Groups, by their values.

import { chain, chord, group, kw } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { range, times, type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const VALUES: readonly ValueCase[] = [
  ["C042", "ten members", ({ add }) => group(range(10).map((i) => add.s(i, i))).delay(), range(10).map((i) => 2 * i)],
  ["C043", "all get what comes in", ({ add }) => group(range(10).map((i) => add.s(i))).delay(10), range(10, 10)],
  [
    "C044",
    "nested groups are spliced",
    ({ add }) => group(add.si(1, 10), group(add.si(1, 100), group(add.si(1, 1000), add.si(1, 2000)))).delay(),
    [11, 101, 1001, 2001],
  ],
  [
    "C045",
    "a thousand members, in order",
    ({ identity }) => group(range(1000).map((i) => identity.s(i))).delay(),
    range(1000),
  ],
  ["C046", "two alike", ({ identity }) => group(identity.s(42), identity.s(42)).delay(), [42, 42]],
  [
    "C047",
    "a chord as the only member",
    ({ identity }) => group(chord([identity.si(42)], identity.s())).delay(),
    [[42]],
  ],
  [
    "C048",
    "a chord over a group of 42",
    ({ identity }) => group(chord([group(times(42, () => identity.si(1337)))], identity.s())).delay(),
    [times(42, () => 1337)],
  ],
  [
    "C049",
    "a chord whose body is a chain",
    ({ identity }) => group(chord(identity.si(42), chain(identity.s()))).delay(),
    [[42]],
  ],
  [
    "C050",
    "a member that ends in a group is one slot",
    ({ identity }) =>
      group(identity.si(1), identity.si(2), chain(identity.si(5), group(identity.si(3), identity.si(4)))).delay(),
    [1, 2, [3, 4]],
  ],
  [
    "C051",
    "three members that end in groups",
    ({ identity }) => group(times(3, (i) => chain(identity.si(i), group(identity.s(), identity.s())))).delay(),
    [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
  ],
  [
    "C052",
    "an only member that ends in a group gives the inner array",
    ({ add }) => group(chain(add.s(1, 2), group(add.s(1), add.s(2)))).delay(),
    [4, 5],
  ],
  [
    "Q29",
    "a generated group of one whose member ends in a group is a list of one",
    ({ add }) => group(generated(add.si(0, 3).pipe(group(add.s(1), add.s(2))))).delay(),
    [[4, 5]],
  ],
  [
    "Q29",
    "a step after a generated group of one gets the same list",
    ({ add, identity }) =>
      group(generated(add.si(0, 3).pipe(group(add.s(1), add.s(2)))))
        .pipe(identity.s())
        .delay(),
    [[4, 5]],
  ],
  [
    "C055",
    "immutable members ignore what comes in",
    ({ add, identity }) => chain(identity.si(9), group(add.s(1, 1), add.s(2, 2)).set({ immutable: true })).delay(),
    [2, 4],
  ],
  [
    "C056",
    "arguments and keywords of the call go to mutable members",
    ({ add }) => group(add.s(1), add.si(2, 2)).applyAsync([5], { kwargs: { z: 100 } }),
    [106, 4],
  ],
  [
    "C057",
    "keywords alone, bound by name",
    ({ addByName }) => group(addByName.s(), addByName.s()).delay(kw({ x: 1, y: 1 })),
    [2, 2],
  ],
  [
    "C063",
    "what comes in reaches nested groups",
    ({ add }) => group(add.s(1), group(add.s(2), add.s(3))).delay(10),
    [11, 12, 13],
  ],
  [
    "C064",
    "two chords side by side",
    ({ add, tsum }) => group(times(2, () => chord([add.s(1, 2), add.s(3, 4)], tsum.s()))).delay(),
    [10, 10],
  ],
  [
    "C020",
    "one signature, used three times, runs three times",
    ({ add }) => {
      const one = add.s(1);
      return group(one, one, one).delay(1);
    },
    [2, 2, 2],
  ],
  [
    "Q29",
    "a list of one is not unrolled",
    ({ add, identity }) =>
      group([add.s(1, 1)])
        .pipe(identity.s())
        .delay(),
    [2],
  ],
];

function* generated<S>(...members: readonly S[]): Generator<S> {
  yield* members;
}

describe.each(BROKERS)("a group over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(VALUES)("%s %s", async (_id, _shows, send, value) => {
    expect(await valueOf(send(world.tasks))).toEqual(value);
  });

  it("Q47 a header's handle gives what the body got, also of one member that ends in a group", async () => {
    const { add, identity } = world.tasks;
    const result = await chord([chain(add.si(0, 3), group(add.s(1), add.s(2)))], identity.s()).delay();
    expect(await valueOf(result)).toEqual([[4, 5]]);
    expect(await result.parent?.get()).toEqual([[4, 5]]);
  });
});

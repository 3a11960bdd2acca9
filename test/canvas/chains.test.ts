// Chains, by their values.

import { chain, chord, group, kw } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { range, times, type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const USER = { username: "ada", first: "Ada", last: "L", email: "ada@example.org" };

const VALUES: readonly ValueCase[] = [
  ["C070", "three steps", ({ add }) => add.s(4, 4).pipe(add.s(8)).pipe(add.s(16)).delay(), 32],
  ["C073", "what comes in goes to the first step", ({ add, mul }) => add.s(4).pipe(mul.s(8)).delay(16), 160],
  [
    "C074",
    "a chain in a chain is flattened",
    ({ add, mul }) =>
      add
        .s(4, 16)
        .pipe(mul.s(2))
        .pipe(add.s(4).pipe(mul.s(8)))
        .delay(),
    352,
  ],
  ["C077", "a chain of a chain of one", ({ identity }) => chain([chain(identity.s(42))]).delay(), 42],
  [
    "C083",
    "from a generator",
    ({ add }) =>
      chain(
        range(10)
          .map((i) => add.s(i))
          .values(),
      ).delay(3),
    48,
  ],
  ["C085", "a step as plain data", ({ add }) => chain([add.s(5, 5), JSON.parse(JSON.stringify(add.s(8)))]).delay(), 18],
  [
    "C093",
    "arguments and keywords of the call go to the first step",
    ({ add, mul }) => chain(add.s(4), mul.s(8)).applyAsync([16], { kwargs: { z: 1 } }),
    168,
  ],
  [
    "C094",
    "a group last",
    ({ identity }) => chain(identity.s(42), group(identity.s(), identity.s())).delay(),
    [42, 42],
  ],
  ["C095", "a lone group", ({ identity }) => chain(group(identity.s(42), identity.s(43))).delay(), [42, 43]],
  [
    "C096",
    "a group after a group",
    ({ identity, add, tsum }) =>
      identity
        .si(1)
        .pipe(group(add.s(1), add.s(2)))
        .pipe(group(tsum.s(), tsum.s()))
        .delay(),
    [5, 5],
  ],
  [
    "C098",
    "the first step gets the keywords; the members get its result and no keywords",
    ({ probe }) =>
      probe
        .s()
        .pipe(group(probe.s("contacts"), probe.s("email")))
        .delay(kw(USER)),
    [
      [[USER], "contacts"],
      [[USER], "email"],
    ],
  ],
  ["C099", "two hundred steps", ({ add }) => chain([add.s(0, 0), ...times(200, () => add.s(1))]).delay(), 200],
  [
    "C101",
    "an immutable chain stays so when it is flattened",
    ({ identity, add }) => chain(identity.si(5), chain(add.s(1, 1), add.s(2)).set({ immutable: true })).delay(),
    4,
  ],
  ["C109", "a group of one is its member", ({ add }) => chain(group(add.s(1, 1)), add.s(2)).delay(), 4],
  [
    "C109",
    "a group of one in the middle is its member",
    ({ add }) => chain(add.s(2, 2), group(add.s(1)), add.s(1)).delay(),
    6,
  ],
  [
    "section 8",
    "an empty group between steps gives an empty list",
    ({ add, identity }) => chain([add.s(1, 1), group([]), identity.s()]).delay(),
    [],
  ],
  ["section 8", "an empty group at the end is dropped", ({ add }) => add.s(1, 1).pipe(group([])).delay(), 2],
  ["section 8", "an empty group, then a step", ({ tsum }) => group([]).pipe(tsum.s()).delay(), 0],
  [
    "section 2",
    "a chain of 42 times one signature runs it 42 times",
    ({ add }) => chain([add.s(0, 0), ...Array<ReturnType<typeof add.s>>(42).fill(add.s(1))]).delay(),
    42,
  ],
  [
    "section 3",
    "members that are chains and chords pass on what comes in",
    ({ add, tsum }) => group(chain(add.s(1), add.s(2)), chord([add.s(1), add.s(2)], tsum.s()), add.s(3)).delay(10),
    [13, 23, 13],
  ],
];

describe.each(BROKERS)("a chain over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(VALUES)("%s %s", async (_id, _shows, send, value) => {
    expect(await valueOf(send(world.tasks))).toEqual(value);
  });
});

// map, starmap and chunks.

import { chain, chord, type GroupResult } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { errorOf, range, type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const pairs = (n: number): [number, number][] => range(n).map((i) => [i, i]);
const doubles = (n: number, start = 0): number[] => range(n, start).map((i) => 2 * i);

const VALUES: readonly ValueCase[] = [
  ["C031", "map runs the task on each item", ({ xsum }) => xsum.map([range(10), range(100)]).delay(), [45, 4950]],
  ["C032", "starmap runs it on each tuple", ({ add }) => add.starmap(pairs(10)).delay(), doubles(10)],
  [
    "C033",
    "starmap ignores its input",
    ({ identity, add }) =>
      chain(
        identity.s(3),
        add.starmap([
          [2, 2],
          [4, 4],
        ]),
      ).delay(),
    [4, 8],
  ],
  ["C036", "chunks of ten", ({ add }) => add.chunks(pairs(100), 10).delay(), range(10).map((i) => doubles(10, 10 * i))],
  [
    "C037",
    "the last chunk may be smaller",
    ({ add }) => add.chunks(pairs(10), 3).delay(),
    [[0, 2, 4], [6, 8, 10], [12, 14, 16], [18]],
  ],
  ["C037", "no items, no chunks", ({ add }) => add.chunks([], 3).delay(), []],
  [
    "C040",
    "maps as a header",
    ({ tsum, identity }) => chord([tsum.map([[1, 2], [3]]), tsum.map([[4]])], identity.s()).delay(),
    [[3, 3], [4]],
  ],
  [
    "C041",
    "chunks as a step behave as their group",
    ({ add, identity }) =>
      chain(
        add.chunks(
          [
            [1, 1],
            [2, 2],
            [3, 3],
          ],
          2,
        ),
        identity.s(),
      ).delay(),
    [[2, 4], [6]],
  ],
];

describe.each(BROKERS)("over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(VALUES)("%s %s", async (_id, _shows, send, value) => {
    expect(await valueOf(send(world.tasks))).toEqual(value);
  });

  it("C034 one bad element fails the one task", async () => {
    const { add } = world.tasks;
    const result = await add
      .starmap([
        [1, 1],
        [1, null],
        [2, 2],
      ])
      .delay();
    expect(await errorOf(result)).toMatchObject({ name: "TypeError", message: "cannot add 1 and null" });
    expect(await result.state()).toBe("FAILURE");
  });

  it("C037 chunks give a group's handle", async () => {
    const { add } = world.tasks;
    const handles: GroupResult<unknown[]>[] = [await add.chunks(pairs(10), 3).delay(), await add.chunks([], 3).delay()];
    expect(handles.map((handle) => handle.results.length)).toEqual([4, 0]);
  });
});

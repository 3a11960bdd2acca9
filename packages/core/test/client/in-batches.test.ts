import { describe, expect, it } from "vitest";
import { allAre, countOf, inBatches } from "../../src/client/in-batches.ts";

const items = Array.from({ length: 600 }, (_, index) => index);

async function batchesOf<A>(ask: (item: number) => A | Promise<A>): Promise<A[][]> {
  const batches: A[][] = [];
  for await (const batch of inBatches(items, ask)) batches.push(batch);
  return batches;
}

describe("inBatches", () => {
  it.each([
    ["here already", (item: number) => item * 2],
    ["still to come", async (item: number) => item * 2],
    ["mixed", (item: number) => (item % 3 === 0 ? Promise.resolve(item * 2) : item * 2)],
  ])("gives answers in the order of the items: %s", async (_how, ask) => {
    const batches = await batchesOf<number>(ask);
    expect(batches.map(({ length }) => length)).toEqual([256, 256, 88]);
    expect(batches.flat()).toEqual(items.map((item) => item * 2));
  });

  it("asks no further than is wanted", async () => {
    const asked: number[] = [];
    const is = async (item: number): Promise<boolean> => {
      asked.push(item);
      return item !== 3;
    };
    expect(await allAre(items, is)).toBe(false);
    expect(asked).toHaveLength(256);
  });
});

it("counts over all batches", async () => {
  expect(await countOf(items, async (item) => item % 2 === 0)).toBe(300);
  expect(await allAre(items, async () => true)).toBe(true);
});

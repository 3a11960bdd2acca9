import { expect, it } from "vitest";
import { shardsOf } from "../../src/coordination/share-shards.ts";

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `worker-${index}@host`);
const sharesOf = (members: readonly string[], shards = 16): Set<number>[] =>
  members.map((member) => shardsOf(member, members, shards));

it("gives everything to one who is alone", () => {
  expect(shardsOf("a", ["a"], 16).size).toBe(16);
});

it.each([2, 3, 5, 7, 16, 40])("gives each shard to one of %i members, and none more than its share", (count) => {
  const shares = sharesOf(names(count));
  expect(shares.flatMap((share) => [...share]).sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, n) => n));
  for (const share of shares) expect(share.size).toBeLessThanOrEqual(Math.ceil(16 / count));
});

it("moves about as many shards as it must when a member comes", () => {
  const before = sharesOf(names(7), 256);
  const after = sharesOf(names(8), 256);
  const moved = before.flatMap((share, member) => [...share].filter((shard) => !after[member]?.has(shard)));
  // The newcomer's share is 32.
  expect(moved.length).toBeGreaterThanOrEqual(32);
  expect(moved.length).toBeLessThan(100);
});

it("does not depend on the order in which members were heard", () => {
  const members = names(5);
  expect(shardsOf("worker-3@host", members.toReversed(), 16)).toEqual(shardsOf("worker-3@host", members, 16));
});

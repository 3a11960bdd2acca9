import { expect, it } from "vitest";
import { PriorityTurns } from "../../src/transport/priority-turns.ts";

it("gives all to the only priority there is, and owes nobody for that", () => {
  const turns = new PriorityTurns();
  expect(turns.next([4], 100)).toEqual({ priority: 4, count: 100 });
  expect(turns.next([9, 4], 100)).toEqual({ priority: 9, count: 9 });
});

it("gives the tenth to the others, in turn", () => {
  const turns = new PriorityTurns();
  const given = Array.from({ length: 40 }, () => turns.next([9, 5, 0], 1).priority);
  expect([9, 19, 29, 39].map((at) => given[at])).toEqual([5, 0, 5, 0]);
  expect(given.filter((priority) => priority === 9)).toHaveLength(36);
});

it("gives no more than is wanted, and no more in a row than is due", () => {
  const turns = new PriorityTurns();
  const given = Array.from({ length: 4 }, () => turns.next([1, 0], 5));
  expect(given).toEqual([
    { priority: 1, count: 5 },
    { priority: 1, count: 4 },
    { priority: 0, count: 1 },
    { priority: 1, count: 5 },
  ]);
});

// The order of delayed tasks, against a list that is sorted anew each time.

import { expect, it } from "vitest";
import { type HeapEntry, MemoryDelayedHeap } from "../../../src/transport/memory/memory-delayed-heap.ts";

/** Numbers that look random and are the same each time. */
function numbers(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 16_807) % 2_147_483_647;
    return state % 50;
  });
}

it("is empty", () => {
  expect(new MemoryDelayedHeap().first).toBeNull();
});

it("has the earliest first, whatever is added and removed", () => {
  const heap = new MemoryDelayedHeap<HeapEntry>();
  let entries: HeapEntry[] = [];
  const earliest = (): number | undefined => Math.min(...entries.map(({ at }) => at));
  for (const [index, at] of numbers(2_000).entries()) {
    if (at % 5 < 3 || entries.length === 0) {
      const entry = { at, place: 0 };
      heap.add(entry);
      entries.push(entry);
    } else {
      const removed = index % 2 === 0 ? heap.first : entries[at % entries.length];
      if (removed) heap.remove(removed);
      entries = entries.filter((entry) => entry !== removed);
    }
    expect(heap.first?.at ?? Number.POSITIVE_INFINITY).toBe(earliest());
  }
  expect(entries.length).toBeGreaterThan(100);
  for (; entries.length > 0; entries = entries.slice(1)) {
    const { first } = heap;
    expect(first?.at).toBe(earliest());
    if (first !== null) heap.remove(first);
    entries = entries.toSorted((one, other) => one.at - other.at);
  }
  expect(heap.first).toBeNull();
});

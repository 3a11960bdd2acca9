// Requests end when they should, and are counted exactly.

import { expect, it } from "vitest";
import { ManualClock } from "../../../src/testing/manual-clock.ts";
import { MemoryCredits } from "../../../src/transport/memory/memory-credits.ts";

function setUp(): { clock: ManualClock; credits: MemoryCredits; expired: number[] } {
  const clock = new ManualClock();
  const expired: number[] = [];
  return { clock, expired, credits: new MemoryCredits(clock, 800, (count) => expired.push(count)) };
}

it("takes back what was not used, once", () => {
  const { clock, credits, expired } = setUp();
  credits.add(3);
  credits.spend();
  clock.advance(799);
  expect(expired).toEqual([]);
  clock.advance(101);
  expect(expired).toEqual([2]);
  expect(credits.available).toBe(0);
  clock.advance(10_000);
  expect(expired).toEqual([2]);
});

it("ends each request in its own time", () => {
  const { clock, credits, expired } = setUp();
  credits.add(1);
  clock.advance(400);
  credits.add(2);
  expect(credits.available).toBe(3);
  clock.advance(400);
  expect(expired).toEqual([1]);
  expect(credits.available).toBe(2);
  clock.advance(400);
  expect(expired).toEqual([1, 2]);
});

it("uses the oldest request first", () => {
  const { clock, credits, expired } = setUp();
  credits.add(2);
  clock.advance(400);
  credits.add(2);
  credits.spend();
  credits.spend();
  clock.advance(500);
  expect(expired).toEqual([]);
  clock.advance(400);
  expect(expired).toEqual([2]);
});

it("arms one timer, and none when it has nothing to end", () => {
  const { clock, credits, expired } = setUp();
  for (let time = 0; time < 100; time += 1) {
    credits.add(1);
    clock.advance(5);
  }
  expect(clock.armed).toBe(1);
  credits.clear();
  expect(clock.armed).toBe(0);
  clock.advance(10_000);
  expect(expired).toEqual([]);
});

it("never ends a request early or more than an eighth late, whenever it was made", () => {
  const { clock, credits, expired } = setUp();
  clock.advance(37.5);
  credits.add(1);
  clock.advance(799.9);
  expect(expired).toEqual([]);
  clock.advance(100.2);
  expect(expired).toEqual([1]);
});

// Recent keys are remembered long enough, and no more of them than there is room for.

import { expect, it } from "vitest";
import { ManualClock } from "../../../src/testing/manual-clock.ts";
import { RecentKeys } from "../../../src/transport/memory/recent-keys.ts";

it("remembers a key for the window, and for no more than twice that", () => {
  const clock = new ManualClock();
  const keys = new RecentKeys(clock, 1_000, 100);
  clock.advance(900);
  keys.add("a");
  clock.advance(1_000);
  expect(keys.has("a")).toBe(true);
  clock.advance(1_000);
  expect(keys.has("a")).toBe(false);
});

it("forgets all after a long silence", () => {
  const clock = new ManualClock();
  const keys = new RecentKeys(clock, 1_000, 100);
  keys.add("a");
  clock.advance(10_000);
  expect(keys.has("a")).toBe(false);
});

it("remembers the newest half of its capacity at least", () => {
  const keys = new RecentKeys(new ManualClock(), 1_000, 100);
  for (let key = 0; key < 1_000; key += 1) keys.add(`${key}`);
  const remembered = Array.from({ length: 1_000 }, (_, key) => keys.has(`${key}`)).lastIndexOf(false);
  expect(remembered).toBeLessThan(950);
  expect(remembered).toBeGreaterThanOrEqual(899);
});

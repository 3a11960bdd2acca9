// Time in tests moves when it is told to, and timers with it.

import { expect, it } from "vitest";
import { ManualClock } from "../../src/testing/manual-clock.ts";

it("stands still until it is moved on", () => {
  const clock = new ManualClock(1_000);
  expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
  clock.advance(5);
  expect([clock.now(), clock.monotonic()]).toEqual([1_005, 5]);
});

it("runs timers in order, each at its own time, also those that timers arm", () => {
  const clock = new ManualClock();
  const ran: [string, number][] = [];
  const note = (name: string): number => ran.push([name, clock.monotonic()]);
  clock.after(20, () => note("late"));
  clock.after(10, () => {
    note("early");
    clock.after(5, () => note("nested"));
  });
  clock.after(10, () => note("second"));
  clock.advance(19);
  expect(ran).toEqual([
    ["early", 10],
    ["second", 10],
    ["nested", 15],
  ]);
  clock.advance(1);
  expect(ran.at(-1)).toEqual(["late", 20]);
  expect(clock.armed).toBe(0);
});

it("does not run a timer that was cancelled", () => {
  const clock = new ManualClock();
  const timer = clock.after(10, () => expect.unreachable());
  timer.cancel();
  clock.advance(100);
});

it("runs timers late that fell due while the thread was blocked", () => {
  const clock = new ManualClock();
  const ran: number[] = [];
  clock.after(10, () => ran.push(clock.monotonic()));
  clock.block(15);
  expect([clock.monotonic(), ran]).toEqual([15, []]);
  clock.advance(0);
  expect(ran).toEqual([15]);
});

// Ticks, and the queue of what waits.

import { ManualClock } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { TICK_MS, Ticker, ticks } from "../src/connection/ticker.ts";
import { Fifo } from "../src/publish/fifo.ts";

describe("Ticker", () => {
  it("counts turns, not time, so that a blocked process misses no answer", () => {
    const clock = new ManualClock();
    const ticker = new Ticker(clock);
    let heard = 0;
    const leave = ticker.onTick(() => heard++);
    ticker.start();
    ticker.start();
    clock.advance(TICK_MS);
    clock.advance(TICK_MS);
    expect([ticker.now, heard]).toEqual([2, 2]);
    leave();
    ticker.stop();
    clock.advance(10 * TICK_MS);
    expect([ticker.now, heard]).toEqual([2, 2]);
  });

  it("rounds durations up", () => {
    expect([ticks(0), ticks(1), ticks(TICK_MS), ticks(TICK_MS + 1)]).toEqual([1, 1, 1, 2]);
  });
});

describe("Fifo", () => {
  it("keeps the order, also of many", () => {
    const fifo = new Fifo<number>();
    const out: number[] = [];
    for (let i = 0; i < 5000; i++) {
      fifo.push(i);
      if (i % 3 !== 0) out.push(fifo.shift() ?? -1);
    }
    const rest = fifo.takeAll();
    expect([...out, ...rest]).toEqual(Array.from({ length: 5000 }, (_, index) => index));
    expect(fifo.size).toBe(0);
    expect(fifo.shift()).toBeUndefined();
  });
});

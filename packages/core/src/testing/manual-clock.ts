// Time that moves only when a test says so.

import type { Clock, Timer } from "../platform/clock.ts";

interface DueTimer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** A clock for tests: it stands still between calls of `advance`. */
export class ManualClock implements Clock {
  readonly #startedAt: number;
  readonly #timers = new Set<DueTimer>();
  #elapsed = 0;

  /** @param startedAt - the wall clock's first time, in milliseconds since the epoch. */
  constructor(startedAt: number = Date.UTC(2025, 0, 1)) {
    this.#startedAt = startedAt;
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer is due; null when none is armed. */
  get untilNext(): number | null {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next && next.dueAt - this.#elapsed;
  }

  now(): number {
    return this.#startedAt + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer: DueTimer = { dueAt: this.#elapsed + Math.max(delayMs, 0), callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Moves time on by `ms` and runs what falls due on the way, in order, each at its own time. */
  advance(ms: number): void {
    const until = this.#elapsed + ms;
    for (let timer = this.#next(until); timer !== null; timer = this.#next(until)) {
      this.#timers.delete(timer);
      this.#elapsed = Math.max(timer.dueAt, this.#elapsed);
      timer.callback();
    }
    this.#elapsed = until;
  }

  /** Moves time on by `ms` as code does that blocks its thread: timers that fall due run with the next `advance`. */
  block(ms: number): void {
    this.#elapsed += ms;
  }

  #next(until: number): DueTimer | null {
    let next: DueTimer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (next === null || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }
}

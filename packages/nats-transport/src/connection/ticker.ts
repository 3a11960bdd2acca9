// One coarse timer for all deadlines of a transport. Time is counted in ticks, not read from a clock: while the event loop
// is blocked no tick passes, so that answers which lie in the socket are not taken for missing when it goes on.

import type { Clock, Timer } from "@troupe/core/transport";

/** Milliseconds between two ticks. */
export const TICK_MS = 250;

/** Number of ticks in a duration, rounded up. */
export function ticks(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / TICK_MS));
}

/** Counts ticks and tells them. */
export class Ticker {
  /** Ticks since the start. */
  now = 0;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts to tick; does nothing when it does already. */
  start(): void {
    this.#timer ??= this.#clock.after(TICK_MS, this.#tick);
  }

  /** Stops ticking. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Calls `listener` with each tick until the returned function is called. */
  onTick(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly #tick = (): void => {
    this.#timer = this.#clock.after(TICK_MS, this.#tick);
    this.now += 1;
    for (const listener of this.#listeners) listener();
  };
}

// Says when the next task of a kind may start. One bucket counts for this worker alone; that for all workers is in
// `shared-rate-bucket.ts`.

import type { Clock } from "../platform/clock.ts";

/** Hands out the right to start. */
export interface RateBucket {
  /** Milliseconds between two starts, on average; 0: no limit. */
  readonly intervalMs: number;
  /** Milliseconds until it is worth asking; 0: now. */
  waitMs(): number;
  /** Takes the right to start one task now. False: there is none; `waitMs` says when to ask again. */
  take(): boolean | Promise<boolean>;
}

/** Timers are coarse: starts that many milliseconds worth may come at once, where that is more than one. */
const BURST_MS = 50;

/** Limits nothing. */
export const NO_RATE_LIMIT: RateBucket = { intervalMs: 0, waitMs: () => 0, take: () => true };

/**
 * Starts of this worker: no more than one per interval; within any time, no more than the rate and 50 ms worth of it.
 *
 * @see GCRA, the leaky bucket as a meter
 */
export class OwnRateBucket implements RateBucket {
  readonly intervalMs: number;
  readonly #clock: Clock;
  readonly #toleranceMs: number;
  // When the next start would come if all were evenly spaced.
  #nextAt = 0;

  constructor(perMs: number, clock: Clock) {
    this.intervalMs = 1 / perMs;
    this.#toleranceMs = Math.max(0, BURST_MS - this.intervalMs);
    this.#clock = clock;
  }

  waitMs(): number {
    return Math.max(0, this.#nextAt - this.#toleranceMs - this.#clock.monotonic());
  }

  take(): boolean {
    if (this.waitMs() > 0) return false;
    this.#nextAt = Math.max(this.#nextAt, this.#clock.monotonic()) + this.intervalMs;
    return true;
  }
}

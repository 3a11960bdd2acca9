// The line of tasks that wait for a rate limit. Only its first tries to start, so that nothing piles up behind a slot that is not
// free; it has a slot when it takes the right to start, and holds none while it waits here.

import type { Clock, Timer } from "../platform/clock.ts";
import type { RateBucket } from "./rate-bucket.ts";

/** A task's place in a line. */
export interface LinePlace {
  /** It is the first, and it is worth trying to start. May be called again after `fail`. */
  readonly go: () => void;
}

/** One line; those who wait are let go one after the other. */
export class RateLine {
  readonly #clock: Clock;
  readonly #line = new Set<LinePlace>();
  #bucket: RateBucket;
  #timer: Timer | null = null;
  // The first tries to start.
  #isOut = false;
  #isCalling = false;

  constructor(bucket: RateBucket, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
  }

  /** Who waits. */
  get length(): number {
    return this.#line.size;
  }

  /** How long one who comes now has to wait, in milliseconds, about. */
  get estimateMs(): number {
    return this.#line.size * this.#bucket.intervalMs;
  }

  /** Goes by another bucket from now on. */
  change(bucket: RateBucket): void {
    this.#bucket = bucket;
    this.#timer?.cancel();
    this.#timer = null;
    this.#call();
  }

  /** Waits at the end of the line; or goes at once. */
  enter(place: LinePlace): void {
    this.#line.add(place);
    this.#call();
  }

  /** Takes the right to start, for the first. */
  take(): boolean | Promise<boolean> {
    return this.#bucket.take();
  }

  /** The first could not start: it is called again when it is worth it. */
  fail(): void {
    this.#isOut = false;
    this.#call();
  }

  /** Leaves the line: it has started, or gives up. */
  leave(place: LinePlace): void {
    const [first] = this.#line;
    if (!this.#line.delete(place)) return;
    if (first === place) this.#isOut = false;
    this.#call();
  }

  /** Sends away all who wait. */
  empty(): void {
    this.#line.clear();
    this.#timer?.cancel();
    this.#timer = null;
  }

  // A loop, not a recursion: each may start and be done at once, thousands in a row.
  #call(): void {
    if (this.#isCalling) return;
    this.#isCalling = true;
    try {
      for (let first = this.#next(); first !== null; first = this.#next()) first.go();
    } finally {
      this.#isCalling = false;
    }
  }

  #next(): LinePlace | null {
    const [first] = this.#line;
    if (this.#isOut || this.#timer !== null || !first) return null;
    const waitMs = this.#bucket.waitMs();
    this.#isOut = waitMs === 0;
    if (this.#isOut) return first;
    this.#timer = this.#clock.after(waitMs, () => {
      this.#timer = null;
      this.#call();
    });
    return null;
  }
}

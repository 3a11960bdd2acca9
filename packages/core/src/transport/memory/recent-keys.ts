// Keys of messages that were published a short while ago, to recognise quick repeats. Kept in two generations: the older is
// dropped whole when the younger is full or old enough, so that nothing is searched and memory is bounded.

import type { Clock } from "../../platform/clock.ts";

/** Remembers a key for `windowMs` to twice that; for less when more than `capacity` come in that time. */
export class RecentKeys {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #capacity: number;
  #young = new Set<string>();
  #old = new Set<string>();
  #turnAt: number;

  /** @param capacity - most keys that are remembered; at least the newest half of that many are. */
  constructor(clock: Clock, windowMs: number, capacity: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#capacity = capacity;
    this.#turnAt = clock.monotonic() + windowMs;
  }

  has(key: string): boolean {
    this.#turn();
    return this.#young.has(key) || this.#old.has(key);
  }

  add(key: string): void {
    this.#young.add(key);
    if (this.#young.size * 2 >= this.#capacity) this.#drop(this.#clock.monotonic());
  }

  #turn(): void {
    const now = this.#clock.monotonic();
    if (now < this.#turnAt) return;
    const bothAreOld = now >= this.#turnAt + this.#windowMs;
    this.#drop(now);
    if (bothAreOld) this.#old.clear();
  }

  #drop(now: number): void {
    this.#old = this.#young;
    this.#young = new Set();
    this.#turnAt = now + this.#windowMs;
  }
}

// What a consumer may still be sent. Credits are given by requests; those of a request that nothing used for a while are
// taken back and reported. One timer for all requests of a consumer, armed only while there are any.

import type { Clock, Timer } from "../../platform/clock.ts";

interface Request {
  left: number;
  readonly dueAt: number;
}

/** Requests that end within the same such part of their lifetime end together, which bounds how many are kept. */
const PARTS = 8;

/** Credits of one consumer. */
export class MemoryCredits {
  readonly #clock: Clock;
  readonly #expiresMs: number;
  readonly #onExpired: (count: number) => void;
  readonly #requests: Request[] = [];
  #available = 0;
  #timer: Timer | null = null;

  /** @param expiresMs - how long a request lasts at least, in milliseconds; at most an eighth longer. */
  constructor(clock: Clock, expiresMs: number, onExpired: (count: number) => void) {
    this.#clock = clock;
    this.#expiresMs = expiresMs;
    this.#onExpired = onExpired;
  }

  get available(): number {
    return this.#available;
  }

  add(count: number): void {
    const part = this.#expiresMs / PARTS;
    const dueAt = Math.ceil((this.#clock.monotonic() + this.#expiresMs) / part) * part;
    const last = this.#requests.at(-1);
    if (last?.dueAt === dueAt) last.left += count;
    else this.#requests.push({ left: count, dueAt });
    this.#available += count;
    this.#timer ??= this.#clock.after(dueAt - this.#clock.monotonic(), this.#expire);
  }

  spend(): void {
    const [oldest] = this.#requests;
    if (oldest === undefined) return;
    oldest.left -= 1;
    this.#available -= 1;
    if (oldest.left === 0) this.#requests.shift();
  }

  clear(): void {
    this.#requests.length = 0;
    this.#available = 0;
    this.#timer?.cancel();
    this.#timer = null;
  }

  readonly #expire = (): void => {
    const now = this.#clock.monotonic();
    let expired = 0;
    for (let oldest = this.#requests[0]; oldest !== undefined && oldest.dueAt <= now; oldest = this.#requests[0]) {
      expired += oldest.left;
      this.#requests.shift();
    }
    this.#available -= expired;
    const next = this.#requests[0];
    this.#timer = next === undefined ? null : this.#clock.after(next.dueAt - now, this.#expire);
    if (expired > 0) this.#onExpired(expired);
  };
}

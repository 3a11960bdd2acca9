// The logical clock of an application, in the manner of Lamport's: each event has a higher one than those before it, and than those
// that its sender had heard of. It follows the broker's time, so that what nobody heard of is in order too, as far as clocks agree,
// and a worker that starts anew does not begin at nothing.

/** Ticks of one millisecond: so many events of one process have different ones. */
const TICKS_PER_MS = 1_000;
/** Further ahead is nobody honest. */
const MOST_AHEAD = 60_000 * TICKS_PER_MS;

/** See the top of the file. */
export class LogicalClock {
  readonly #now: () => number;
  #last = 0;

  /** @param now - The broker's time, in milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The next time, higher than all before. */
  tick(): number {
    this.#last = Math.max(this.#last + 1, this.#ofNow());
    return this.#last;
  }

  /** An event of that time was heard of. */
  adjust(other: number): void {
    if (other > this.#last && other <= this.#ofNow() + MOST_AHEAD) this.#last = other;
  }

  #ofNow(): number {
    return Math.floor(this.#now() * TICKS_PER_MS);
  }
}

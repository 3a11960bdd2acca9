// The places in which handlers run. A task that finds none waits its turn here; with one queue none ever has to.

const NOTHING_TO_GIVE_UP = (): void => {};

/** A bounded number of places and the line before them. */
export class Slots {
  #capacity: number;
  #taken = 0;
  // The line is short: the worker asks for no more messages than it has slots, or one per queue, and who gives up leaves it.
  readonly #line = new Set<() => void>();
  #admitting = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Makes more places, or fewer: who has one keeps it. */
  resize(capacity: number): void {
    this.#capacity = capacity;
    if (!this.#admitting) this.#admit();
  }

  get taken(): number {
    return this.#taken;
  }

  /** Who waits. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Runs `start` as soon as there is a place; at once if there is one.
   *
   * @returns gives up waiting; does nothing when `start` has run.
   */
  enter(start: () => void): () => void {
    if (this.#taken < this.#capacity) {
      this.#taken++;
      start();
      return NOTHING_TO_GIVE_UP;
    }
    this.#line.add(start);
    return () => void this.#line.delete(start);
  }

  /** Frees a place. */
  leave(): void {
    this.#taken--;
    if (this.#line.size > 0 && !this.#admitting) this.#admit();
  }

  /** Sends away all who wait. */
  empty(): void {
    this.#line.clear();
  }

  // A loop, not a recursion: each who is let in may leave at once, thousands in a row.
  #admit(): void {
    this.#admitting = true;
    try {
      for (const start of this.#line) {
        if (this.#taken >= this.#capacity) return;
        this.#line.delete(start);
        this.#taken++;
        start();
      }
    } finally {
      this.#admitting = false;
    }
  }
}

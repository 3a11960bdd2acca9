// The places in which handlers run. A task that finds none waits its turn here; with one queue none ever has to.

/** A bounded number of places and the line before them. */
export class Slots {
  readonly capacity: number;
  #taken = 0;
  // The line is short: the worker asks for no more messages than it has slots, or one per queue.
  readonly #line: (() => void)[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Runs `start` as soon as there is a place; at once if there is one. */
  enter(start: () => void): void {
    if (this.#taken < this.capacity) {
      this.#taken++;
      start();
    } else {
      this.#line.push(start);
    }
  }

  /** Frees a place. */
  leave(): void {
    const next = this.#line.shift();
    if (next) next();
    else this.#taken--;
  }
}

// A place in a handler where it waits for the test.

/** Handlers stop at `pass` until the test calls `open`. */
export class Gate {
  /** Resolves when the first handler has come here. */
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  /** How many handlers have come here. */
  arrivals = 0;
  /** How many wait here now. */
  waiting = 0;
  #reach = (): void => {};
  #open = (): void => {};

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** Called by handlers. */
  async pass(): Promise<void> {
    this.arrivals++;
    this.waiting++;
    this.#reach();
    await this.#opened;
    this.waiting--;
  }

  /** Called by the test: lets all go on, now and later. */
  open(): void {
    this.#open();
  }
}

// Counts tasks in a worker process: when the first was seen, and when an expected number was.

/** See the top of the file. */
export class Progress {
  /** When the first of the expected tasks was seen: the process's monotonic clock, in milliseconds. */
  startedAt = 0;
  #left = 0;
  #done: () => void = () => undefined;

  /** Resolves once `count` more tasks have been seen. */
  expect(count: number): Promise<void> {
    this.#left = count;
    this.startedAt = 0;
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  /** A task was seen. */
  step(): void {
    this.startedAt ||= performance.now();
    this.#left--;
    if (this.#left === 0) this.#done();
  }
}

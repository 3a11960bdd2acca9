// Waiting in tests: for things that happen, with a deadline whose message says what did not happen.

import { setTimeout as pause } from "node:timers/promises";

const DEFAULT_DEADLINE_MS = 10_000;
const POLL_MS = 10;

/** Collects what happens, and lets a test wait for it. Items are taken in the order in which they came. */
export class TestProbe<Item> {
  /** All that came so far, taken or not. */
  readonly items: Item[] = [];
  readonly #deadlineMs: number;
  #taken = 0;
  #wake: (() => void) | null = null;

  /** @param deadlineMs - longest wait of `next` and `take`, in milliseconds. */
  constructor(deadlineMs: number = DEFAULT_DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  add(item: Item): void {
    this.items.push(item);
    this.#wake?.();
  }

  /**
   * Waits for the next item that was not taken.
   *
   * @param what - completes "did not happen: …".
   */
  async next(what: string): Promise<Item> {
    const [item] = await this.take(1, what);
    if (item === undefined) throw new Error(`did not happen: ${what}`);
    return item;
  }

  /** Waits for `count` more items. One test waits at a time. */
  async take(count: number, what: string): Promise<Item[]> {
    const start = this.#taken;
    const enough = new Promise<void>((resolve) => {
      this.#wake = () => {
        if (this.items.length >= start + count) resolve();
      };
      this.#wake();
    });
    const missing = (): string => `${what} (${this.items.length - start} of ${count} came)`;
    await within(enough, missing, this.#deadlineMs);
    this.#taken = start + count;
    return this.items.slice(start, start + count);
  }
}

/**
 * Asks again and again until the answer is yes. For what no event tells.
 *
 * @param what - completes "did not happen: …"; a function is asked at the end, so that it can tell how far things came.
 */
export async function eventually(
  what: string | (() => string),
  check: () => boolean | Promise<boolean>,
  deadlineMs: number = DEFAULT_DEADLINE_MS,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  const tell = typeof what === "string" ? (): string => what : what;
  while (!(await within(Promise.resolve(check()), tell, deadlineMs))) {
    if (performance.now() >= until) throw new Error(`did not happen within ${deadlineMs} ms: ${tell()}`);
    await pause(POLL_MS);
  }
}

/** The promise's value, or after `deadlineMs` an error that says what did not happen. */
export async function within<Value>(
  promise: Promise<Value>,
  what: () => string,
  deadlineMs: number = DEFAULT_DEADLINE_MS,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tell = (): void => reject(new Error(`did not happen within ${deadlineMs} ms: ${what()}`));
    timer = setTimeout(tell, deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

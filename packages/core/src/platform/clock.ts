// Time as a port. Durations come from the monotonic clock, timers never overflow.

/** Time and timers of the process. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Monotonic clock, milliseconds; for durations. */
  monotonic(): number;
  /**
   * Runs `callback` once after `delayMs`, also when that is longer than Node's 24.8 days.
   *
   * @param options.keepAlive - Whether the process stays alive for it. Default: false.
   */
  after(delayMs: number, callback: () => void, options?: { readonly keepAlive?: boolean }): Timer;
}

/** A timer that can be stopped. */
export interface Timer {
  cancel(): void;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback, options) => {
    const dueAt = performance.now() + delayMs;
    let handle: NodeJS.Timeout;
    const arm = (): void => {
      const left = dueAt - performance.now();
      handle = setTimeout(left > LONGEST_TIMEOUT_MS ? arm : callback, Math.min(Math.max(left, 0), LONGEST_TIMEOUT_MS));
      if (!options?.keepAlive) handle.unref();
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  },
};

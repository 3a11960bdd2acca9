// Time that passes faster than the real one, for tests of what takes seconds.

import { type Clock, systemClock } from "@troupe/core/transport";

/** A clock that runs so many times as fast as the real one, from the present on. */
export function fastClock(times: number): Clock {
  const startedAt = systemClock.now();
  const since = systemClock.monotonic();
  const elapsed = (): number => (systemClock.monotonic() - since) * times;
  return {
    now: () => startedAt + elapsed(),
    monotonic: elapsed,
    after: (delayMs, callback, options) => systemClock.after(delayMs / times, callback, options),
  };
}

// A wait that ends by a result, a timeout or a signal, whichever comes first, and leaves nothing behind.

import { getMaxListeners, setMaxListeners } from "node:events";
import { TaskTimeoutError } from "../model/errors.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { Clock } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Wait } from "./result-receiver.ts";

/** What may end a wait before its result. */
export interface Bounds {
  /** Milliseconds, or null for no limit. */
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits within bounds; they hold from now on, also while the wait is being set up.
 *
 * @throws {TaskTimeoutError} the time is over.
 * @throws {unknown} the signal's reason.
 */
export async function boundedWait(
  begin: () => Promise<Wait>,
  id: string,
  bounds: Bounds,
  clock: Clock,
): Promise<FinalRecord> {
  const over = deferred<never>();
  const unbind = bind(bounds, id, clock, over.reject);
  const wait = begin();
  try {
    return await Promise.race([wait.then(({ record }) => record), over.promise]);
  } finally {
    unbind();
    wait.then((begun) => begun.cancel()).catch(() => {});
  }
}

/**
 * Calls `onOver` when the time is over or the signal is aborted.
 *
 * @returns takes the timer and the listener back; once is enough.
 */
export function bind(bounds: Bounds, id: string, clock: Clock, onOver: (reason: unknown) => void): () => void {
  const { timeoutMs, signal } = bounds;
  const onAbort = (): void => onOver(signal?.reason);
  const onTimeout = (): void => onOver(new TaskTimeoutError(id, timeoutMs ?? 0));
  const timer = timeoutMs === null ? null : clock.after(timeoutMs, onTimeout, { keepAlive: true });
  let unhear = signal ? hear(signal, onAbort) : null;
  return () => {
    timer?.cancel();
    unhear?.();
    unhear = null;
  };
}

function hear(signal: AbortSignal, onAbort: () => void): () => void {
  widen(signal, 1);
  signal.addEventListener("abort", onAbort, { once: true });
  return () => {
    signal.removeEventListener("abort", onAbort);
    widen(signal, -1);
  };
}

// Node warns of a leak from the eleventh listener on. Ours are all taken back, so that they come on top of that limit.
function widen(signal: AbortSignal, by: number): void {
  const most = getMaxListeners(signal);
  if (most > 0) setMaxListeners(most + by, signal);
}

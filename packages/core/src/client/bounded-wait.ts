// A wait that ends by a result, a timeout or a signal, whichever comes first, and leaves nothing behind.

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
  const { timeoutMs, signal } = bounds;
  const over = deferred<never>();
  const onAbort = (): void => over.reject(signal?.reason);
  const onTimeout = (): void => over.reject(new TaskTimeoutError(id, timeoutMs ?? 0));
  const timer = timeoutMs === null ? null : clock.after(timeoutMs, onTimeout, { keepAlive: true });
  signal?.addEventListener("abort", onAbort, { once: true });
  const wait = begin();
  try {
    return await Promise.race([wait.then(({ record }) => record), over.promise]);
  } finally {
    timer?.cancel();
    signal?.removeEventListener("abort", onAbort);
    wait.then((begun) => begun.cancel()).catch(() => {});
  }
}

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
 * Waits within bounds.
 *
 * @throws {TaskTimeoutError} the time is over.
 * @throws {unknown} the signal's reason.
 */
export async function boundedWait(
  wait: Wait,
  id: string,
  { timeoutMs, signal }: Bounds,
  clock: Clock,
): Promise<FinalRecord> {
  const ended = deferred<never>();
  const onAbort = (): void => ended.reject(signal?.reason);
  const onTimeout = (): void => ended.reject(new TaskTimeoutError(id, timeoutMs ?? 0));
  const timer = timeoutMs === null ? null : clock.after(timeoutMs, onTimeout, { keepAlive: true });
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([wait.record, ended.promise]);
  } finally {
    timer?.cancel();
    signal?.removeEventListener("abort", onAbort);
    wait.cancel();
  }
}

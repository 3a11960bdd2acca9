// What is known of a task, as users see it: made of its final record, or of its state record while there is none.

import type { Attempt } from "../model/attempt.ts";
import type { FinalRecord, StateRecord } from "../model/task-record.ts";
import type { TaskState } from "../model/task-state.ts";

/** All that is known of a task. */
export interface ResultRecord {
  readonly id: string;
  /** State: one of `TaskState`, or one of the task's own. */
  readonly state: TaskState | (string & {});
  /** Value of a successful task; else null. */
  readonly result: unknown;
  /** Why it did not succeed, or why it is retried; null while it has not failed. */
  readonly error: Error | null;
  /** Remote stack of the error, or null. */
  readonly traceback: string | null;
  /** What the task said with `updateState`, or null. */
  readonly meta: unknown;
  /** Name of the task, or null while it is not final. */
  readonly name: string | null;
  /** Worker that ran or runs it, or null. */
  readonly worker: string | null;
  /** When it became final, or null. */
  readonly dateDone: Date | null;
  /** Time the handler took in milliseconds, or null. */
  readonly runtimeMs: number | null;
  readonly retries: number;
  /** Why it was retried: the last ten. @default none */
  readonly attempts?: readonly Attempt[];
}

/** Of a final task. */
export function finishedRecord(id: string, final: FinalRecord, error: Error | null): ResultRecord {
  return {
    id,
    state: final.state,
    result: final.hidden ? null : final.value,
    error,
    traceback: tracebackOf(final),
    meta: null,
    name: final.name,
    worker: final.worker,
    dateDone: new Date(final.at),
    runtimeMs: final.runtimeMs,
    retries: final.retries,
    ...(final.attempts && !final.hidden && { attempts: final.attempts }),
  };
}

/** Of a task that is not final. `state` is null when nobody knows it. */
export function unfinishedRecord(id: string, state: StateRecord | null, error: Error | null): ResultRecord {
  return {
    id,
    state: state?.state ?? "PENDING",
    result: null,
    error,
    meta: state?.meta ?? null,
    name: null,
    worker: state?.worker ?? null,
    dateDone: null,
    runtimeMs: null,
    ...retriesOf(state),
  };
}

function retriesOf(state: StateRecord | null): Pick<ResultRecord, "traceback" | "retries" | "attempts"> {
  if (state === null) return { traceback: null, retries: 0 };
  const { error, retries = 0, attempts } = state;
  return { traceback: error?.stack ?? null, retries, ...(attempts && { attempts }) };
}

/** Remote stack of the error; null without one. */
function tracebackOf(final: FinalRecord): string | null {
  return final.hidden ? null : (final.error?.stack ?? null);
}

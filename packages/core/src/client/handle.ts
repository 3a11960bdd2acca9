// What waits and trees need of result handles beside what users see: under symbols, so that it is no part of the API.

import type { FinalRecord } from "../model/task-record.ts";
import type { Clock } from "../platform/clock.ts";
import type { ResultReceiver } from "./result-receiver.ts";
import type { Waiter } from "./waiter.ts";

/** Members of a group; null for a task. */
export const MEMBERS: unique symbol = Symbol("members");
/** Value or error of what is known, as `get` with `propagate: false` gives it. */
export const OUTCOME: unique symbol = Symbol("outcome");
/** Record of a task, as far as it is known. */
export const FINAL: unique symbol = Symbol("final");
/** Whether nothing is to be waited for. */
export const IS_SETTLED: unique symbol = Symbol("is settled");
/** Waits for the record of a task. */
export const LISTEN: unique symbol = Symbol("listen");
/** The record has come. */
export const LEARN: unique symbol = Symbol("learn");
/** Why a task did not succeed. */
export const ERROR_OF: unique symbol = Symbol("error of");
/** What a wait works with. */
export const PORTS: unique symbol = Symbol("ports");

/** Result of a task or of a group. */
export type Handle = TaskHandle | GroupHandle;

/** Result of a task. */
export interface TaskHandle {
  readonly id: string;
  readonly parent: Handle | null;
  readonly [MEMBERS]: null;
  readonly [FINAL]: FinalRecord | null;
  readonly [IS_SETTLED]: boolean;
  readonly [PORTS]: WaitPorts;
  [OUTCOME](): unknown;
  [LISTEN](receiver: ResultReceiver, waiter: Waiter): void;
  /** Null: it has come and is not kept, so that it must be read when it is asked for. */
  [LEARN](record: FinalRecord | null): void;
  /** What `get` rejects with; null for a task that succeeded or was ignored. */
  [ERROR_OF](record: FinalRecord): Error | null;
}

/** Results of a group. */
export interface GroupHandle {
  readonly id: string;
  readonly parent: Handle | null;
  readonly [MEMBERS]: readonly Handle[];
  [OUTCOME](): unknown;
}

/** What a wait works with. */
interface WaitPorts {
  readonly connect: () => Promise<{ readonly receiver: ResultReceiver }>;
  readonly clock: Clock;
  readonly running: { getStore(): object | undefined };
}

/** Whether a result is that of a group. */
export function isGroup(handle: Handle): handle is GroupHandle {
  return handle[MEMBERS] !== null;
}

/** The tasks that a result comes from: the task itself, or those of all members. */
export function* tasksOf(handle: Handle): Generator<TaskHandle> {
  if (isGroup(handle)) for (const member of handle[MEMBERS]) yield* tasksOf(member);
  else yield handle;
}

/** The first task that is to be waited for, or null. */
export function firstOpen(handles: readonly Handle[]): TaskHandle | null {
  for (const handle of handles) for (const task of tasksOf(handle)) if (!task[IS_SETTLED]) return task;
  return null;
}

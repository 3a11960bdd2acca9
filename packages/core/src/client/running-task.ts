// Which task runs here: calls made inside a task get it as parent and its root.

import type { AsyncLocalStorage } from "node:async_hooks";

/** What a call needs to know of the task that makes it. */
export interface RunningTask {
  readonly id: string;
  readonly rootId: string;
}

/** The task of the current call chain, if any. */
export type RunningTasks<T extends RunningTask = RunningTask> = Pick<AsyncLocalStorage<T>, "getStore">;

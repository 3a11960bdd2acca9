// Which task runs here: calls made inside a task get it as parent and its root.

import type { AsyncLocalStorage } from "node:async_hooks";
import type { NodeRef } from "../model/result-ref.ts";

/** Under a symbol, so that it is no part of what a handler sees. */
export const CALLED: unique symbol = Symbol("called");

/** What a call needs to know of the task that makes it. */
export interface RunningTask {
  readonly id: string;
  readonly rootId: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Its priority, which calls that it makes may inherit. */
  readonly deliveryInfo?: { readonly priority: number | null };
  /** It has called a task or a canvas. */
  [CALLED](child: NodeRef): void;
}

/** The task of the current call chain, if any. */
export type RunningTasks<T extends RunningTask = RunningTask> = Pick<AsyncLocalStorage<T>, "getStore">;

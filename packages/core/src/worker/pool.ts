// Where handlers run. A worker's slots bound how many do at a time; its pool says where, and whether one can be ended by force.

import type { TaskMessage } from "../model/task-message.ts";
import { executeTask, type Within } from "./execute-task.ts";
import type { Outcome } from "./outcome.ts";
import type { RegisteredTask } from "./registered-task.ts";
import type { TaskContext } from "./task-context.ts";

/**
 * Where handlers run. `async`: in the worker's thread, taking turns at each `await`. `solo`: the same, one at a time. `threads`,
 * `processes`: each in a thread or a process of its own, a child.
 */
export type PoolName = "async" | "solo" | "threads" | "processes";

/** All pools' names. */
export const POOL_NAMES: readonly PoolName[] = ["async", "solo", "threads", "processes"];

/** The children of a pool, as `inspect stats` shows them. */
export interface PoolInfo {
  /** Ids of its processes or threads. */
  readonly children: readonly number[];
  /** Children that took the place of another one: worn out, lost, or ended by force. */
  readonly restarts: number;
}

/** Who is told that a handler starts. */
export interface Begins {
  begin(): void;
}

/** Runs handlers. */
export interface Pool {
  /** Makes it ready to run tasks. @throws {Error} it never can be. */
  start(): Promise<void>;
  /**
   * Runs a task. Never throws; the promise, if any, never rejects.
   *
   * @param told - At once, or when there is a child for it.
   */
  run(task: RegisteredTask, message: TaskMessage, context: TaskContext, told: Begins): Outcome | Promise<Outcome>;
  /** Ends the handler of a running task by force, where the pool can. What it gives from now on is not heard. */
  kill(message: TaskMessage): void;
  /** Makes room for more handlers, or for fewer; those that run are finished. */
  resize(size: number): void;
  /**
   * Lets new children take the place of all, one after the other; tasks that run are finished. Left out by a pool without children.
   *
   * @throws {ConfigError} a new one cannot run tasks; those that are left stay.
   * @throws {InvalidArgumentError} it is being done.
   */
  restart?(): Promise<void>;
  info(): PoolInfo;
  /** Ends it, and by force what still runs in children. Resolves when all of them have ended. */
  close(): Promise<void>;
}

const NO_CHILDREN: PoolInfo = { children: [], restarts: 0 };

/** Runs handlers in this thread, where they take turns at each `await`. None can be ended by force. */
export function asyncPool(within: Within): Pool {
  return {
    start: () => Promise.resolve(),
    run: (task, message, context, told) => {
      told.begin();
      return executeTask(task, message, context, within);
    },
    kill: () => {},
    resize: () => {},
    info: () => NO_CHILDREN,
    close: () => Promise.resolve(),
  };
}

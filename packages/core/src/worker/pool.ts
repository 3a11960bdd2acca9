// Where handlers run. A worker's slots bound how many do at a time; its pool says where, and whether one can be ended by force.

import type { TaskMessage } from "../model/task-message.ts";
import { executeTask, type Within } from "./execute-task.ts";
import type { Outcome } from "./outcome.ts";
import type { RegisteredTask } from "./registered-task.ts";
import type { TaskContext } from "./task-context.ts";

/** Runs handlers. */
export interface Pool {
  /** Runs a task. Never throws; the promise, if any, never rejects. */
  run(task: RegisteredTask, message: TaskMessage, context: TaskContext): Outcome | Promise<Outcome>;
  /** Ends the handler of a running task by force, where the pool can. What it gives from now on is not heard. */
  kill(message: TaskMessage): void;
}

/** Runs handlers in this thread, where they take turns at each `await`. None can be ended by force. */
export function asyncPool(within: Within): Pool {
  return {
    run: (task, message, context) => executeTask(task, message, context, within),
    kill: () => {},
  };
}

// Why a result cannot be had, or not yet.

import { TroupeError } from "./troupe-error.ts";

/** `get()` ran out of time. The task goes on and can be awaited again. */
export class TaskTimeoutError extends TroupeError {
  /** Id of the task that was awaited. */
  readonly taskId: string;

  constructor(taskId: string, timeoutMs: number) {
    super(
      "TROUPE_TASK_TIMEOUT",
      `task ${taskId} did not finish within ${timeoutMs} ms; it goes on: call get() again, or check that a worker consumes its queue`,
    );
    this.taskId = taskId;
  }
}

/** `get()` of a result that was removed by `forget()`. */
export class ResultForgottenError extends TroupeError {
  constructor(taskId: string) {
    super(
      "TROUPE_RESULT_FORGOTTEN",
      `the result of task ${taskId} was removed by forget(); keep the value, or do not forget it`,
    );
  }
}

/** Results were gone through that are not all final yet: some of what they triggered is not known. */
export class IncompleteStream extends TroupeError {
  constructor(message: string) {
    super("TROUPE_INCOMPLETE", message);
  }
}

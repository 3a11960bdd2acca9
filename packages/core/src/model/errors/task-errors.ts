// How a task ends without a value, and what handlers throw to end it so.

import { TroupeError } from "./troupe-error.ts";

/** The task was revoked before it finished; an expired task is revoked too. */
export class TaskRevokedError extends TroupeError {
  /** Why: `expired`, or what whoever revoked it said. @default "revoked" */
  readonly reason: string;

  constructor(message: string, reason = "revoked") {
    super("TROUPE_TASK_REVOKED", message);
    this.reason = reason;
  }
}

/** A call with the option `unique` met one with the same key. Nothing was sent. */
export class TaskExistsError extends TroupeError {
  /** The task that it met. */
  readonly taskId: string;

  constructor(taskId: string, message: string) {
    super("TROUPE_TASK_EXISTS", message);
    this.taskId = taskId;
  }
}

/** The process that ran the task was lost, too often to try again or where a second run is forbidden. */
export class WorkerLostError extends TroupeError {
  constructor(message: string) {
    super("TROUPE_WORKER_LOST", message);
  }
}

/** The handler ran longer than its hard time limit. What it still did or returned is not heard. */
export class TimeLimitExceeded extends TroupeError {
  /** The limit, in milliseconds. */
  readonly limitMs: number;

  constructor(message: string, limitMs: number) {
    super("TROUPE_TIME_LIMIT", message);
    this.limitMs = limitMs;
  }
}

/**
 * The handler ran longer than its soft time limit: the reason of its `signal`. A handler that catches it and returns has succeeded.
 */
export class SoftTimeLimitExceeded extends TroupeError {
  /** The limit, in milliseconds. */
  readonly limitMs: number;

  constructor(message: string, limitMs: number) {
    super("TROUPE_SOFT_TIME_LIMIT", message);
    this.limitMs = limitMs;
  }
}

/** The task asked to be retried and may not be any more; it gave no error of its own. */
export class MaxRetriesExceededError extends TroupeError {
  /** Registered name of the task. */
  readonly task: string;
  /** Its id. */
  readonly taskId: string;
  /** Retries that were made. */
  readonly retries: number;

  constructor(task: string, taskId: string, retries: number) {
    super(
      "TROUPE_MAX_RETRIES",
      `task ${taskId} (${task}) cannot be retried any more after ${retries} retries; raise maxRetries, or give its error: retry({ exc })`,
    );
    this.task = task;
    this.taskId = taskId;
    this.retries = retries;
  }
}

/** What should have followed from a group does not: a member failed, or not all were sent, or it could not be sent itself. */
export class ChordError extends TroupeError {
  /** Id of the member that failed first, where one did; its error is the `cause`. */
  readonly dependency: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly dependency?: string } = {}) {
    super("TROUPE_CHORD", message, options);
    this.dependency = options.dependency;
  }
}

/** A task failed with an error whose class is not known here; `name` and `message` are the remote ones. */
export class RemoteError extends TroupeError {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super("TROUPE_REMOTE", message, options);
    this.name = name;
  }
}

/** Thrown by a handler: do not run this task, its message goes to the dead letters (or back to the queue). */
export class Reject extends TroupeError {
  /** True: give the message back to the queue instead. Bounded by `maxDeliveries`. */
  readonly requeue: boolean;

  constructor(reason: string, options?: { readonly requeue?: boolean }) {
    super("TROUPE_TASK_REJECTED", reason);
    this.requeue = options?.requeue ?? false;
  }
}

/** Thrown by a handler: end this task in state IGNORED, without value and without error. */
export class Ignore extends Error {
  constructor(message = "ignored") {
    super(message);
    this.name = "Ignore";
  }
}

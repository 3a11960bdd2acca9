// Every error that Troupe raises, with its stable code. `docs/errors.md` explains each code; a test compares the two.
// Tell errors apart by `code`: it also holds between two copies of this package.

/** Stable code of each error that Troupe raises. */
export type ErrorCode =
  | "TROUPE_CONFIG"
  | "TROUPE_INVALID_ARGUMENT"
  | "TROUPE_INVALID_CANVAS"
  | "TROUPE_UNSUPPORTED"
  | "TROUPE_NOT_REGISTERED"
  | "TROUPE_ALREADY_REGISTERED"
  | "TROUPE_QUEUE_NOT_FOUND"
  | "TROUPE_QUEUE_FULL"
  | "TROUPE_PAYLOAD_TOO_LARGE"
  | "TROUPE_SERIALIZATION"
  | "TROUPE_INVALID_MESSAGE"
  | "TROUPE_BROKER_UNREACHABLE"
  | "TROUPE_BROKER_REFUSED"
  | "TROUPE_BROKER_TIMEOUT"
  | "TROUPE_OUTCOME_UNKNOWN"
  | "TROUPE_TOPOLOGY"
  | "TROUPE_CLOSED"
  | "TROUPE_TASK_TIMEOUT"
  | "TROUPE_TASK_REVOKED"
  | "TROUPE_TASK_EXISTS"
  | "TROUPE_TASK_REJECTED"
  | "TROUPE_WORKER_LOST"
  | "TROUPE_TIME_LIMIT"
  | "TROUPE_SOFT_TIME_LIMIT"
  | "TROUPE_MAX_RETRIES"
  | "TROUPE_CHORD"
  | "TROUPE_GET_INSIDE_TASK"
  | "TROUPE_RESULT_FORGOTTEN"
  | "TROUPE_INCOMPLETE"
  | "TROUPE_LIMIT_REACHED"
  | "TROUPE_REMOTE";

/** Base of all errors that Troupe raises. The message says what happened, with the value, and what to do. */
export class TroupeError extends Error {
  /** Stable across releases and across copies of this package. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** A setting is unknown or has a wrong value. */
export class ConfigError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_CONFIG", message, options);
  }
}

/** An argument of a call, of a task or of an option is wrong. Never retried. */
export class InvalidArgumentError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_INVALID_ARGUMENT", message, options);
  }
}

/** A canvas cannot be run or read: an empty chain, a chord without a body, data that is no signature. Nothing was sent. */
export class InvalidCanvasError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_INVALID_CANVAS", message, options);
  }
}

/** The option or feature exists in the API, but this version does not offer it. */
export class UnsupportedError extends TroupeError {
  constructor(message: string) {
    super("TROUPE_UNSUPPORTED", message);
  }
}

/** No task of that name is registered where it should run. */
export class NotRegistered extends TroupeError {
  constructor(message: string) {
    super("TROUPE_NOT_REGISTERED", message);
  }
}

/** A second task was given a name that is taken. */
export class AlreadyRegisteredError extends TroupeError {
  constructor(message: string) {
    super("TROUPE_ALREADY_REGISTERED", message);
  }
}

/** The queue is not declared and may not be created. */
export class QueueNotFound extends TroupeError {
  constructor(message: string) {
    super("TROUPE_QUEUE_NOT_FOUND", message);
  }
}

/** The broker refused the message because its store is full. Nothing was stored. */
export class QueueFullError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_QUEUE_FULL", message, options);
  }
}

/** The encoded message is larger than the broker takes. Nothing was sent. */
export class PayloadTooLargeError extends TroupeError {
  /** Size of the encoded message, in bytes. */
  readonly sizeBytes: number;
  /** Largest message the broker takes, in bytes. */
  readonly limitBytes: number;

  constructor(what: string, sizeBytes: number, limitBytes: number) {
    super(
      "TROUPE_PAYLOAD_TOO_LARGE",
      `${what} is ${sizeBytes} bytes, the broker takes at most ${limitBytes}; ` +
        "pass a reference to the data (a key, a URL) or raise max_payload on the server",
    );
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/** A value cannot be encoded for the wire, or bytes from the wire cannot be decoded. */
export class SerializationError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_SERIALIZATION", message, options);
  }
}

/** A message from the wire is well formed but is not what it should be. */
export class InvalidMessageError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_INVALID_MESSAGE", message, options);
  }
}

/** No broker answered in time. Nothing was sent. */
export class BrokerUnreachableError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_BROKER_UNREACHABLE", message, options);
  }
}

/** The broker refused an operation for good: permissions, configuration, a missing stream. */
export class BrokerRefusedError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_BROKER_REFUSED", message, options);
  }
}

/** One request got no answer in time: it may or may not have been carried out. */
export class BrokerTimeoutError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_BROKER_TIMEOUT", message, options);
  }
}

/**
 * A task was sent, but the broker's answer did not arrive: it may or may not be accepted.
 * Calling again with `taskId: error.taskId` within two minutes cannot make it run twice; later, its outcome is still one.
 */
export class OutcomeUnknownError extends TroupeError {
  /** Id under which the task was sent. */
  readonly taskId: string;

  constructor(taskId: string, message: string, options?: ErrorOptions) {
    super("TROUPE_OUTCOME_UNKNOWN", message, options);
    this.taskId = taskId;
  }
}

/** A stream or consumer on the broker differs from what this application needs. */
export class TopologyError extends TroupeError {
  constructor(message: string, options?: ErrorOptions) {
    super("TROUPE_TOPOLOGY", message, options);
  }
}

/** The application, connection or worker was closed. */
export class ClosedError extends TroupeError {
  constructor(message: string) {
    super("TROUPE_CLOSED", message);
  }
}

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

/** `get()` was called inside a task, where waiting for other tasks can starve the worker. */
export class GetInsideTaskError extends TroupeError {
  constructor(taskId: string) {
    super(
      "TROUPE_GET_INSIDE_TASK",
      `get() of task ${taskId} was called inside a task: a worker that waits for its own kind can starve; ` +
        "use a callback or a chain, or pass { allowInTask: true } when the other task has workers of its own",
    );
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

/** A bound of this process is reached: too many waiting results or unsent messages. Await some before adding more. */
export class LimitReachedError extends TroupeError {
  constructor(message: string) {
    super("TROUPE_LIMIT_REACHED", message);
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

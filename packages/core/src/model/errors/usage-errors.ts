// What a program does wrong before anything is sent: settings, arguments, names, bounds of its own process.

import { TroupeError } from "./troupe-error.ts";

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

/** The application, connection or worker was closed. */
export class ClosedError extends TroupeError {
  constructor(message: string) {
    super("TROUPE_CLOSED", message);
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

/** A bound of this process is reached: too many waiting results or unsent messages. Await some before adding more. */
export class LimitReachedError extends TroupeError {
  constructor(message: string) {
    super("TROUPE_LIMIT_REACHED", message);
  }
}

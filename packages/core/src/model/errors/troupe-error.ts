// The code of every error, and the base of their classes. `docs/errors.md` explains each code; a test compares the two.
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

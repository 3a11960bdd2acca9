// What a broker refuses or leaves open.

import { TroupeError } from "./troupe-error.ts";

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

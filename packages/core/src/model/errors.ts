// Every error that Troupe raises, for all who raise or catch one. A file of `errors/` has those of one area.

export {
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  OutcomeUnknownError,
  QueueFullError,
  QueueNotFound,
  TopologyError,
} from "./errors/broker-errors.ts";
export { InvalidMessageError, PayloadTooLargeError, SerializationError } from "./errors/message-errors.ts";
export { IncompleteStream, ResultForgottenError, TaskTimeoutError } from "./errors/result-errors.ts";
export {
  ChordError,
  Ignore,
  MaxRetriesExceededError,
  Reject,
  RemoteError,
  SoftTimeLimitExceeded,
  TaskExistsError,
  TaskRevokedError,
  TimeLimitExceeded,
  WorkerLostError,
} from "./errors/task-errors.ts";
export { type ErrorCode, TroupeError } from "./errors/troupe-error.ts";
export {
  AlreadyRegisteredError,
  ClosedError,
  ConfigError,
  GetInsideTaskError,
  InvalidArgumentError,
  InvalidCanvasError,
  LimitReachedError,
  NotRegistered,
  UnsupportedError,
} from "./errors/usage-errors.ts";

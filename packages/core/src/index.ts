// Public entry `@troupe/core`. The names are listed one by one, so that a change of this file is a change of the API.

export type { Conf } from "./app/conf.ts";
export type { Settings } from "./app/config.ts";
export type { Route, TaskRoutes } from "./app/router.ts";
export type { AnyTask, Task, TaskLike } from "./app/task.ts";
export { type Control, isTroupe, Troupe } from "./app/troupe.ts";
export { AsyncResult, EagerResult, type GetOptions, type ResultRecord } from "./client/async-result.ts";
export type { Inspect, InspectOptions, Replies } from "./client/inspect.ts";
export type { SerializerName } from "./codec/serializer.ts";
export type { ApplyOptions, RetryPolicy } from "./model/apply-options.ts";
export type { ActiveTask, WorkerStats } from "./model/control-command.ts";
export type { Duration } from "./model/duration.ts";
export {
  AlreadyRegisteredError,
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  ClosedError,
  ConfigError,
  type ErrorCode,
  GetInsideTaskError,
  Ignore,
  InvalidArgumentError,
  InvalidMessageError,
  LimitReachedError,
  NotRegistered,
  OutcomeUnknownError,
  PayloadTooLargeError,
  QueueFullError,
  QueueNotFound,
  Reject,
  RemoteError,
  ResultForgottenError,
  SerializationError,
  TaskRevokedError,
  TaskTimeoutError,
  TopologyError,
  TroupeError,
  UnsupportedError,
  WorkerLostError,
} from "./model/errors.ts";
export type { ErrorClass } from "./model/failure.ts";
export { type Kw, kw } from "./model/kw.ts";
export type { TaskOptions } from "./model/task-options.ts";
export type { FinalState, TaskState } from "./model/task-state.ts";
export { VERSION } from "./model/version.ts";
export type { LogFunction, Logger } from "./platform/logger.ts";
export { memoryTransport } from "./transport/memory/memory-transport.ts";
export type { DeliveryInfo, TaskContext } from "./worker/task-context.ts";
export type { StopOptions, Worker } from "./worker/worker.ts";
export type { WorkerOptions } from "./worker/worker-options.ts";

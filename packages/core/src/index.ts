// Public entry `@troupe/core`. The names are listed one by one, so that a change of this file is a change of the API.

export { brokerText, withoutCredentials } from "./app/broker-text.ts";
export type { Conf } from "./app/conf.ts";
export type { Settings } from "./app/config.ts";
export type { QueueOptions, QueueStreamOptions, TaskQueues } from "./app/declared-queues.ts";
export type { Middleware } from "./app/extensions.ts";
export type { TaskOptions } from "./app/handler-types.ts";
export type { Remote, RemoteTask, TaskNames } from "./app/remote.ts";
export type { Route, RouteFunction, RouteMap, RouteOptions, RoutePair, Router, TaskRoutes } from "./app/router.ts";
export { signature } from "./app/signature.ts";
export type { AnyTask, Task, TaskLike } from "./app/task.ts";
export { isTroupe, Troupe } from "./app/troupe.ts";
export type { CommandCall } from "./app/user-commands.ts";
export type { Countdowns } from "./canvas/group.ts";
export type { SignatureOptions } from "./canvas/signature-data.ts";
export type { Exit, Immutable, Input } from "./canvas/signature-types.ts";
export type { StampOptions, Stamps, StampVisitor } from "./canvas/stamp.ts";
export type { AskOptions } from "./client/ask-options.ts";
export type { Replies } from "./client/ask-workers.ts";
export {
  type AnyResult,
  AsyncResult,
  EagerResult,
  type GetOptions,
  GroupResult,
  type JoinOptions,
  type MemberHandles,
  type ResultHandle,
  type ResultRecord,
} from "./client/async-result.ts";
export { chain, chord, chunks, group, isSignature } from "./client/canvas.ts";
export type { Control, ControlRevokeOptions, OrderReply, ShutdownOptions } from "./client/control.ts";
export type {
  BulkOptions,
  DeadLetterBox,
  LetterFilter,
  LetterOutcome,
  ListLettersOptions,
  ReplayedLetters,
} from "./client/dead-letters.ts";
export type {
  CancelDelayedOptions,
  DelayedCalls,
  DelayedTaskInfo,
  ListDelayedOptions,
  NewTime,
} from "./client/delayed-calls.ts";
export { DependencyGraph, type GraphText } from "./client/dependency-graph.ts";
export type { ExplainOptions } from "./client/explain.ts";
export type { AwaitedTask, Explanation } from "./client/explanation.ts";
export type { HookHandler, HookOptions } from "./client/hooks.ts";
export type { Inspect } from "./client/inspect.ts";
export type { DeadLetterInfo, LetterTask } from "./client/letter-info.ts";
export type { Link } from "./client/middleware.ts";
export type {
  ListQueuesOptions,
  PausedQueueInfo,
  PauseOptions,
  QueueBinding,
  QueueInfo,
  Queues,
} from "./client/queues.ts";
export type { ReplayOptions } from "./client/replay-letter.ts";
export { ResultSet, type SetMember } from "./client/result-set.ts";
export type { CollectOptions, ResultTuple, TreeOptions } from "./client/result-tree.ts";
export type { ResultRevokeOptions } from "./client/revoke-results.ts";
export type {
  AnyErrback,
  AnySignature,
  Chunks,
  Errback,
  ErrbackSignature,
  Group,
  NamedSignature,
  OpenChord,
  SerializedSignature,
  Signature,
  StoredSignature,
} from "./client/signature.ts";
export type { SerializerName } from "./codec/serializer.ts";
export type { Camera, CameraOptions } from "./events/camera.ts";
export type { ClusterState, ClusterStateOptions, StateListeners, TaskQuery } from "./events/cluster-state.ts";
export type { Events, Unsubscribe } from "./events/events.ts";
export type { LiveState } from "./events/live-state.ts";
export type { ConnectionState, SubscribeOptions } from "./events/subscribe-options.ts";
export type { TaskView } from "./events/task-view.ts";
export type { WorkerView } from "./events/worker-view.ts";
export type { ApplyOptions, RetryPolicy } from "./model/apply-options.ts";
export type { Attempt } from "./model/attempt.ts";
export { type Duration, durationMs } from "./model/duration.ts";
export {
  AlreadyRegisteredError,
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  ChordError,
  ClosedError,
  ConfigError,
  type ErrorCode,
  GetInsideTaskError,
  Ignore,
  IncompleteStream,
  InvalidArgumentError,
  InvalidCanvasError,
  InvalidMessageError,
  LimitReachedError,
  MaxRetriesExceededError,
  NotRegistered,
  OutcomeUnknownError,
  PayloadTooLargeError,
  QueueFullError,
  QueueNotFound,
  Reject,
  RemoteError,
  ResultForgottenError,
  SerializationError,
  SoftTimeLimitExceeded,
  TaskExistsError,
  TaskRevokedError,
  TaskTimeoutError,
  TimeLimitExceeded,
  TopologyError,
  TroupeError,
  UnsupportedError,
  WorkerLostError,
} from "./model/errors.ts";
export type {
  BuiltInEvents,
  EventEnvelope,
  EventFields,
  EventFor,
  EventMap,
  EventPattern,
  TaskFailedEvent,
  TaskIgnoredEvent,
  TaskProgressEvent,
  TaskReceivedEvent,
  TaskRejectedEvent,
  TaskRetriedEvent,
  TaskRevokedEvent,
  TaskSentEvent,
  TaskStartedEvent,
  TaskSucceededEvent,
  UnknownEvent,
  WorkerHeartbeatEvent,
  WorkerOfflineEvent,
  WorkerOnlineEvent,
} from "./model/event-map.ts";
export type { ErrorClass } from "./model/failure.ts";
export type { FailedRequest } from "./model/flow.ts";
export type {
  EndedRun,
  FailedEvent,
  FailedTask,
  HookedChild,
  HookedTask,
  HookedWorker,
  HookMap,
  OutgoingTaskEvent,
  RejectedMessage,
  SucceededTask,
} from "./model/hook-map.ts";
export type {
  ActiveQueue,
  ActiveTask,
  QueriedTask,
  ReservedTask,
  ScheduledTask,
  WorkerMemory,
  WorkerStats,
} from "./model/inspect-replies.ts";
export { type Kw, kw } from "./model/kw.ts";
export type { Rate, RateLimit, RateScope } from "./model/rate-limit.ts";
export { Retry, type RetryOptions } from "./model/retry.ts";
export type { StampValue } from "./model/revocation.ts";
export type { RevokeOptions } from "./model/revoke-options.ts";
export type { FinalState, TaskState } from "./model/task-state.ts";
export type { TaskUniqueOptions, UniqueOptions } from "./model/unique-options.ts";
export type {
  CommandArgument,
  CommandDescription,
  CommandInput,
  CommandKind,
  CommandOptions,
} from "./model/user-command.ts";
export { VERSION } from "./model/version.ts";
export type { LogFunction, Logger } from "./platform/logger.ts";
export { memoryTransport } from "./transport/memory/memory-transport.ts";
export { directQueue } from "./worker/direct-queue.ts";
export type { PoolName } from "./worker/pool.ts";
export type { Execution } from "./worker/run-surrounded.ts";
export type { StopOptions } from "./worker/stop-options.ts";
export type { DeliveryInfo, TaskContext } from "./worker/task-context.ts";
export type { Worker } from "./worker/worker.ts";
export { expandWorkerName } from "./worker/worker-name.ts";
export type { WorkerOptions } from "./worker/worker-options.ts";

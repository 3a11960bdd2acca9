// Public entry `@troupe/core/transport`: the ports, for those who write a transport.

export { checkOptions, type OptionRule, type OptionSubject, type OptionTable } from "../model/check-options.ts";
export {
  BrokerRefusedError,
  BrokerTimeoutError,
  BrokerUnreachableError,
  ClosedError,
  ConfigError,
  PayloadTooLargeError,
  QueueFullError,
  TopologyError,
} from "../model/errors.ts";
export type { ActorAddress } from "../model/flow.ts";
export { MAX_PRIORITY } from "../model/task-message.ts";
export type { Clock, Timer } from "../platform/clock.ts";
export { systemClock } from "../platform/clock.ts";
export type { Logger } from "../platform/logger.ts";
export type { Broadcast, Topic } from "./broadcast.ts";
export type { DeadLetter, DeadLetters, KeptLetter, LetterError, LetterPage, LetterQuery } from "./dead-letters.ts";
export {
  type DelayedTask,
  type DelayedTasks,
  type EndUndeliverable,
  hasToWait,
  type TaskMover,
} from "./delayed-tasks.ts";
export type {
  EventAddress,
  EventConsumeOptions,
  EventConsumer,
  EventDelivery,
  EventFilter,
  EventStream,
} from "./event-stream.ts";
export type { Leases } from "./leases.ts";
export type { Mail, Mailboxes, MailKind, MailSearch, OutgoingMail, Shard, ShardOwner } from "./mailboxes.ts";
export type { MemoryTransportOptions } from "./memory/memory-options.ts";
export { memoryTransport } from "./memory/memory-transport.ts";
export { PriorityTurns } from "./priority-turns.ts";
export type { QueuePauses, StoredPause } from "./queue-pauses.ts";
export { type QueueStream, sameQueueStreams } from "./queue-streams.ts";
export type { RecordKey, RecordKind, RecordStore } from "./record-store.ts";
export type { RevocationKey, Revocations, RevocationWatch, StoredRevocation } from "./revocations.ts";
export {
  type ConsumeOptions,
  type Delivery,
  type FoundTask,
  MOST_FOUND,
  type OutgoingTask,
  type QueueConsumer,
  type Stored,
  type TaskQueue,
  type TaskSearch,
} from "./task-queue.ts";
export type { ConnectionChange, ConnectSettings, Transport, TransportFactory } from "./transport.ts";

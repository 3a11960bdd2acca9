// What a broker must do for Troupe. The core knows these ports only; `memory/` is the in-process one,
// `@troupe/nats-transport` the one over NATS JetStream. `testing/transport-conformance.ts` says what they promise, as tests.
//
// A transport does one try of each operation and says how it went. Repeating, deadlines and what a repeat means are the
// core's. A transport encodes every name it is given before the name becomes part of an address (I6).
//
// Bytes given to a transport may be used again when the call has resolved; bytes that it gives out belong to the receiver.

import type { Logger } from "../platform/logger.ts";
import type { Broadcast } from "./broadcast.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { DelayedTasks } from "./delayed-tasks.ts";
import type { EventStream } from "./event-stream.ts";
import type { Leases } from "./leases.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { QueuePauses } from "./queue-pauses.ts";
import type { QueueStream } from "./queue-streams.ts";
import type { RecordStore } from "./record-store.ts";
import type { Revocations } from "./revocations.ts";
import type { TaskQueue } from "./task-queue.ts";

/** What an application tells its transport when it connects. */
export interface ConnectSettings {
  /** Keeps applications apart that share a broker. */
  readonly namespace: string;
  /** How long records are kept, in milliseconds. */
  readonly resultExpiresMs: number;
  /** How long revocations are kept, in milliseconds. */
  readonly revokeExpiresMs: number;
  /** How long a delivery may go without a sign of life before it is given to another worker, in milliseconds. */
  readonly ackWaitMs: number;
  /** Queues that are stored apart from the others, and have limits of their own. @default none */
  readonly queueStreams?: ReadonlyMap<string, QueueStream> | undefined;
  /** Longest wait for the first connection, in milliseconds; null: for ever. */
  readonly timeoutMs: number | null;
  /** Ends the wait for the first connection. */
  readonly signal?: AbortSignal | undefined;
  readonly logger: Logger;
}

/** `connected` again after `disconnected` means that pushes may have been missed; `restarted`: by another server process. */
export type ConnectionChange =
  | { readonly type: "connected"; readonly restarted: boolean }
  | { readonly type: "disconnected"; readonly reason: string }
  | { readonly type: "closed"; readonly reason: string };

/**
 * A connection to a broker and the ten things it offers.
 *
 * All operations reject with `BrokerUnreachableError` (not sent), `BrokerTimeoutError` (sent, outcome unknown),
 * `QueueFullError`, `PayloadTooLargeError` or `BrokerRefusedError` (not stored), and with nothing else; those of a shard
 * that is lost with `ClosedError`.
 */
export interface Transport {
  /** Address for people, without credentials. */
  readonly address: string;
  readonly tasks: TaskQueue;
  readonly records: RecordStore;
  readonly broadcast: Broadcast;
  readonly deadLetters: DeadLetters;
  readonly leases: Leases;
  readonly mailboxes: Mailboxes;
  readonly delayed: DelayedTasks;
  readonly revocations: Revocations;
  readonly events: EventStream;
  readonly pauses: QueuePauses;

  /**
   * Connects and makes what is missing on the broker. Calling it again, also by a second application that shares this
   * object, waits for the same connection and its settings; each call needs its own `close`.
   *
   * @throws {ConfigError} it is connected already, for another namespace or with other `queueStreams`.
   * @throws {BrokerUnreachableError} no broker within `timeoutMs`.
   * @throws {TopologyError} the broker holds something of that name that does not fit, or a queue with tasks elsewhere.
   */
  connect(settings: ConnectSettings): Promise<void>;

  /** Sends what is under way, then disconnects. Unsettled deliveries of open consumers go back to their queues. */
  close(): Promise<void>;

  /** Whether operations can be carried out now. The transport reconnects by itself. */
  readonly connected: boolean;

  /** Tells changes of the connection until the returned function is called. */
  onChange(listener: (change: ConnectionChange) => void): () => void;

  /** Largest message in bytes, with everything that the transport adds to the body. */
  readonly maxMessageBytes: number;

  /** The broker's clock, in milliseconds since the epoch. */
  now(): number;
}

/** Makes the transport for broker URLs of one scheme. */
export type TransportFactory = (urls: readonly string[], options: Readonly<Record<string, unknown>>) => Transport;

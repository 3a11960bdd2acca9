// The in-process transport: the reference of what the ports mean, and what an application uses that needs no broker.
//
// It is the broker and the connection to it at once. All who share the object share its queues; what is stored stays in it
// when the last of them closes, and is lost with the process.

import { checkOptions } from "../../model/check-options.ts";
import { type Clock, systemClock } from "../../platform/clock.ts";
import type { ConnectionChange, ConnectSettings, Transport } from "../transport.ts";
import { MemoryBroadcast } from "./memory-broadcast.ts";
import { MemoryConnection } from "./memory-connection.ts";
import { MemoryDeadLetters } from "./memory-dead-letters.ts";
import { MemoryDelayedTasks } from "./memory-delayed-tasks.ts";
import { MemoryEventStream } from "./memory-event-stream.ts";
import { MemoryLeases } from "./memory-leases.ts";
import { MemoryMailboxes } from "./memory-mailboxes.ts";
import {
  DEFAULT_LIMITS,
  MEMORY_OPTION_TABLE,
  type MemoryLimits,
  type MemoryTransportOptions,
} from "./memory-options.ts";
import { MemoryQueuePauses } from "./memory-queue-pauses.ts";
import { MemoryRecordStore } from "./memory-record-store.ts";
import { MemoryRevocations } from "./memory-revocations.ts";
import { MemoryTaskQueue } from "./memory-task-queue.ts";

/**
 * Makes a transport that lives in this process. Give the same object to every application that is to share its queues.
 *
 * A delivery belongs to its consumer until it is settled or the consumer is closed: there is no ack wait, for a consumer
 * cannot be lost without the transport. Requests, delays and leases keep no process alive.
 *
 * @throws {ConfigError} an option is unknown or has a wrong value.
 */
export function memoryTransport(options?: MemoryTransportOptions): Transport {
  checkOptions(options, MEMORY_OPTION_TABLE, { what: "option of the memory transport:", kind: "setting" });
  const { clock = systemClock, ...limits } = options ?? {};
  return new MemoryTransport({ ...DEFAULT_LIMITS, ...limits }, clock);
}

class MemoryTransport implements Transport {
  readonly address = "memory:";
  readonly maxMessageBytes: number;
  readonly tasks: MemoryTaskQueue;
  readonly records: MemoryRecordStore;
  readonly broadcast: MemoryBroadcast;
  readonly deadLetters: MemoryDeadLetters;
  readonly leases: MemoryLeases;
  readonly mailboxes: MemoryMailboxes;
  readonly delayed: MemoryDelayedTasks;
  readonly revocations: MemoryRevocations;
  readonly events: MemoryEventStream;
  readonly pauses: MemoryQueuePauses;
  readonly #clock: Clock;
  readonly #connection = new MemoryConnection();

  constructor(limits: MemoryLimits, clock: Clock) {
    this.#clock = clock;
    this.maxMessageBytes = limits.maxMessageBytes;
    this.tasks = new MemoryTaskQueue(this.#connection, limits, clock);
    this.records = new MemoryRecordStore(this.#connection, limits, clock);
    this.broadcast = new MemoryBroadcast(this.#connection, limits.maxMessageBytes);
    this.deadLetters = new MemoryDeadLetters(this.#connection, limits.maxMessageBytes, clock);
    this.leases = new MemoryLeases(this.#connection, limits.leaseMs, clock);
    this.mailboxes = new MemoryMailboxes(this.#connection, limits, clock);
    this.delayed = new MemoryDelayedTasks({ connection: this.#connection, tasks: this.tasks, limits, clock });
    this.revocations = new MemoryRevocations(this.#connection, limits, clock);
    this.events = new MemoryEventStream(this.#connection, limits.maxMessageBytes, clock);
    this.pauses = new MemoryQueuePauses(this.#connection, limits);
  }

  get connected(): boolean {
    return this.#connection.isOpen;
  }

  async connect(settings: ConnectSettings): Promise<void> {
    this.#connection.open(settings);
  }

  async close(): Promise<void> {
    if (!this.#connection.release()) return;
    this.broadcast.close();
    this.mailboxes.close();
    this.delayed.close();
    this.events.close();
    await this.tasks.close();
  }

  onChange(listener: (change: ConnectionChange) => void): () => void {
    return this.#connection.onChange(listener);
  }

  now(): number {
    return this.#clock.now();
  }
}

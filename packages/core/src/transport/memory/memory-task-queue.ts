// All queues of the in-process broker, and what is true of them together: the limits of the store, and recent keys.

import { PayloadTooLargeError } from "../../model/errors.ts";
import { shown } from "../../model/names.ts";
import type { Clock } from "../../platform/clock.ts";
import {
  type ConsumeOptions,
  type FoundTask,
  MOST_FOUND,
  type OutgoingTask,
  type QueueConsumer,
  type Stored,
  type TaskQueue,
  type TaskSearch,
} from "../task-queue.ts";
import { copyBytes } from "./copy-bytes.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { MemoryConsumer } from "./memory-consumer.ts";
import type { MemoryLimits } from "./memory-options.ts";
import { MemoryQueue, type QueueOwner } from "./memory-queue.ts";
import { MemoryRoom } from "./memory-room.ts";
import type { QueuedTask } from "./queued-task.ts";
import { RecentKeys } from "./recent-keys.ts";

const RECENT_MS = 120_000;
const RECENT_KEYS = 100_000;

/** Tasks until they are acknowledged, as long as the process lives. */
export class MemoryTaskQueue implements TaskQueue, QueueOwner {
  readonly clock: Clock;
  readonly #connection: MemoryConnection;
  readonly #limits: MemoryLimits;
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #consumers = new Set<MemoryConsumer>();
  readonly #recent: RecentKeys;
  readonly #room: MemoryRoom;
  /** Of queues that have limits of their own. */
  readonly #rooms = new Map<string, MemoryRoom>();

  constructor(connection: MemoryConnection, limits: MemoryLimits, clock: Clock) {
    this.#connection = connection;
    this.#limits = limits;
    this.clock = clock;
    this.#recent = new RecentKeys(clock, RECENT_MS, RECENT_KEYS);
    this.#room = new MemoryRoom(limits, null);
  }

  async publish(task: OutgoingTask): Promise<Stored> {
    this.#connection.check("publish");
    return this.store(task);
  }

  /** As `publish`, at once. */
  store(task: OutgoingTask): Stored {
    const bytes = task.body.byteLength;
    if (bytes > this.#limits.maxMessageBytes) {
      throw new PayloadTooLargeError(`message to queue ${shown(task.queue)}`, bytes, this.#limits.maxMessageBytes);
    }
    const recentKey = `${task.queue.length} ${task.queue} ${task.key}`;
    if (this.#queues.get(task.queue)?.holds(task.key)) return "exists";
    if (!task.moved && this.#recent.has(recentKey)) return "exists";
    this.#roomOf(task.queue).take(bytes);
    // An exclusive key is free again once its message is settled; its record tells later repeats.
    if (!task.exclusive) this.#recent.add(recentKey);
    this.#queue(task.queue).add(task);
    return "stored";
  }

  async consume(options: ConsumeOptions): Promise<QueueConsumer> {
    this.#connection.check("consume");
    const queue = this.#queue(options.queue);
    const consumer = new MemoryConsumer(queue, options, {
      clock: this.clock,
      requestExpiresMs: this.#limits.requestExpiresMs,
      onClosed: (closed) => this.#consumers.delete(closed),
    });
    queue.join(consumer);
    this.#consumers.add(consumer);
    return consumer;
  }

  async count(queue: string): Promise<{ readonly waiting: number; readonly unsettled: number }> {
    this.#connection.check("count");
    const found = this.#queues.get(queue);
    return { waiting: found?.waiting ?? 0, unsettled: found?.unsettled ?? 0 };
  }

  async names(): Promise<readonly string[]> {
    this.#connection.check("names");
    return [...this.#queues.keys()];
  }

  async search(text: string, most: number): Promise<TaskSearch> {
    this.#connection.check("search");
    const found: FoundTask[] = [];
    let looked = 0;
    for (const queue of this.#queues.values()) {
      for (const { task, ahead, delivered } of queue.all()) {
        if (looked === most || found.length === MOST_FOUND) return { found, complete: false };
        looked += 1;
        if (!Buffer.from(task.body).includes(text, 0, "utf8")) continue;
        const { queue: name, priority = 0 } = task.message;
        found.push({ queue: name, priority, body: copyBytes(task.body), delivered, ahead });
      }
    }
    return { found, complete: true };
  }

  async purge(queue: string): Promise<number> {
    this.#connection.check("purge");
    return this.#queues.get(queue)?.purge() ?? 0;
  }

  async forget(queue: string): Promise<void> {
    this.#connection.check("forget");
    this.#queues.get(queue)?.forget();
  }

  /** Closes all consumers; what they had not settled waits again. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
  }

  removed(task: QueuedTask): void {
    this.#roomOf(task.message.queue).free(task.body.byteLength);
  }

  idle(name: string): void {
    this.#queues.delete(name);
  }

  #roomOf(queue: string): MemoryRoom {
    const { queueStreams } = this.#connection;
    if (queueStreams === undefined || queueStreams.size === 0) return this.#room;
    const found = this.#rooms.get(queue);
    if (found !== undefined) return found;
    const stream = queueStreams.get(queue);
    const room = stream === undefined ? this.#room : MemoryRoom.of(queue, stream, this.#limits);
    if (stream !== undefined) this.#rooms.set(queue, room);
    return room;
  }

  #queue(name: string): MemoryQueue {
    const found = this.#queues.get(name);
    if (found !== undefined) return found;
    const queue = new MemoryQueue(name, this);
    this.#queues.set(name, queue);
    return queue;
  }
}

// Delayed tasks on a stream of their own: stores, finds and takes out those that wait (protocol §7), and holds the movers of
// this process.

import {
  type DeadLetters,
  type DelayedTask,
  type DelayedTasks,
  type EndUndeliverable,
  hasToWait,
  type Leases,
  type OutgoingTask,
  PayloadTooLargeError,
  type Stored,
  type TaskMover,
  type TaskQueue,
} from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { StoredMessage } from "../publish/jetstream-api.ts";
import type { AckedBy } from "../publish/pending.ts";
import { notConnected } from "../wire/nats-errors.ts";
import { PubAckReader } from "../wire/pub-ack.ts";
import { bucketOf } from "./buckets.ts";
import { DelayMover } from "./delay-mover.ts";
import { delayHeaders, readDelayed } from "./delayed-message.ts";
import { MoveTask } from "./move-task.ts";
import { earliestTasks } from "./waiting-tasks.ts";

/** What the delayed tasks are part of. */
export interface JetStreamDelayedParts {
  readonly link: Link;
  readonly tasks: TaskQueue;
  readonly deadLetters: DeadLetters;
  readonly leases: Leases;
  /** The broker's clock. */
  readonly now: () => number;
}

/** See the top of the file. */
export class JetStreamDelayedTasks implements DelayedTasks {
  readonly #parts: JetStreamDelayedParts;
  readonly #movers = new Set<DelayMover>();
  #stored: AckedBy<Stored> | null = null;

  constructor(parts: JetStreamDelayedParts) {
    const { link } = parts;
    this.#parts = parts;
    link.connection.observe({
      onUp: (_, restarted) => this.#movers.forEach((mover) => mover.onUp(restarted)),
      onDown: () => this.#movers.forEach((mover) => mover.onDown()),
    });
    link.ticker.onTick(() => this.#movers.forEach((mover) => mover.onTick()));
  }

  async schedule(task: OutgoingTask, dueAt: number): Promise<Stored> {
    const { link, tasks, now } = this.#parts;
    const { names, publisher } = link;
    if (!hasToWait(dueAt, now())) return tasks.publish(task);
    const due = Math.ceil(dueAt);
    const block = delayHeaders(names.delayed, task, due);
    this.#checkSize(task, block.length);
    if (task.exclusive && (await this.#read(task.key)) !== null) return "exists";
    const subject = names.delaySubject(bucketOf(due), task.key);
    return publisher.publish({ subject, body: task.body, block }, this.#storedBy(names.delayed));
  }

  async move(holder: string, onUndeliverable?: EndUndeliverable): Promise<TaskMover> {
    const { link, leases, now } = this.#parts;
    if (link.connection.current === null) throw notConnected(link.config.servers.address);
    const onEnd = (ended: DelayMover): void => void this.#movers.delete(ended);
    const move = new MoveTask({ ...this.#parts, onUndeliverable });
    const mover = new DelayMover({ link, leases, move, now, holder, onEnd });
    this.#movers.add(mover);
    await mover.start();
    return mover;
  }

  async list(limit: number): Promise<readonly DelayedTask[]> {
    return earliestTasks(this.#parts.link, limit);
  }

  async find(key: string): Promise<DelayedTask | null> {
    const message = await this.#read(key);
    return message && this.#taskIn(message);
  }

  async cancel(key: string): Promise<DelayedTask | null> {
    const { api, names } = this.#parts.link;
    let taken: DelayedTask | null = null;
    // The same key may wait for several times.
    for (let message = await this.#read(key); message !== null; message = await this.#read(key)) {
      const task = this.#taskIn(message);
      if (task === null) break;
      if (await api.erase(names.delayed, message.sequence)) taken = task;
    }
    return taken;
  }

  /** Ends all movers of this process. */
  async close(): Promise<void> {
    await Promise.all([...this.#movers].map((mover) => mover.close()));
  }

  #read(key: string): Promise<StoredMessage | null> {
    const { api, names } = this.#parts.link;
    return api.leaderRead(names.delayed, { last_by_subj: names.delayedKey(key) });
  }

  #taskIn({ subject, headers, body }: StoredMessage): DelayedTask | null {
    return readDelayed(this.#parts.link.names, subject, headers, body);
  }

  /** What fits here must fit into the queue, whose message has the key in a header, too. */
  #checkSize({ queue, key, body }: OutgoingTask, headerBytes: number): void {
    const { names, connection } = this.#parts.link;
    const size = body.length + headerBytes + names.messageId(queue, key).length;
    if (size > connection.maxPayload) throw new PayloadTooLargeError("delayed task", size, connection.maxPayload);
  }

  #storedBy(stream: string): AckedBy<Stored> {
    if (this.#stored?.reader.stream !== stream) {
      this.#stored = {
        reader: new PubAckReader(stream),
        what: "delayed task",
        value: (verdict) => (verdict === "stored" ? "stored" : "exists"),
      };
    }
    return this.#stored;
  }
}

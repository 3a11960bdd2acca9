// Queues on the stream of tasks: publish, consume, count, purge.

import { createInbox } from "@nats-io/transport-node";
import {
  type ConsumeOptions,
  type OutgoingTask,
  type QueueConsumer,
  type Stored,
  systemClock,
  type TaskQueue,
  type TaskSearch,
} from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { ProgressSignals } from "../progress/progress-signals.ts";
import { DuplicateCheck } from "../publish/duplicate-check.ts";
import type { AckedBy } from "../publish/pending.ts";
import { consumerNames } from "../topology/consumer-names.ts";
import { ensureConsumer } from "../topology/ensure-topology.ts";
import { queueConsumerSpec } from "../topology/topology.ts";
import { fieldsAt, numberAt } from "../wire/fields.ts";
import { encodeHeaders, type HeaderBlock } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { JS_ERROR, reasonOf, streamGone } from "../wire/nats-errors.ts";
import { PubAckReader, type Verdict } from "../wire/pub-ack.ts";
import { ConsumerDoctor } from "./consumer-doctor.ts";
import { PriorityConsumer } from "./priority-consumer.ts";
import { type DeliveryOrder, PullConsumer } from "./pull-consumer.ts";
import { purgeQueue } from "./purge-queue.ts";
import { queueNames } from "./queue-names.ts";
import { type PriorityWatch, QueuePriorities } from "./queue-priorities.ts";
import type { QueueStreams } from "./queue-streams.ts";
import { searchTasks } from "./search-tasks.ts";
import { Settlements, type UnsettledDelivery } from "./settlements.ts";
import { StallWatch } from "./stall-watch.ts";

const DEFAULT_CONTENT_TYPE = "application/msgpack";

/** Messages of one priority of a queue. */
interface Counts {
  readonly waiting: number;
  readonly unsettled: number;
}

/** Which pull consumer of a queue it is. */
interface PullKind {
  readonly priority: number;
  readonly atOnce: boolean;
  readonly orders: Map<number, DeliveryOrder>;
}

/** See the top of the file. */
export class JetStreamTaskQueue implements TaskQueue {
  readonly #link: Link;
  readonly #streams: QueueStreams;
  readonly #signals: ProgressSignals<UnsettledDelivery>;
  readonly #settlements: Settlements;
  readonly #consumers = new Set<PullConsumer>();
  readonly #priorities: QueuePriorities;
  /** What is consumed, each with what tells its priorities. */
  readonly #queues = new Map<PriorityConsumer, PriorityWatch>();
  /** By the name of the queue's stream. */
  readonly #stored = new Map<string, AckedBy<Stored>>();
  #stall: StallWatch | null = null;

  constructor(link: Link, streams: QueueStreams, signals: ProgressSignals<UnsettledDelivery>) {
    this.#link = link;
    this.#streams = streams;
    this.#signals = signals;
    this.#settlements = new Settlements(link, signals);
    this.#priorities = new QueuePriorities(link);
    link.connection.observe({
      onUp: () => {
        this.#each((consumer) => consumer.onUp());
        for (const watch of this.#queues.values()) watch.onUp();
      },
      onDown: () => this.#each((consumer) => consumer.onDown()),
    });
    link.ticker.onTick(() => {
      this.#each((consumer) => consumer.onTick());
      for (const watch of this.#queues.values()) watch.onTick();
    });
  }

  /** Whether this process consumes anything. */
  get consuming(): boolean {
    return this.#consumers.size > 0;
  }

  publish(task: OutgoingTask): Promise<Stored> {
    const { queue, priority = 0 } = task;
    if (priority > 0) return this.#priorities.ensure(queue, priority).then(() => this.#send(task));
    return this.#send(task);
  }

  #send(task: OutgoingTask): Promise<Stored> {
    try {
      const { names, publisher } = this.#link;
      const { queue, key, body } = task;
      this.#streams.check(queue);
      const subject = names.taskSubject(queue, task.exclusive ? key : null, task.priority);
      const stream = names.streamOf(queue);
      const by = this.#stored.get(stream) ?? this.#storedBy(queue, stream);
      return publisher.publish({ subject, body, block: this.#headers(task, stream) }, by);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async consume(options: ConsumeOptions): Promise<QueueConsumer> {
    const { queue } = options;
    this.#streams.check(queue);
    const orders = new Map<number, DeliveryOrder>();
    const consumer = new PriorityConsumer(options, (parts, priority, atOnce) =>
      this.#open(parts, { priority, atOnce, orders }),
    );
    await consumer.start(() => {
      this.#queues.get(consumer)?.end();
      this.#queues.delete(consumer);
    });
    const add = (priority: number): Promise<void> =>
      consumer
        .add(priority)
        .catch((error: unknown) =>
          this.#link.logger.warn(
            { queue, priority, reason: reasonOf(error) },
            "a priority of a queue cannot be consumed",
          ),
        );
    this.#queues.set(consumer, await this.#priorities.watch(queue, add));
    return consumer;
  }

  async #open(options: ConsumeOptions, { priority, atOnce, orders }: PullKind): Promise<PullConsumer> {
    const link = this.#link;
    const mark = this.#streams.markOf(options.queue);
    const spec = queueConsumerSpec(link.names, options.queue, link.settings.ackWaitMs, priority);
    const info = await ensureConsumer(link.api, spec, link.logger);
    await this.#signals.start(numberAt(fieldsAt(info, "config"), "ack_wait") / 1_000_000);
    const order = orders.get(priority) ?? { highest: numberAt(fieldsAt(info, "delivered"), "stream_seq") };
    orders.set(priority, order);
    const consumer = new PullConsumer(
      {
        link,
        spec,
        settlements: this.#settlements,
        mark,
        doctor: new ConsumerDoctor(link, spec, mark),
        stall: this.#stallWatch(),
        order,
        atOnce,
        inbox: `${createInbox(link.config.inboxPrefix)}.`,
        onEnd: (ended) => this.#consumers.delete(ended),
      },
      options,
    );
    this.#consumers.add(consumer);
    return consumer;
  }

  #stallWatch(): StallWatch {
    this.#stall ??= new StallWatch(this.#link, systemClock);
    return this.#stall;
  }

  async count(queue: string): Promise<{ readonly waiting: number; readonly unsettled: number }> {
    const counts = await Promise.all(
      (await this.#prioritiesOf(queue)).map((priority) => this.#countOne(queue, priority)),
    );
    const sum = (of: (one: Counts) => number): number => counts.reduce((total, one) => total + of(one), 0);
    return { waiting: sum(({ waiting }) => waiting), unsettled: sum(({ unsettled }) => unsettled) };
  }

  async names(): Promise<readonly string[]> {
    const { api, names } = this.#link;
    const consumers = await consumerNames(api, names.tasks);
    this.#priorities.keep(consumers);
    return queueNames(this.#link, consumers);
  }

  search(text: string, most: number): Promise<TaskSearch> {
    return searchTasks(this.#link, text, most);
  }

  async purge(queue: string): Promise<number> {
    let purged = 0;
    for (const priority of await this.#prioritiesOf(queue)) purged += await this.#purgeOne(queue, priority);
    return purged;
  }

  async forget(queue: string): Promise<void> {
    const { api, names } = this.#link;
    await this.purge(queue);
    for (const priority of await this.#prioritiesOf(queue)) {
      const consumer = names.queueConsumer(queue, priority);
      await api.find(`CONSUMER.DELETE.${names.streamOf(queue)}.${consumer}`, undefined, [JS_ERROR.consumerNotFound]);
    }
    await this.names();
  }

  /** Ends all consumers; what they have not settled goes back. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues.keys()].map((consumer) => consumer.close()));
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
  }

  async #prioritiesOf(queue: string): Promise<readonly number[]> {
    return [0, ...(await this.#priorities.above0(queue))];
  }

  async #countOne(queue: string, priority: number): Promise<Counts> {
    const { api, names } = this.#link;
    const info = await api.consumerInfo(names.streamOf(queue), names.queueConsumer(queue, priority));
    if (info === null) return { waiting: await this.#countSubjects(queue, priority), unsettled: 0 };
    return { waiting: numberAt(info, "num_pending"), unsettled: numberAt(info, "num_ack_pending") };
  }

  async #purgeOne(queue: string, priority: number): Promise<number> {
    const link = this.#link;
    const { waiting } = await this.#countOne(queue, priority);
    if (waiting === 0) return 0;
    const spec = queueConsumerSpec(link.names, queue, link.settings.ackWaitMs, priority);
    await ensureConsumer(link.api, spec, link.logger);
    return purgeQueue(link, spec, waiting);
  }

  #each(act: (consumer: PullConsumer) => void): void {
    for (const consumer of this.#consumers) act(consumer);
  }

  #headers(task: OutgoingTask, stream: string): HeaderBlock {
    const { names } = this.#link;
    // The message id is the first filter, also between a plain message and its repeat under a chosen id (protocol §1).
    const lines: [string, string][] = [[HEADER.expectedStream, stream]];
    // What was in the queue a moment ago has used it up: the broker would take the message for a repeat and drop it.
    if (!task.moved) lines.push([HEADER.messageId, names.messageId(task.queue, task.key)]);
    if (task.exclusive) lines.push([HEADER.expectedLastSubjectSequence, "0"]);
    if (task.repeat) lines.push([HEADER.repeat, "1"]);
    if (task.contentType !== DEFAULT_CONTENT_TYPE) lines.push([HEADER.contentType, task.contentType]);
    return encodeHeaders(lines);
  }

  #storedBy(queue: string, stream: string): AckedBy<Stored> {
    const duplicates = new DuplicateCheck(this.#link, stream);
    const isShared = stream === this.#link.names.tasks;
    const by: AckedBy<Stored> = {
      reader: new PubAckReader(stream),
      what: isShared ? "task" : `task to queue ${JSON.stringify(queue)}`,
      whenFull: isShared ? undefined : this.#fullStream(queue, stream),
      value: (verdict: Verdict, sequence: number) => {
        if (verdict === "stored") return "stored";
        return verdict === "duplicate" ? duplicates.confirm(sequence) : "exists";
      },
    };
    this.#stored.set(stream, by);
    return by;
  }

  #fullStream(queue: string, stream: string): string {
    const { settings, config } = this.#link;
    const { maxMessages, maxBytes } = settings.queueStreams?.get(queue) ?? { maxMessages: null, maxBytes: null };
    const limits = `maxMessages ${maxMessages ?? "none"}, maxBytes ${maxBytes ?? config.maxBytes.tasks}`;
    return (
      `its stream ${stream} is full (${limits}): wait, start more workers for it, or raise the limits in taskQueues and ` +
      `with "nats stream edit ${stream}"`
    );
  }

  /** Without a consumer only the stream can tell, subject by subject in pages. */
  async #countSubjects(queue: string, priority: number): Promise<number> {
    const { api, names, config } = this.#link;
    const stream = names.streamOf(queue);
    const filter = names.queueFilter(queue, priority);
    let total = 0;
    for (let offset = 0; ; ) {
      const info = await api.streamInfo(stream, { subjects_filter: filter, offset });
      if (info === null) throw streamGone(stream, config.servers.address);
      const counts = Object.values(fieldsAt(fieldsAt(info, "state"), "subjects"));
      for (const count of counts) total += typeof count === "number" ? count : 0;
      offset += counts.length;
      if (counts.length === 0 || offset >= numberAt(info, "total")) return total;
    }
  }
}

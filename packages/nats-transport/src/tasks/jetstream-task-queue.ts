// Queues on the stream of tasks: publish, consume, count, purge.

import { createInbox } from "@nats-io/transport-node";
import {
  type ConsumeOptions,
  type OutgoingTask,
  type QueueConsumer,
  type Stored,
  systemClock,
  type TaskQueue,
} from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { ProgressSignals } from "../progress/progress-signals.ts";
import { DuplicateCheck } from "../publish/duplicate-check.ts";
import type { AckedBy } from "../publish/pending.ts";
import { ensureConsumer } from "../topology/ensure-topology.ts";
import { queueConsumerSpec } from "../topology/topology.ts";
import { fieldsAt, numberAt } from "../wire/fields.ts";
import { encodeHeaders, type HeaderBlock } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { streamGone } from "../wire/nats-errors.ts";
import { PubAckReader, type Verdict } from "../wire/pub-ack.ts";
import { ConsumerDoctor } from "./consumer-doctor.ts";
import { PullConsumer } from "./pull-consumer.ts";
import { purgeQueue } from "./purge-queue.ts";
import { Settlements, type UnsettledDelivery } from "./settlements.ts";
import { StallWatch } from "./stall-watch.ts";
import type { SuspicionMark } from "./suspicion-mark.ts";

const DEFAULT_CONTENT_TYPE = "application/msgpack";

/** See the top of the file. */
export class JetStreamTaskQueue implements TaskQueue {
  readonly #link: Link;
  readonly #mark: SuspicionMark;
  readonly #signals: ProgressSignals<UnsettledDelivery>;
  readonly #settlements: Settlements;
  readonly #consumers = new Set<PullConsumer>();
  #stored: AckedBy<Stored> | null = null;
  #stall: StallWatch | null = null;

  constructor(link: Link, mark: SuspicionMark, signals: ProgressSignals<UnsettledDelivery>) {
    this.#link = link;
    this.#mark = mark;
    this.#signals = signals;
    this.#settlements = new Settlements(link, signals);
    link.connection.observe({
      onUp: () => this.#each((consumer) => consumer.onUp()),
      onDown: () => this.#each((consumer) => consumer.onDown()),
    });
    link.ticker.onTick(() => this.#each((consumer) => consumer.onTick()));
  }

  /** Whether this process consumes anything. */
  get consuming(): boolean {
    return this.#consumers.size > 0;
  }

  publish(task: OutgoingTask): Promise<Stored> {
    try {
      const { names, publisher } = this.#link;
      const subject = names.taskSubject(task.queue, task.exclusive ? task.key : null);
      return publisher.publish({ subject, body: task.body, block: this.#headers(task) }, this.#storedBy(names.tasks));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async consume(options: ConsumeOptions): Promise<QueueConsumer> {
    const link = this.#link;
    const mark = this.#mark;
    const settlements = this.#settlements;
    const spec = queueConsumerSpec(link.names, options.queue, link.settings.ackWaitMs);
    const info = await ensureConsumer(link.api, spec, link.logger);
    await this.#signals.start(numberAt(fieldsAt(info, "config"), "ack_wait") / 1_000_000);
    const consumer = new PullConsumer(
      {
        link,
        spec,
        settlements,
        mark,
        doctor: new ConsumerDoctor(link, spec, mark),
        stall: this.#stallWatch(),
        deliveredBefore: numberAt(fieldsAt(info, "delivered"), "stream_seq"),
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
    const { api, names } = this.#link;
    const info = await api.consumerInfo(names.tasks, names.queueConsumer(queue));
    if (info === null) return { waiting: await this.#countSubjects(names.queueFilter(queue)), unsettled: 0 };
    return { waiting: numberAt(info, "num_pending"), unsettled: numberAt(info, "num_ack_pending") };
  }

  async purge(queue: string): Promise<number> {
    const link = this.#link;
    const waiting = (await this.count(queue)).waiting;
    if (waiting === 0) return 0;
    const spec = queueConsumerSpec(link.names, queue, link.settings.ackWaitMs);
    await ensureConsumer(link.api, spec, link.logger);
    return purgeQueue(link, spec, waiting);
  }

  /** Ends all consumers; what they have not settled goes back. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
  }

  #each(act: (consumer: PullConsumer) => void): void {
    for (const consumer of this.#consumers) act(consumer);
  }

  #headers(task: OutgoingTask): HeaderBlock {
    const { names } = this.#link;
    // The message id is the first filter, also between a plain message and its repeat under a chosen id (protocol §1).
    const lines: [string, string][] = [
      [HEADER.expectedStream, names.tasks],
      [HEADER.messageId, names.messageId(task.queue, task.key)],
    ];
    if (task.exclusive) lines.push([HEADER.expectedLastSubjectSequence, "0"]);
    if (task.repeat) lines.push([HEADER.repeat, "1"]);
    if (task.contentType !== DEFAULT_CONTENT_TYPE) lines.push([HEADER.contentType, task.contentType]);
    return encodeHeaders(lines);
  }

  #storedBy(stream: string): AckedBy<Stored> {
    if (this.#stored?.reader.stream !== stream) {
      const duplicates = new DuplicateCheck(this.#link);
      this.#stored = {
        reader: new PubAckReader(stream),
        what: "task",
        value: (verdict: Verdict, sequence: number) => {
          if (verdict === "stored") return "stored";
          return verdict === "duplicate" ? duplicates.confirm(sequence) : "exists";
        },
      };
    }
    return this.#stored;
  }

  /** Without a consumer only the stream can tell, subject by subject in pages. */
  async #countSubjects(filter: string): Promise<number> {
    const { api, names, config } = this.#link;
    let total = 0;
    for (let offset = 0; ; ) {
      const info = await api.streamInfo(names.tasks, { subjects_filter: filter, offset });
      if (info === null) throw streamGone(names.tasks, config.servers.address);
      const counts = Object.values(fieldsAt(fieldsAt(info, "state"), "subjects"));
      for (const count of counts) total += typeof count === "number" ? count : 0;
      offset += counts.length;
      if (counts.length === 0 || offset >= numberAt(info, "total")) return total;
    }
  }
}

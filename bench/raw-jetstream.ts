// What the raw loop is made of: the NATS client and JetStream, in the fastest way we know, with no Troupe.
//
// Publishes wait for their confirmation on one wildcard subscription, which is several times as fast as the JetStream
// client's own `publish`. Streams are set up as Troupe's are.

import { AckPolicy, DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { connect, createInbox, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";

/** Streams, subjects and the consumer. */
export const RAW = {
  tasks: "raw_TASKS",
  results: "raw_RESULTS",
  taskSubject: "raw.task.default",
  resultSubjects: "raw.result",
  replySubjects: "raw.reply",
  consumer: "workers",
} as const;

const DAY_NS = 24 * 3_600_000_000_000;
const MOST_UNSETTLED = 1_024;

/** One call. */
export interface RawCall {
  readonly id: string;
  readonly name: string;
  readonly args: readonly [number, number];
  readonly reply: string;
}

/** One outcome. */
export interface RawResult {
  readonly id: string;
  readonly state: string;
  readonly value: number;
  readonly at: number;
}

/** Connects, and makes the streams where they are missing. */
export async function connectRaw(url: string): Promise<NatsConnection> {
  const nats = await connect({ servers: url });
  const { streams, consumers } = await jetstreamManager(nats);
  const common = { storage: StorageType.File, discard: DiscardPolicy.New, max_bytes: 1024 ** 3 };
  await streams.add({ ...common, name: RAW.tasks, subjects: [RAW.taskSubject], retention: RetentionPolicy.Workqueue });
  await streams.add({
    ...common,
    name: RAW.results,
    subjects: [`${RAW.resultSubjects}.*`],
    retention: RetentionPolicy.Limits,
    max_msgs_per_subject: 1,
    max_age: DAY_NS,
    allow_direct: true,
  });
  await consumers.add(RAW.tasks, {
    durable_name: RAW.consumer,
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: MOST_UNSETTLED,
  });
  return nats;
}

/** Publishes to streams. */
export class RawPublisher {
  readonly #nats: NatsConnection;
  readonly #inbox = `${createInbox()}.`;
  readonly #waiting = new Map<string, () => void>();
  #last = 0;

  constructor(nats: NatsConnection) {
    this.#nats = nats;
    nats.subscribe(`${this.#inbox}*`, {
      callback: (_error, message) => {
        const token = message.subject.slice(this.#inbox.length);
        const stored = this.#waiting.get(token);
        this.#waiting.delete(token);
        if (!message.string().startsWith('{"stream"')) throw new Error(`not stored: ${message.string()}`);
        stored?.();
      },
    });
  }

  /** Resolves when the stream has confirmed the message. */
  publish(subject: string, body: string, headers?: MsgHdrs): Promise<void> {
    const token = String(++this.#last);
    const stored = new Promise<void>((resolve) => this.#waiting.set(token, resolve));
    this.#nats.publish(subject, body, { reply: this.#inbox + token, ...(headers && { headers }) });
    return stored;
  }
}

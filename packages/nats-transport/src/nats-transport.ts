// The transport over NATS JetStream: puts the parts together, connects and closes them.

import {
  type Broadcast,
  BrokerTimeoutError,
  BrokerUnreachableError,
  ConfigError,
  type ConnectionChange,
  type ConnectSettings,
  type DeadLetters,
  type DelayedTasks,
  type EventStream,
  type Leases,
  type Mailboxes,
  type QueuePauses,
  type RecordStore,
  type Revocations,
  sameQueueStreams,
  systemClock,
  type TaskQueue,
  type Transport,
} from "@troupe/core/transport";
import type { NatsConfig } from "./config.ts";
import { BrokerClock } from "./connection/broker-clock.ts";
import { Link } from "./connection/link.ts";
import { Ticker } from "./connection/ticker.ts";
import { CoreBroadcast } from "./core-broadcast.ts";
import { JetStreamDelayedTasks } from "./delayed/jetstream-delayed-tasks.ts";
import { JetStreamEventStream } from "./events/jetstream-event-stream.ts";
import { JetStreamDeadLetters } from "./jetstream-dead-letters.ts";
import { JetStreamRecordStore } from "./jetstream-record-store.ts";
import { KvLeases } from "./kv-leases.ts";
import { KvQueuePauses } from "./kv-queue-pauses.ts";
import { KvRevocations } from "./kv-revocations.ts";
import { JetStreamMailboxes } from "./mailboxes/jetstream-mailboxes.ts";
import { ProgressSignals } from "./progress/progress-signals.ts";
import { Janitor } from "./tasks/janitor.ts";
import { JetStreamTaskQueue } from "./tasks/jetstream-task-queue.ts";
import { QueueStreams } from "./tasks/queue-streams.ts";
import type { UnsettledDelivery } from "./tasks/settlements.ts";
import { SuspicionMark } from "./tasks/suspicion-mark.ts";
import { ensureStream } from "./topology/ensure-topology.ts";
import { streamSpecs } from "./topology/topology.ts";
import type { Fields } from "./wire/fields.ts";

const RETRY_MS = 500;

/** See the top of the file. */
export class NatsTransport implements Transport {
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

  readonly #link: Link;
  readonly #queue: JetStreamTaskQueue;
  readonly #delayedTasks: JetStreamDelayedTasks;
  readonly #eventStream: JetStreamEventStream;
  readonly #signals: ProgressSignals<UnsettledDelivery>;
  readonly #mark: SuspicionMark;
  readonly #queueStreams: QueueStreams;
  readonly #clock: BrokerClock;
  readonly #janitor: Janitor;
  readonly #listeners = new Set<(change: ConnectionChange) => void>();
  #opening: { readonly settings: ConnectSettings; readonly done: Promise<void> } | null = null;
  #closing: Promise<void> | null = null;
  #users = 0;

  constructor(config: NatsConfig) {
    const link = new Link(config, new Ticker(systemClock));
    this.#link = link;
    this.address = config.servers.address;
    this.#mark = new SuspicionMark(link);
    this.#clock = new BrokerClock(link, systemClock);
    this.#signals = new ProgressSignals(link.connection, () => link.logger);
    this.#queueStreams = new QueueStreams(link, this.#mark);
    this.#queue = new JetStreamTaskQueue(link, this.#queueStreams, this.#signals);
    this.tasks = this.#queue;
    this.records = new JetStreamRecordStore(link);
    this.broadcast = new CoreBroadcast(link);
    this.deadLetters = new JetStreamDeadLetters(link);
    this.leases = new KvLeases(link);
    this.mailboxes = new JetStreamMailboxes(link);
    const now = (): number => this.#clock.now();
    const { tasks, deadLetters, leases } = this;
    this.#delayedTasks = new JetStreamDelayedTasks({ link, tasks, deadLetters, leases, now });
    this.delayed = this.#delayedTasks;
    this.revocations = new KvRevocations(link);
    this.#eventStream = new JetStreamEventStream(link);
    this.events = this.#eventStream;
    this.pauses = new KvQueuePauses(link);
    this.#janitor = new Janitor(link, this.leases, this.#queue);
    link.connection.observe({
      onUp: (_, restarted) => this.#tell({ type: "connected", restarted }),
      onDown: (reason) => {
        if (this.#users > 0) this.#tell({ type: "disconnected", reason });
      },
    });
  }

  get connected(): boolean {
    return this.#link.connection.current !== null;
  }

  get maxMessageBytes(): number {
    return this.#link.connection.maxPayload;
  }

  now(): number {
    return this.#clock.now();
  }

  onChange(listener: (change: ConnectionChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async connect(settings: ConnectSettings): Promise<void> {
    await this.#closing;
    this.#opening ??= { settings, done: this.#open(settings) };
    const opening = this.#opening;
    if (opening.settings.namespace !== settings.namespace) {
      throw new ConfigError(
        `this transport is connected for namespace ${opening.settings.namespace}, not ${settings.namespace}; make one for each`,
      );
    }
    sameQueueStreams(opening.settings.queueStreams, settings.queueStreams);
    this.#users += 1;
    try {
      await opening.done;
    } catch (error) {
      this.#users -= 1;
      if (this.#opening === opening) this.#opening = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#users > 0) this.#users -= 1;
    if (this.#users === 0 && this.#opening !== null) {
      this.#opening = null;
      this.#closing = this.#shut().finally(() => {
        this.#closing = null;
      });
    }
    await this.#closing;
  }

  async #open(settings: ConnectSettings): Promise<void> {
    const link = this.#link;
    const { timeoutMs, signal, logger } = settings;
    const deadline = timeoutMs === null ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
    link.bind(settings);
    link.ticker.start();
    try {
      await link.connection.open({ timeoutMs, signal, logger });
      const tasks = await this.#ensure(settings, deadline);
      await this.#mark.start(tasks);
      await this.#clock.measure();
      this.#janitor.start();
    } catch (error) {
      await this.#disconnect();
      throw error;
    }
  }

  /** Makes the streams. A cluster that has just started may need some tries. */
  async #ensure(settings: ConnectSettings, deadline: number): Promise<Fields> {
    const { api, names, config, logger } = this.#link;
    for (;;) {
      try {
        const specs = streamSpecs(names, config, settings);
        const [tasks] = await Promise.all(specs.map((spec) => ensureStream(api, spec, logger)));
        await this.#queueStreams.open();
        return tasks ?? {};
      } catch (error) {
        const passing = error instanceof BrokerUnreachableError || error instanceof BrokerTimeoutError;
        if (!passing || performance.now() + RETRY_MS > deadline || settings.signal?.aborted === true) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #shut(): Promise<void> {
    await this.#delayedTasks.close();
    this.#eventStream.close();
    await this.#queue.close();
    await this.#disconnect();
    this.#tell({ type: "closed", reason: "the transport was closed" });
  }

  async #disconnect(): Promise<void> {
    await this.#signals.close();
    this.#link.ticker.stop();
    await this.#link.connection.close();
  }

  #tell(change: ConnectionChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

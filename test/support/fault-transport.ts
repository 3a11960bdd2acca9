// A transport in which one operation goes wrong at the worst moment: the process dies before or after it, or its
// confirmation is lost. Everything else passes through.

import {
  type Broadcast,
  BrokerTimeoutError,
  BrokerUnreachableError,
  type ConnectionChange,
  type ConnectSettings,
  type ConsumeOptions,
  type DeadLetters,
  type DelayedTasks,
  type Delivery,
  type EventStream,
  type Leases,
  type Mailboxes,
  type QueueConsumer,
  type QueuePauses,
  type RecordStore,
  type Revocations,
  type Shard,
  type TaskQueue,
  type Transport,
} from "@troupe/core/transport";

/** What can go wrong. */
type FaultyOperation =
  | "tasks.publish"
  | "records.create(result)"
  | "records.create(claim)"
  | "records.create(decision)"
  | "records.replace(state)"
  | "deadLetters.put"
  | "deadLetters.drop"
  | "broadcast.publish(reply)"
  | "delivery.ack"
  | "mailboxes.send(plan)"
  | "mailboxes.send(seal)"
  | "mailboxes.send(add)"
  | "mailboxes.send(c)"
  | "shard.erase"
  | "shard.ack"
  | "delayed.schedule"
  | "delayed.cancel";

/**
 * When and how it goes wrong: the process is killed `before` the operation or `after` the broker has it, or the process
 * lives on and is told that the outcome is unknown (`lose`: though it was carried out) or that nothing was sent (`unsent`).
 */
export interface Fault {
  readonly operation: FaultyOperation;
  readonly effect: "kill-before" | "kill-after" | "lose" | "unsent";
  /** Which calls of the operation, counted from 1. @default [1] */
  readonly nth?: readonly number[];
}

/** See the top of the file. */
export class FaultTransport implements Transport {
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
  readonly #inner: Transport;
  readonly #point: FaultPoint;

  constructor(inner: Transport, fault: Fault) {
    const point = new FaultPoint(inner, fault);
    this.#inner = inner;
    this.#point = point;
    this.tasks = {
      publish: (task) => point.pass("tasks.publish", () => inner.tasks.publish(task)),
      consume: (options) => consume(inner, options, point),
      count: (queue) => inner.tasks.count(queue),
      names: () => inner.tasks.names(),
      search: (text, most) => inner.tasks.search(text, most),
      purge: (queue) => inner.tasks.purge(queue),
      forget: (queue) => inner.tasks.forget(queue),
    };
    this.records = {
      create: (key, body) => point.pass(`records.create(${key.kind})`, () => inner.records.create(key, body)),
      replace: (key, body) => point.pass(`records.replace(${key.kind})`, () => inner.records.replace(key, body)),
      read: (key) => inner.records.read(key),
      glance: (key) => inner.records.glance(key),
    };
    this.broadcast = {
      publish: (topic, body) =>
        point.passAtOnce(`broadcast.publish(${topic[0]})`, () => inner.broadcast.publish(topic, body)),
      subscribe: (topic, onMessage) => inner.broadcast.subscribe(topic, onMessage),
    };
    this.deadLetters = {
      put: (letter, key) => point.pass("deadLetters.put", () => inner.deadLetters.put(letter, key)),
      list: (query) => inner.deadLetters.list(query),
      get: (id) => inner.deadLetters.get(id),
      drop: (id) => point.pass("deadLetters.drop", () => inner.deadLetters.drop(id)),
      count: (queue) => inner.deadLetters.count(queue),
    };
    this.leases = inner.leases;
    this.mailboxes = {
      shards: inner.mailboxes.shards,
      send: (mail) => point.pass(`mailboxes.send(${mail.kind})`, () => inner.mailboxes.send(mail)),
      search: (text, most) => inner.mailboxes.search(text, most),
      take: async (shard, owner) => {
        const taken = await inner.mailboxes.take(shard, owner);
        return taken && faultyShard(taken, point);
      },
    };
    this.delayed = {
      schedule: (task, dueAt) => point.pass("delayed.schedule", () => inner.delayed.schedule(task, dueAt)),
      move: (holder) => inner.delayed.move(holder),
      list: (limit) => inner.delayed.list(limit),
      find: (key) => inner.delayed.find(key),
      cancel: (key) => point.pass("delayed.cancel", () => inner.delayed.cancel(key)),
    };
    this.revocations = inner.revocations;
    this.events = inner.events;
    this.pauses = inner.pauses;
  }

  /** How often the fault has struck. */
  get strikes(): number {
    return this.#point.strikes;
  }

  get address(): string {
    return this.#inner.address;
  }

  get connected(): boolean {
    return this.#inner.connected;
  }

  get maxMessageBytes(): number {
    return this.#inner.maxMessageBytes;
  }

  connect(settings: ConnectSettings): Promise<void> {
    return this.#inner.connect(settings);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  onChange(listener: (change: ConnectionChange) => void): () => void {
    return this.#inner.onChange(listener);
  }

  now(): number {
    return this.#inner.now();
  }
}

function faultyShard(shard: Shard, point: FaultPoint): Shard {
  return {
    shard: shard.shard,
    hasPlan: (actor) => shard.hasPlan(actor),
    read: (seq) => shard.read(seq),
    erase: (seq) => point.pass("shard.erase", () => shard.erase(seq)),
    ack: (mail) => point.passAtOnce("shard.ack", () => shard.ack(mail)),
    release: () => shard.release(),
  };
}

class FaultPoint {
  strikes = 0;
  readonly #inner: Transport;
  readonly #fault: Fault;
  #calls = 0;
  #dying = false;

  constructor(inner: Transport, fault: Fault) {
    this.#inner = inner;
    this.#fault = fault;
  }

  async pass<T>(operation: string, act: () => Promise<T>): Promise<T> {
    if (this.#dying) return never();
    if (!this.#strikes(operation)) return act();
    const { effect } = this.#fault;
    if (effect === "kill-before") return this.#die();
    if (effect === "unsent") throw new BrokerUnreachableError(`${operation}: not sent, by the test's fault`);
    const done = await act();
    if (effect === "kill-after") return this.#die();
    throw new BrokerTimeoutError(`${operation}: confirmation of ${String(done)} lost, by the test's fault`);
  }

  /** For operations that nobody waits for. */
  passAtOnce(operation: string, act: () => void): void {
    if (this.#dying) return;
    const strikes = this.#strikes(operation);
    if (strikes && this.#fault.effect === "kill-before") void this.#die();
    if (!strikes || this.#fault.effect !== "unsent") act();
    if (strikes && this.#fault.effect === "kill-after") void this.#dieWhenSent();
  }

  #strikes(operation: string): boolean {
    if (operation !== this.#fault.operation) return false;
    this.#calls++;
    const strikes = (this.#fault.nth ?? [1]).includes(this.#calls);
    if (strikes) this.strikes++;
    return strikes;
  }

  #die(): Promise<never> {
    this.#dying = true;
    process.kill(process.pid, "SIGKILL");
    return never();
  }

  // What was sent before a question has reached the broker when that is answered.
  async #dieWhenSent(): Promise<void> {
    this.#dying = true;
    await this.#inner.records.read({ kind: "result", id: "flush" });
    await this.#die();
  }
}

function consume(inner: Transport, options: ConsumeOptions, point: FaultPoint): Promise<QueueConsumer> {
  return inner.tasks.consume({
    ...options,
    onDelivery: (delivery) => options.onDelivery(new WatchedDelivery(delivery, point)),
  });
}

class WatchedDelivery implements Delivery {
  readonly #inner: Delivery;
  readonly #point: FaultPoint;

  constructor(inner: Delivery, point: FaultPoint) {
    this.#inner = inner;
    this.#point = point;
  }

  get queue(): string {
    return this.#inner.queue;
  }

  get body(): Uint8Array {
    return this.#inner.body;
  }

  get contentType(): string | null {
    return this.#inner.contentType;
  }

  get redelivered(): boolean {
    return this.#inner.redelivered;
  }

  get exclusive(): boolean {
    return this.#inner.exclusive;
  }

  get suspicious(): boolean {
    return this.#inner.suspicious;
  }

  ack(): void {
    this.#point.passAtOnce("delivery.ack", () => this.#inner.ack());
  }

  confirmAck(): Promise<void> {
    return this.#point.pass("delivery.ack", () => this.#inner.confirmAck());
  }

  handBack(delayMs: number): void {
    this.#point.passAtOnce("delivery.handBack", () => this.#inner.handBack(delayMs));
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

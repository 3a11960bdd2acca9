// A transport whose every answer a test can choose, and that notes every call in order. What no test chooses it does as a
// broker would: records are kept, messages are taken.

import type { Broadcast } from "../../src/transport/broadcast.ts";
import type { DeadLetter, DeadLetters, KeptLetter } from "../../src/transport/dead-letters.ts";
import type { DelayedTask, DelayedTasks } from "../../src/transport/delayed-tasks.ts";
import type { EventAddress, EventStream } from "../../src/transport/event-stream.ts";
import type { Leases } from "../../src/transport/leases.ts";
import type { Mailboxes, OutgoingMail, Shard, ShardOwner } from "../../src/transport/mailboxes.ts";
import type { QueuePauses } from "../../src/transport/queue-pauses.ts";
import type { RecordKey, RecordStore } from "../../src/transport/record-store.ts";
import type { RevocationKey, Revocations, StoredRevocation } from "../../src/transport/revocations.ts";
import type { ConsumeOptions, OutgoingTask, QueueConsumer, TaskQueue } from "../../src/transport/task-queue.ts";
import type { ConnectionChange, ConnectSettings, Transport } from "../../src/transport/transport.ts";

/** What a test can choose the answer of. */
export type Operation =
  | "connect"
  | "publish"
  | "consume"
  | "create"
  | "replace"
  | "read"
  | "glance"
  | "forget"
  | "put"
  | "drop"
  | "subscribe"
  | "send"
  | "take"
  | "hasPlan"
  | "readMail"
  | "erase"
  | "release"
  | "schedule"
  | "move"
  | "find"
  | "cancel"
  | "closeMover"
  | "revoke"
  | "findRevoked"
  | "countRevoked"
  | "watch"
  | "listPaused"
  | "stop"
  | "close";

/** An answer: an error, or something to wait for before the usual answer. */
type Answer = Error | (() => Promise<unknown>);

/** A consumer as the worker opened it. */
export interface OpenConsumer {
  readonly options: ConsumeOptions;
  requested: number;
  stopped: boolean;
  closed: boolean;
}

/** A transport without a broker. */
export class StubTransport implements Transport {
  /** Every call, in order: `create result task-1`. */
  readonly calls: string[] = [];
  readonly address = "stub:";
  maxMessageBytes = 1_048_576;
  connected = true;
  /** The broker's time. */
  time = 1_735_689_600_000;
  readonly stored = new Map<string, Uint8Array>();
  readonly published: OutgoingTask[] = [];
  /** Queues that there are. */
  queueNames: readonly string[] = [];
  readonly letters: DeadLetter[] = [];
  readonly consumers: OpenConsumer[] = [];
  /** What waits for its time, by key. Nothing is moved. */
  readonly delayedTasks = new Map<string, DelayedTask>();
  readonly revoked = new Map<string, StoredRevocation>();
  /** What is stored of paused queues. */
  readonly paused = new Map<string, Uint8Array>();
  readonly watchers = new Set<(revocation: StoredRevocation) => void>();
  watchIsCurrent = true;
  revokeExpiresMs = 86_400_000;
  /** What was sent to actors; the sequence of a message is its place here, from 1. Nothing is removed. */
  readonly mails: OutgoingMail[] = [];
  /** Owners of the shards that were taken. */
  readonly owners = new Map<number, ShardOwner>();
  /** What was broadcast: topic, joined by dots, and body. */
  readonly pushed: (readonly [string, Uint8Array])[] = [];
  readonly subscribers = new Map<string, Set<(body: Uint8Array) => void>>();
  readonly sentEvents: (readonly [EventAddress, Uint8Array])[] = [];
  readonly eventListeners = new Set<(body: Uint8Array) => void>();
  readonly listeners = new Set<(change: ConnectionChange) => void>();
  readonly #answers = new Map<Operation, Answer[]>();

  /** The next calls of an operation are answered like this, in order. */
  answer(operation: Operation, ...answers: readonly Answer[]): void {
    this.#answers.set(operation, [...(this.#answers.get(operation) ?? []), ...answers]);
  }

  /** Tells all listeners. */
  change(change: ConnectionChange): void {
    if (change.type !== "connected") this.connected = false;
    else this.connected = true;
    for (const listener of this.listeners) listener(change);
  }

  /** What subscribers of a topic hear. */
  deliver(topic: string, body: Uint8Array): void {
    for (const handler of this.subscribers.get(topic) ?? []) handler(body);
  }

  /** Calls that begin with one of these words. */
  callsOf(...operations: readonly string[]): string[] {
    return this.calls.filter((call) => operations.includes(call.split(" ")[0] ?? ""));
  }

  readonly tasks: TaskQueue = {
    publish: (task) =>
      this.#do("publish", `publish ${task.key}${task.repeat ? " repeat" : ""}`, () => {
        this.published.push(task);
        return "stored" as const;
      }),
    consume: (options) => this.#do("consume", `consume ${options.queue}`, () => this.#open(options)),
    count: () => Promise.resolve({ waiting: 0, unsettled: 0 }),
    names: () => Promise.resolve(this.queueNames),
    search: () => Promise.resolve({ found: [], complete: true }),
    purge: () => Promise.resolve(0),
    forget: (queue) => this.#do("forget", `forget ${queue}`, () => {}),
  };

  readonly records: RecordStore = {
    create: (key, body) =>
      this.#do("create", `create ${addressOf(key)}`, () => {
        if (this.stored.has(addressOf(key))) return "exists" as const;
        this.stored.set(addressOf(key), body);
        return "created" as const;
      }),
    replace: (key, body) =>
      this.#do("replace", `replace ${addressOf(key)}`, () => {
        this.stored.set(addressOf(key), body);
      }),
    read: (key) => this.#do("read", `read ${addressOf(key)}`, () => this.stored.get(addressOf(key)) ?? null),
    glance: (key) => this.#do("glance", `glance ${addressOf(key)}`, () => this.stored.get(addressOf(key)) ?? null),
  };

  readonly broadcast: Broadcast = {
    publish: (topic, body) => {
      this.calls.push(`push ${topic.join(".")}`);
      this.pushed.push([topic.join("."), body]);
    },
    subscribe: (topic, onMessage) =>
      this.#do("subscribe", `subscribe ${topic.join(".")}`, () => {
        const handlers = this.subscribers.get(topic.join(".")) ?? new Set();
        this.subscribers.set(topic.join("."), handlers.add(onMessage));
        return () => {
          handlers.delete(onMessage);
        };
      }),
  };

  readonly deadLetters: DeadLetters = {
    put: (letter) =>
      this.#do("put", `put ${letter.reason}`, () => {
        this.letters.push(letter);
      }),
    list: () => Promise.resolve({ letters: this.letters.map(keptLetter).toReversed(), next: null }),
    get: (id) => {
      const letter = this.letters[Number(id) - 1];
      return Promise.resolve(letter === undefined ? null : keptLetter(letter, Number(id) - 1));
    },
    drop: (id) => this.#do("drop", `drop ${id}`, () => true),
    count: () => Promise.resolve(this.letters.length),
  };

  readonly leases: Leases = {
    leaseMs: 15_000,
    hold: () => Promise.resolve(true),
    take: (name) => this.#do("take", `take ${name}`, () => true),
    release: () => Promise.resolve(),
  };

  readonly mailboxes: Mailboxes = {
    shards: 16,
    search: () => Promise.resolve({ found: [], complete: true }),
    send: (mail) =>
      this.#do("send", `send ${mail.kind} ${mail.actor.id}${mail.repeat ? " repeat" : ""}`, () => {
        if (mail.kind === "plan" && this.#holdsPlan(mail.actor.id)) return "exists" as const;
        this.mails.push(mail);
        return "stored" as const;
      }),
    take: (shard, owner) =>
      this.#do("take", `take ${shard}`, () => {
        this.owners.set(shard, owner);
        return this.#shard(shard);
      }),
  };

  readonly delayed: DelayedTasks = {
    schedule: (task, dueAt) =>
      this.#do("schedule", `schedule ${task.key}${task.repeat ? " repeat" : ""} at ${dueAt}`, () => {
        const { key, queue, priority = 0, contentType, body } = task;
        if (this.delayedTasks.has(key)) return "exists" as const;
        this.delayedTasks.set(key, { key, queue, priority, contentType, dueAt, body });
        return "stored" as const;
      }),
    move: (holder) =>
      this.#do("move", `move ${holder}`, () => ({
        close: () => this.#do("closeMover", `closeMover ${holder}`, () => undefined),
      })),
    list: (limit) => Promise.resolve([...this.delayedTasks.values()].slice(0, limit)),
    find: (key) => this.#do("find", `find ${key}`, () => this.delayedTasks.get(key) ?? null),
    cancel: (key) =>
      this.#do("cancel", `cancel ${key}`, () => {
        const task = this.delayedTasks.get(key) ?? null;
        this.delayedTasks.delete(key);
        return task;
      }),
  };

  readonly revocations: Revocations = {
    put: (key, body) =>
      this.#do("revoke", `revoke ${key.kind} ${key.id}`, () => {
        const stored = { key, body, endsAt: this.time + this.revokeExpiresMs };
        this.revoked.set(`${key.kind} ${key.id}`, stored);
        for (const onStored of this.watchers) onStored(stored);
      }),
    find: (key) =>
      this.#do("findRevoked", `findRevoked ${key.id}`, () => this.revoked.get(`${key.kind} ${key.id}`)?.body ?? null),
    count: (kind) => this.#do("countRevoked", "countRevoked", () => this.#revoked(kind).length),
    list: (kind, limit) => Promise.resolve(this.#revoked(kind).slice(0, limit)),
    watch: (from, onStored) =>
      this.#do("watch", `watch ${from}`, () => {
        if (from === "start") for (const stored of this.revoked.values()) onStored(stored);
        this.watchers.add(onStored);
        const isCurrent = (): boolean => this.watchIsCurrent;
        return {
          get isCurrent() {
            return isCurrent();
          },
          close: () => void this.watchers.delete(onStored),
        };
      }),
  };

  readonly events: EventStream = {
    dropped: 0,
    publish: (address, body) => void this.sentEvents.push([address, body]),
    subscribe: ({ group, name }, onMessage) =>
      this.#do("subscribe", `subscribe event ${group}.${name}`, () => {
        this.eventListeners.add(onMessage);
        return () => void this.eventListeners.delete(onMessage);
      }),
    consume: () => Promise.reject(new Error("events are not kept here")),
  };

  readonly pauses: QueuePauses = {
    create: async (queue, body) => {
      if (this.paused.has(queue)) return "exists";
      this.paused.set(queue, body);
      return "created";
    },
    remove: async (queue) => this.paused.delete(queue),
    list: () => this.#do("listPaused", "listPaused", () => [...this.paused].map(([queue, body]) => ({ queue, body }))),
  };

  #revoked(kind: RevocationKey["kind"] | undefined): StoredRevocation[] {
    return [...this.revoked.values()].filter(({ key }) => kind === undefined || key.kind === kind);
  }

  connect(_settings: ConnectSettings): Promise<void> {
    return this.#do("connect", "connect", () => {
      this.connected = true;
    });
  }

  close(): Promise<void> {
    return this.#do("close", "close", () => {
      this.connected = false;
    });
  }

  onChange(listener: (change: ConnectionChange) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  now(): number {
    return this.time;
  }

  #open(options: ConsumeOptions): QueueConsumer {
    const consumer: OpenConsumer = { options, requested: 0, stopped: false, closed: false };
    this.consumers.push(consumer);
    return {
      request: (count) => {
        consumer.requested += count;
      },
      stop: () =>
        this.#do("stop", `stop ${options.queue}`, () => {
          consumer.stopped = true;
        }),
      close: () =>
        this.#do("close", `close ${options.queue}`, () => {
          consumer.closed = true;
        }),
    };
  }

  #holdsPlan(actorId: string): boolean {
    return this.mails.some(({ kind, actor }) => kind === "plan" && actor.id === actorId);
  }

  #shard(shard: number): Shard {
    return {
      shard,
      hasPlan: (actor) => this.#do("hasPlan", `hasPlan ${actor.id}`, () => this.#holdsPlan(actor.id)),
      read: (seq) => this.#do("readMail", `readMail ${seq}`, () => this.mails[seq - 1]?.body ?? null),
      erase: (seq) => this.#do("erase", `erase ${seq}`, () => undefined),
      ack: (mail) => void this.calls.push(`ack ${mail.seq}`),
      release: () => this.#do("release", `release ${shard}`, () => undefined),
    };
  }

  async #do<T>(operation: Operation, call: string, usual: () => T): Promise<T> {
    this.calls.push(call);
    const answer = this.#answers.get(operation)?.shift();
    if (answer instanceof Error) throw answer;
    await answer?.();
    return usual();
  }
}

// `result task-1`; decisions and claims with their generation.
function addressOf({ kind, id, gen }: RecordKey): string {
  return gen === undefined ? `${kind} ${id}` : `${kind} ${id} ${gen}`;
}

// Numbered from 1.
function keptLetter(letter: DeadLetter, place: number): KeptLetter {
  return { ...letter, id: String(place + 1), at: 1_735_689_600_000 };
}

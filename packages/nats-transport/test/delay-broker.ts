// A broker that the tests of delayed tasks play: consumers and subjects as sets, a connection that notes what is sent on it,
// leases, and a clock that moves when a test says so.

import { headers, type Msg } from "@nats-io/transport-node";
import { ManualClock } from "@troupe/core/testing";
import type { Leases } from "@troupe/core/transport";
import { resolveConfig } from "../src/config.ts";
import type { OnMessage, Wire } from "../src/connection/connection.ts";
import { Link } from "../src/connection/link.ts";
import { TICK_MS, Ticker } from "../src/connection/ticker.ts";
import type { DelayConnection, DelayLink } from "../src/delayed/delay-link.ts";
import type { Fields } from "../src/wire/fields.ts";

/** What a consumer is said to have to do. */
export interface ConsumerCounts {
  num_pending: number;
  num_ack_pending: number;
}

interface Sent {
  readonly subject: string;
  readonly text: string;
  readonly reply: string;
}

const CONSUMER = /^CONSUMER\.(?:INFO|DELETE|DURABLE\.CREATE)\.troupe_DELAYED\.(.+)$/;

/** A lease that one holder has. */
class TestLeases implements Leases {
  readonly leaseMs = 3_000;
  readonly held = new Map<string, string>();
  fails = false;

  async hold(name: string, holder: string): Promise<boolean> {
    if (this.fails) throw new Error("no answer");
    const of = this.held.get(name) ?? holder;
    if (of === holder) this.held.set(name, holder);
    return of === holder;
  }

  take(name: string): Promise<boolean> {
    return this.hold(name, "");
  }

  async release(name: string, holder: string): Promise<void> {
    if (this.held.get(name) === holder) this.held.delete(name);
  }
}

/** See the top of the file. */
export class DelayBroker {
  readonly clock = new ManualClock(1_700_000_000_000);
  readonly leases = new TestLeases();
  /** Consumers, by name. */
  readonly consumers = new Map<string, ConsumerCounts>();
  /** What consumers that are made have to do. */
  readonly work = new Map<string, ConsumerCounts>();
  /** Subjects that hold messages. */
  readonly subjects: string[] = [];
  /** Consumers that were made and deleted, in order: `+d-170000000`. */
  readonly changes: string[] = [];
  readonly sent: Sent[] = [];
  readonly warnings: unknown[] = [];
  readonly link: DelayLink;
  /** Operations that fail. */
  failing: RegExp | null = null;
  isConnected = true;
  readonly #ears = new Map<string, OnMessage>();
  readonly #ticker: Ticker;

  constructor() {
    this.#ticker = new Ticker(this.clock);
    const ignore = (): void => undefined;
    const note = (fields: unknown): void => void this.warnings.push(fields);
    const logger = { trace: ignore, debug: ignore, info: note, warn: note, error: note, child: () => logger };
    const { api, config, names } = boundLink(this.#ticker, logger);
    const find = async (operation: string): Promise<Fields | null> => this.#answer(operation);
    api.find = find;
    api.ask = async (operation) => (await find(operation)) ?? {};
    this.link = { api, config, names, ticker: this.#ticker, logger, connection: this.#connection() };
    this.#ticker.start();
  }

  /** Lets time pass, tick by tick. */
  async pass(durationMs: number, onTick: () => void = () => undefined): Promise<void> {
    const end = this.#ticker.onTick(onTick);
    for (let passed = 0; passed < durationMs; passed += TICK_MS) {
      this.clock.advance(TICK_MS);
      await turn();
    }
    end();
  }

  /** Names of the consumers that are there. */
  get names(): string[] {
    return [...this.consumers.keys()].toSorted();
  }

  /** Sent to subjects that begin like this. */
  sentTo(subject: string): Sent[] {
    return this.sent.filter((message) => message.subject.startsWith(subject));
  }

  /** A message to whoever waits on a subject. */
  deliver(to: string, message: Partial<Msg>): void {
    const data = new Uint8Array();
    const whole = { subject: to, sid: 1, data, respond: () => false, json: () => JSON.parse(""), string: () => "" };
    for (const [subject, onMessage] of this.#ears) {
      if (to.startsWith(subject.slice(0, -1))) onMessage({ ...whole, ...message });
    }
  }

  /** A status of the last request to a consumer. */
  say(consumer: string, code: number, description: string): void {
    const reply = this.sentTo("$JS.API.CONSUMER.MSG.NEXT").findLast(({ subject }) => subject.endsWith(consumer))?.reply;
    this.deliver(reply ?? "", { headers: headers(code, description) });
  }

  #connection(): DelayConnection {
    const publish: Wire["publish"] = (subject, payload = "", options = {}) => {
      const text = typeof payload === "string" ? payload : Buffer.from(payload).toString();
      this.sent.push({ subject, text, reply: options.reply ?? "" });
    };
    const wire = { publish, isClosed: () => false };
    const isConnected = (): boolean => this.isConnected;
    return {
      get current() {
        return isConnected() ? wire : null;
      },
      maxPayload: 1_000_000,
      subscribe: (subject, onMessage) => {
        this.#ears.set(subject, onMessage);
        const end = (): void => void this.#ears.delete(subject);
        return { end, drain: async () => end() };
      },
    };
  }

  #answer(operation: string): Fields | null {
    if (this.failing?.test(operation) === true) throw new Error(`${operation} failed`);
    const name = CONSUMER.exec(operation)?.[1] ?? "";
    if (operation.startsWith("STREAM.INFO")) return this.#state();
    if (operation.startsWith("CONSUMER.NAMES")) return { consumers: this.names, total: this.consumers.size };
    if (operation.startsWith("CONSUMER.DURABLE")) this.#make(name);
    if (operation.startsWith("CONSUMER.DELETE")) return this.#delete(name);
    const found = this.consumers.get(name);
    return found === undefined ? null : { ...found, config: configOf(name) };
  }

  #make(name: string): void {
    this.consumers.set(name, this.work.get(name) ?? { num_pending: 0, num_ack_pending: 0 });
    this.changes.push(`+${name}`);
  }

  #delete(name: string): Fields | null {
    if (!this.consumers.delete(name)) return null;
    this.changes.push(`-${name}`);
    return { success: true };
  }

  #state(): Fields {
    const subjects = Object.fromEntries(this.subjects.toSorted().map((subject) => [subject, 1]));
    return { state: { subjects }, total: this.subjects.length };
  }
}

/** The end of this turn of the event loop, in which answers have come. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function boundLink(ticker: Ticker, logger: DelayLink["logger"]): Link {
  const link = new Link(resolveConfig({}), ticker);
  link.bind({ namespace: "troupe", resultExpiresMs: 1, revokeExpiresMs: 1, ackWaitMs: 1, timeoutMs: 1, logger });
  return link;
}

function configOf(name: string): Fields {
  return {
    durable_name: name,
    filter_subject: `troupe.delay.${name.slice(2)}.*`,
    deliver_policy: "all",
    ack_policy: "explicit",
    replay_policy: "instant",
    max_deliver: -1,
    ack_wait: 60e9,
    max_ack_pending: -1,
    max_waiting: 512,
  };
}

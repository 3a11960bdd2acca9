// Delivers the log of a shard to its owner: keeps one request of the owner's consumer outstanding, and sees to it that
// nothing was missed. Deliveries are counted by the broker without gaps from 1 on. Where the count or the order is broken,
// where the broker says that the consumer is gone, or nothing at all, it ends for good: only a new epoch starts anew.

import type { Msg } from "@nats-io/transport-node";
import type { LastingSubscription, OnMessage, Wire } from "../connection/connection.ts";
import { type Ticker, ticks } from "../connection/ticker.ts";
import { type ConsumerSpec, nanoseconds } from "../topology/topology.ts";
import { type DeliveryDetails, readAckSubjectWhole } from "../wire/ack-subject.ts";
import { readPullStatus } from "../wire/pull-status.ts";

/** What it is made of. */
export interface ShardFeedParts {
  readonly connection: {
    readonly current: Wire | null;
    subscribe(subject: string, onMessage: OnMessage): LastingSubscription;
  };
  readonly ticker: Ticker;
  readonly spec: ConsumerSpec;
  /** Prefix of the subjects on which it is answered; its own. */
  readonly inbox: string;
}

/** What it tells. */
export interface ShardFeedEvents {
  /** The next message of the log. */
  onMessage(message: Msg, ackSubject: string, details: DeliveryDetails): void;
  /** The broker has nothing to deliver at the moment. */
  onIdle?(): void;
  /** It has ended, and something may have been missed. Told once, and not after `end`. */
  onBroken(reason: string): void;
}

/** Messages asked for at a time. The owner takes any number; this bounds what is on its way. */
const BATCH = 1024;
// A shard is idle most of the time, and a process may have many: each costs a heartbeat now and then.
const EXPIRES_MS = 60_000;
const HEARTBEAT_MS = 4_000;
const QUIET_TICKS = ticks(2 * HEARTBEAT_MS);
const PULL_TICKS = ticks(EXPIRES_MS + 5_000);

/** See the top of the file. */
export class ShardFeed {
  readonly #parts: ShardFeedParts;
  readonly #events: ShardFeedEvents;
  readonly #askSubject: string;
  readonly #request: string;
  #subscription: LastingSubscription | null = null;
  /** Asked for with the outstanding request, not yet come. */
  #asked = 0;
  #pullNumber = 0;
  #quietTick = 0;
  #dueTick = 0;
  #delivered = 0;
  #lastSequence = 0;
  #ended = false;

  constructor(parts: ShardFeedParts, events: ShardFeedEvents) {
    const { spec } = parts;
    this.#parts = parts;
    this.#events = events;
    this.#askSubject = `$JS.API.CONSUMER.MSG.NEXT.${spec.stream}.${spec.name}`;
    this.#request = JSON.stringify({
      batch: BATCH,
      expires: nanoseconds(EXPIRES_MS),
      idle_heartbeat: nanoseconds(HEARTBEAT_MS),
    });
  }

  /** Begins to deliver. Must be connected. */
  start(): void {
    const { connection, inbox } = this.#parts;
    this.#subscription = connection.subscribe(`${inbox}*`, (message) => this.#onMessage(message));
    this.#pull();
  }

  /** Ends at once. */
  end(): void {
    this.#ended = true;
    this.#subscription?.end();
  }

  /** Ends; resolves when nothing of it is on its way any more. */
  async drain(): Promise<void> {
    this.#ended = true;
    await this.#subscription?.drain();
  }

  /** Looks after deadlines. */
  onTick(): void {
    const { now } = this.#parts.ticker;
    if (now >= this.#quietTick || now >= this.#dueTick) this.#break("the broker was silent");
  }

  #pull(): void {
    const { connection, ticker, inbox } = this.#parts;
    this.#asked = BATCH;
    this.#quietTick = ticker.now + QUIET_TICKS;
    this.#dueTick = ticker.now + PULL_TICKS;
    this.#pullNumber += 1;
    connection.current?.publish(this.#askSubject, this.#request, { reply: inbox + String(this.#pullNumber) });
  }

  #onMessage(message: Msg): void {
    if (this.#ended) return;
    this.#quietTick = this.#parts.ticker.now + QUIET_TICKS;
    const ackSubject = message.reply ?? "";
    if (ackSubject === "") this.#onStatus(message);
    else this.#deliver(message, ackSubject);
  }

  #deliver(message: Msg, ackSubject: string): void {
    const details = readAckSubjectWhole(ackSubject);
    this.#delivered += 1;
    if (details.consumerSequence !== this.#delivered || details.sequence <= this.#lastSequence || details.redelivered) {
      this.#break(`delivery ${this.#delivered} should have followed, but ${ackSubject} came`);
      return;
    }
    this.#lastSequence = details.sequence;
    this.#asked -= 1;
    if (this.#asked === 0) this.#pull();
    this.#events.onMessage(message, ackSubject, details);
  }

  #onStatus(message: Msg): void {
    if (message.subject !== this.#parts.inbox + String(this.#pullNumber)) return; // of a request that is used up
    const code = message.headers?.code ?? 0;
    const description = message.headers?.description ?? "";
    const { next, disturbed } = readPullStatus(code, description);
    if (disturbed) this.#break(`the broker ended the request: ${code} ${description}`);
    else if (next !== "alive") this.#pull();
    if (!disturbed) this.#events.onIdle?.();
  }

  #break(reason: string): void {
    if (this.#ended) return;
    this.end();
    this.#events.onBroken(reason);
  }
}

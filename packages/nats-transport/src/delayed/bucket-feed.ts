// Delivers what a bucket holds: keeps one request of the bucket's consumer outstanding, as long as what was delivered is
// settled soon. Nothing depends on it: what it misses comes again after the ack wait, or to another process.

import type { Msg } from "@nats-io/transport-node";
import type { LastingSubscription } from "../connection/connection.ts";
import { type Ticker, ticks } from "../connection/ticker.ts";
import { type ConsumerSpec, nanoseconds } from "../topology/topology.ts";
import { readPullStatus } from "../wire/pull-status.ts";
import type { DelayConnection } from "./delay-link.ts";

/** What it is made of. */
export interface BucketFeedParts {
  readonly connection: DelayConnection;
  readonly ticker: Ticker;
  readonly spec: ConsumerSpec;
  /** Prefix of the subjects on which it is answered; its own. */
  readonly inbox: string;
  /** Messages asked for at a time, and most that may be unsettled when more are asked for. @default 256 */
  readonly batch?: number | undefined;
}

/** What it tells. */
export interface BucketFeedEvents {
  /** A message; the promise ends when it is settled. */
  onMessage(message: Msg, ackSubject: string): Promise<void>;
  /** Arrived too late to be handled: to be given back. */
  onRefused(ackSubject: string): void;
  /** All that came is settled. */
  onIdle(): void;
  /** The consumer does not exist any more; the feed has ended. */
  onGone(): void;
}

const BATCH = 256;
const BATCH_BYTES = 4 * 1024 * 1024;
const EXPIRES_MS = 5_000;
const HEARTBEAT_MS = 2_500;
const QUIET_TICKS = ticks(2 * HEARTBEAT_MS);
const PAUSE_TICKS = ticks(1_000);
const TOO_LARGE_FOR_REST = /^message size exceeds maxbytes/i;
const QUIET_MS = 30;
const LONGEST_STOP_MS = 500;

/** See the top of the file. */
export class BucketFeed {
  readonly #parts: BucketFeedParts;
  readonly #events: BucketFeedEvents;
  readonly #subscription: LastingSubscription;
  readonly #askSubject: string;
  readonly #batch: number;
  /** Asked for with the outstanding request, not yet come. */
  #asked = 0;
  #unsettled = 0;
  #pullNumber = 0;
  #quietTick = 0;
  #resumeTick = 0;
  #deliveredTick: number;
  #ended = false;
  #onSettled: () => void = () => undefined;

  constructor(parts: BucketFeedParts, events: BucketFeedEvents) {
    const { connection, ticker, spec, inbox, batch = BATCH } = parts;
    this.#parts = parts;
    this.#events = events;
    this.#askSubject = `$JS.API.CONSUMER.MSG.NEXT.${spec.stream}.${spec.name}`;
    this.#batch = batch;
    this.#deliveredTick = ticker.now;
    this.#subscription = connection.subscribe(`${inbox}*`, (message) => this.#onMessage(message));
    this.#pull();
  }

  /** Whether all that came is settled. */
  get isIdle(): boolean {
    return this.#unsettled === 0;
  }

  /** Ticks since something came. */
  get quietTicks(): number {
    return this.#parts.ticker.now - this.#deliveredTick;
  }

  /** Looks after deadlines. */
  onTick(): void {
    const { now } = this.#parts.ticker;
    if (this.#asked > 0 && now >= this.#quietTick) this.#asked = 0;
    this.#pull();
  }

  /** Ends at once. */
  end(): void {
    this.#ended = true;
    this.#subscription.end();
  }

  /** Ends; resolves when nothing of it is on its way any more, and what came is settled. */
  async drain(): Promise<void> {
    this.#ended = true;
    await this.#untilQuiet();
    await this.#subscription.drain();
    if (this.#unsettled > 0) {
      await new Promise<void>((resolve) => {
        this.#onSettled = resolve;
      });
    }
  }

  #pull(): void {
    const { connection, ticker, inbox } = this.#parts;
    const nats = connection.current;
    if (this.#ended || nats === null || this.#asked > 0 || this.#unsettled >= this.#batch) return;
    if (ticker.now < this.#resumeTick) return;
    this.#asked = this.#batch;
    this.#quietTick = ticker.now + QUIET_TICKS;
    const request = {
      batch: this.#batch,
      max_bytes: BATCH_BYTES + connection.maxPayload,
      expires: nanoseconds(EXPIRES_MS),
      idle_heartbeat: nanoseconds(HEARTBEAT_MS),
    };
    nats.publish(this.#askSubject, JSON.stringify(request), { reply: inbox + String(++this.#pullNumber) });
  }

  #onMessage(message: Msg): void {
    const ackSubject = message.reply ?? "";
    if (ackSubject === "") this.#onStatus(message);
    else this.#deliver(message, ackSubject);
  }

  #deliver(message: Msg, ackSubject: string): void {
    const { now } = this.#parts.ticker;
    this.#quietTick = now + QUIET_TICKS;
    if (this.#asked > 0) this.#asked -= 1;
    if (this.#ended) {
      this.#events.onRefused(ackSubject);
      return;
    }
    this.#deliveredTick = now;
    this.#unsettled += 1;
    void this.#events.onMessage(message, ackSubject).then(() => this.#settled());
    this.#pull();
  }

  #settled(): void {
    this.#unsettled -= 1;
    this.#pull();
    if (this.#unsettled > 0) return;
    this.#onSettled();
    if (!this.#ended) this.#events.onIdle();
  }

  #onStatus(message: Msg): void {
    if (this.#ended || message.subject !== this.#parts.inbox + String(this.#pullNumber)) return;
    const description = message.headers?.description ?? "";
    const { next } = readPullStatus(message.headers?.code ?? 0, description);
    this.#quietTick = this.#parts.ticker.now + QUIET_TICKS;
    if (next === "alive") return;
    this.#asked = 0;
    if (next === "check") {
      this.end();
      this.#events.onGone();
      return;
    }
    if (next === "pause" && !TOO_LARGE_FOR_REST.test(description)) {
      this.#resumeTick = this.#parts.ticker.now + PAUSE_TICKS;
    }
    this.#pull();
  }

  /** A request cannot be taken back: wait until it is used up, or nothing comes. */
  async #untilQuiet(): Promise<void> {
    const until = performance.now() + LONGEST_STOP_MS;
    for (let left = 0; this.#asked > 0 && this.#asked !== left && performance.now() < until; ) {
      left = this.#asked;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
  }
}

// One process's part in a durable consumer of events: pulls, settles, and keeps what it holds alive. Nothing depends on an
// acknowledgement: what is lost comes again after the ack wait, to this process or another.

import { createInbox, type Msg } from "@nats-io/transport-node";
import type { EventConsumeOptions, EventConsumer, EventDelivery } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { TICK_MS, ticks } from "../connection/ticker.ts";
import { BucketFeed } from "../delayed/bucket-feed.ts";
import { ensureConsumer, ensureStream } from "../topology/ensure-topology.ts";
import { type ConsumerSpec, eventConsumerSpec, eventStreamSpec } from "../topology/topology.ts";
import { readAckSubjectWhole } from "../wire/ack-subject.ts";
import { reasonOf } from "../wire/nats-errors.ts";

const ACK = Buffer.from("+ACK", "latin1");
const IN_PROGRESS = Buffer.from("+WPI", "latin1");
const RETRY_TICKS = ticks(1_000);
const NEVER = Number.POSITIVE_INFINITY;

/** See the top of the file. */
export class SharedEventConsumer implements EventConsumer {
  readonly #link: Link;
  readonly #options: EventConsumeOptions;
  readonly #onEnd: () => void;
  readonly #signalTicks: number;
  /** Ack subjects of what is not settled. */
  readonly #held = new Set<string>();
  /** Handed back while it stops: sent before, it would come again to our own last request. */
  readonly #late: (readonly [ackSubject: string, payload: Uint8Array])[] = [];
  #spec: ConsumerSpec | null = null;
  #feed: BucketFeed | null = null;
  #signalTick = 0;
  #openTick = NEVER;
  /** When the last message that came was stored. */
  #lastAt: number | null = null;
  #isEnded = false;

  constructor(link: Link, options: EventConsumeOptions, onEnd: () => void) {
    this.#link = link;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#signalTicks = Math.max(1, Math.floor(link.settings.ackWaitMs / 4 / TICK_MS));
  }

  /** Makes what is missing, and begins to pull. */
  async open(): Promise<void> {
    const { api, names, config, logger, settings, connection, ticker } = this.#link;
    const { name, filter, from, keepMs, batch } = this.#options;
    await ensureStream(api, eventStreamSpec(names, config, keepMs), logger);
    const place = {
      name,
      filter: names.eventFilter(filter),
      from: this.#lastAt ?? from,
      ackWaitMs: settings.ackWaitMs,
    };
    const spec = eventConsumerSpec(names, place);
    await ensureConsumer(api, spec, logger);
    if (this.#isEnded) return;
    this.#spec = spec;
    this.#feed = new BucketFeed(
      { connection, ticker, spec, inbox: `${createInbox(config.inboxPrefix)}.`, batch },
      {
        onMessage: (message, ackSubject) => this.#deliver(message, ackSubject),
        onRefused: (ackSubject) => void this.#late.push([ackSubject, handedBack(0)]),
        onIdle: () => undefined,
        onGone: () => this.#again("its consumer is gone"),
      },
    );
  }

  /** Looks after deadlines. */
  onTick(): void {
    const { now } = this.#link.ticker;
    this.#feed?.onTick();
    if (now >= this.#signalTick) {
      this.#signalTick = now + this.#signalTicks;
      for (const ackSubject of this.#held) this.#send(ackSubject, IN_PROGRESS);
    }
    if (now < this.#openTick || this.#link.connection.current === null) return;
    this.#openTick = NEVER;
    this.open().catch((error: unknown) => this.#again(reasonOf(error)));
  }

  async stop(): Promise<void> {
    this.#isEnded = true;
    await this.#feed?.drain();
    this.#onEnd();
    // Being asked makes the server drop our last request: while it has only such, it forgets what is given back.
    const spec = this.#spec;
    if (spec) await this.#link.api.consumerInfo(spec.stream, spec.name).catch(() => null);
    for (const [ackSubject, payload] of this.#late.splice(0)) this.#send(ackSubject, payload);
  }

  /** Lets go of it at once: what is not settled comes again after the ack wait. */
  end(): void {
    this.#isEnded = true;
    for (const ackSubject of this.#held) this.#send(ackSubject, handedBack(0));
    this.#held.clear();
    this.#feed?.end();
  }

  #deliver(message: Msg, ackSubject: string): Promise<void> {
    const { delivered, sequence, storedAtMs } = readAckSubjectWhole(ackSubject);
    this.#lastAt = storedAtMs;
    this.#held.add(ackSubject);
    return new Promise((resolve) => {
      const settle = (payload: Uint8Array, isLate = false): void => {
        if (!this.#held.delete(ackSubject)) return;
        if (isLate) this.#late.push([ackSubject, payload]);
        else this.#send(ackSubject, payload);
        resolve();
      };
      const delivery: EventDelivery = {
        // A view would keep all that came with it.
        body: Buffer.from(message.data),
        id: String(sequence),
        deliveries: delivered,
        ack: () => settle(ACK),
        handBack: (delayMs) => settle(handedBack(delayMs), this.#isEnded),
      };
      this.#options.onDelivery(delivery);
    });
  }

  // Somebody deleted the consumer, or the stream: what was stored meanwhile may be missed.
  #again(reason: string): void {
    if (this.#isEnded) return;
    const { logger, ticker } = this.#link;
    logger.warn({ subscription: this.#options.name, reason }, "a subscription of events is opened anew");
    this.#openTick = ticker.now + RETRY_TICKS;
  }

  #send(ackSubject: string, payload: Uint8Array): void {
    const nats = this.#link.connection.current;
    if (nats !== null && !nats.isClosed()) nats.publish(ackSubject, payload);
  }
}

function handedBack(delayMs: number): Uint8Array {
  const nanoseconds = Math.ceil(delayMs) * 1_000_000;
  return Buffer.from(delayMs > 0 ? `-NAK {"delay": ${nanoseconds}}` : "-NAK", "latin1");
}

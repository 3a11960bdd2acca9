// Hears what is revoked, by a consumer of its own that acknowledges nothing. Where anything may have been missed – the connection
// was lost, the consumer is gone, the broker was silent – it makes another one that begins after the last message it has seen.

import type { Msg } from "@nats-io/transport-node";
import { createInbox } from "@nats-io/transport-node";
import type { RevocationWatch, StoredRevocation } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { ticks } from "../connection/ticker.ts";
import { ShardFeed } from "../mailboxes/shard-feed.ts";
import { ensureConsumer } from "../topology/ensure-topology.ts";
import { type ConsumerSpec, watchConsumerSpec } from "../topology/topology.ts";
import type { DeliveryDetails } from "../wire/ack-subject.ts";
import { numberAt } from "../wire/fields.ts";
import { JS_ERROR, notConnected, reasonOf, streamGone } from "../wire/nats-errors.ts";

/** What it tells. */
export interface WatchEvents {
  onStored(revocation: StoredRevocation): void;
  onClose(): void;
}

const RETRY_TICKS = ticks(1_000);
const NEVER = Number.POSITIVE_INFINITY;

/** See the top of the file. */
export class KvRevocationWatch implements RevocationWatch {
  readonly #link: Link;
  readonly #events: WatchEvents;
  #feed: ShardFeed | null = null;
  #consumer: string | null = null;
  #lastSequence = 0;
  #isCurrent = false;
  #isOpening = false;
  #isClosed = false;
  #openTick = NEVER;
  #onCurrent: (() => void) | null = null;

  constructor(link: Link, events: WatchEvents) {
    this.#link = link;
    this.#events = events;
  }

  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** Resolves when what is there has been told. */
  async start(from: "start" | "now"): Promise<void> {
    const current = new Promise<void>((resolve) => {
      this.#onCurrent = resolve;
    });
    if (from === "now") this.#lastSequence = await this.#streamEnd();
    await this.#open();
    await current;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#drop();
    this.#onCurrent?.();
    this.#events.onClose();
  }

  /** There is a connection again. */
  onUp(): void {
    this.#openTick = 0;
  }

  /** The connection is lost. */
  onDown(): void {
    this.#drop();
  }

  /** Looks after deadlines. */
  onTick(): void {
    const { connection, ticker } = this.#link;
    this.#feed?.onTick();
    if (connection.current === null || this.#isOpening || ticker.now < this.#openTick) return;
    this.#open().catch((error: unknown) => this.#again(reasonOf(error)));
  }

  async #open(): Promise<void> {
    this.#isOpening = true;
    this.#openTick = NEVER;
    try {
      this.#drop();
      const { api, names, logger } = this.#link;
      // Of a stream that was made anew all is new.
      if ((await this.#streamEnd()) < this.#lastSequence) this.#lastSequence = 0;
      const spec = watchConsumerSpec(names, crypto.randomUUID(), this.#lastSequence);
      const info = await ensureConsumer(api, spec, logger);
      if (!this.#isClosed) this.#follow(spec, numberAt(info, "num_pending"));
    } finally {
      this.#isOpening = false;
    }
  }

  #follow(spec: ConsumerSpec, pending: number): void {
    const { connection, ticker, config } = this.#link;
    if (connection.current === null) throw notConnected(config.servers.address);
    const inbox = `${createInbox(config.inboxPrefix)}.`;
    const feed = new ShardFeed(
      { connection, ticker, spec, inbox },
      {
        onMessage: (message, _, details) => this.#tell(message, details),
        onIdle: () => this.#caughtUp(),
        onBroken: (reason) => this.#again(reason),
      },
    );
    this.#feed = feed;
    this.#consumer = spec.name;
    feed.start();
    if (pending === 0) this.#caughtUp();
  }

  #tell(message: Msg, { sequence, storedAtMs, pending }: DeliveryDetails): void {
    const { names, settings } = this.#link;
    this.#lastSequence = sequence;
    const key = names.revocationKey(message.subject);
    // A view would keep all that came with it.
    const body = Buffer.from(message.data);
    if (key) this.#events.onStored({ key, body, endsAt: storedAtMs + settings.revokeExpiresMs });
    if (pending === 0) this.#caughtUp();
  }

  #caughtUp(): void {
    this.#isCurrent = true;
    this.#onCurrent?.();
    this.#onCurrent = null;
  }

  #again(reason: string): void {
    if (this.#isClosed) return;
    this.#drop();
    const { logger, ticker } = this.#link;
    logger.debug({ reason }, "what is revoked is listened for anew");
    this.#openTick = ticker.now + RETRY_TICKS;
  }

  #drop(): void {
    this.#isCurrent = false;
    this.#feed?.end();
    this.#feed = null;
    const { api, names, connection } = this.#link;
    const consumer = this.#consumer;
    this.#consumer = null;
    // If that fails, the broker deletes it later by itself.
    if (consumer === null || connection.current === null) return;
    const expected = [JS_ERROR.consumerNotFound, JS_ERROR.streamNotFound];
    api.find(`CONSUMER.DELETE.${names.revoked}.${consumer}`, undefined, expected).catch(() => undefined);
  }

  async #streamEnd(): Promise<number> {
    const { api, names, config } = this.#link;
    const end = await api.lastSequence(names.revoked);
    if (end === null) throw streamGone(names.revoked, config.servers.address);
    return end;
  }
}

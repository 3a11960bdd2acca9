// The broker's clock: our monotonic clock, which nobody sets, plus an offset, measured by the time stamp of a message of our own
// halfway between sending it and its confirmation (R29). A measurement that differs much from the last one is repeated before it is
// believed. Until the first one, the broker's clock is taken for ours.

import { createInbox } from "@nats-io/transport-node";
import type { Clock, Logger } from "@troupe/core/transport";
import type { AckedBy, OutgoingMessage } from "../publish/pending.ts";
import { encodeHeaders } from "../wire/header-block.ts";
import { HEADER, type Names } from "../wire/names.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import { PubAckReader } from "../wire/pub-ack.ts";
import { type Ticker, ticks } from "./ticker.ts";

const MEASURE_TICKS = ticks(60_000);
const SUSPICIOUS_JUMP_MS = 5000;

/** What measuring needs of a transport's link. */
export interface ClockLink {
  readonly names: Pick<Names, "clockSubject" | "leases">;
  readonly connection: {
    readonly current: object | null;
    observe(observer: { readonly onUp: () => void }): unknown;
  };
  readonly ticker: Pick<Ticker, "now" | "onTick">;
  readonly logger: Pick<Logger, "debug" | "warn">;
  readonly publisher: { publish(message: OutgoingMessage, by: AckedBy<number>): Promise<number> };
  readonly api: {
    leaderRead(stream: string, address: { readonly seq: number }): Promise<{ readonly storedAtMs: number } | null>;
  };
}

/** See the top of the file. */
export class BrokerClock {
  readonly #link: ClockLink;
  readonly #clock: Clock;
  readonly #process: string;
  #offsetMs: number;
  #measured = false;
  #nextTick = 0;

  constructor(link: ClockLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.#offsetMs = clock.now() - clock.monotonic();
    this.#process = createInbox("clock").slice("clock.".length);
    link.connection.observe({
      onUp: () => {
        this.#nextTick = 0;
      },
    });
    link.ticker.onTick(() => this.#onTick());
  }

  /** Milliseconds since the epoch, as the broker has it: whole ones, of which the last has begun. */
  now(): number {
    return Math.floor(this.#clock.monotonic() + this.#offsetMs);
  }

  /** Measures now. Keeps the last offset when that fails. */
  async measure(): Promise<void> {
    this.#nextTick = this.#link.ticker.now + MEASURE_TICKS;
    try {
      const first = await this.#readOffset();
      const jumped = this.#measured && Math.abs(first - this.#offsetMs) > SUSPICIOUS_JUMP_MS;
      const offset = jumped ? await this.#readOffset() : first;
      if (jumped) this.#link.logger.warn({ beforeMs: this.#offsetMs, nowMs: offset }, "the broker's clock jumped");
      this.#offsetMs = offset;
      this.#measured = true;
    } catch (error) {
      this.#link.logger.debug({ reason: reasonOf(error) }, "the broker's clock could not be read");
    }
  }

  #onTick(): void {
    if (this.#measured && this.#link.ticker.now >= this.#nextTick && this.#link.connection.current !== null) {
      void this.measure();
    }
  }

  /** The message lives in the bucket of leases, from which the broker drops it soon. */
  async #readOffset(): Promise<number> {
    const { names, publisher, api } = this.#link;
    const stream = names.leases;
    const sentAt = this.#clock.monotonic();
    const sequence = await publisher.publish(
      {
        subject: names.clockSubject(this.#process),
        body: new Uint8Array(0),
        block: encodeHeaders([[HEADER.expectedStream, stream]]),
      },
      { reader: new PubAckReader(stream), what: "reading of the clock", value: (_, stored) => stored },
    );
    const confirmedAt = this.#clock.monotonic();
    const message = await api.leaderRead(stream, { seq: sequence });
    return message === null ? this.#offsetMs : message.storedAtMs - (sentAt + confirmedAt) / 2;
  }
}

// One message delivered to this process. Made for every task, so it reads from the message only what is needed.

import type { Msg } from "@nats-io/transport-node";
import { BrokerRefusedError, type Delivery } from "@troupe/core/transport";
import { NO_SLOT } from "../progress/slot-table.ts";
import type { DeliveryFacts } from "../wire/ack-subject.ts";
import { type HeaderReader, headerValue } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { hasOwnSubject } from "../wire/task-names.ts";
import type { Settlements } from "./settlements.ts";

/** What the deliveries of one consumer share. */
export interface DeliverySource {
  readonly queue: string;
  readonly settlements: Settlements;
  readonly headers: HeaderReader;
  /** Whether a message with that stream sequence may have been settled before. */
  isMarked(sequence: number): boolean;
}

const DEFAULT_CONTENT_TYPE = "application/msgpack";
const REPEAT_LINE = `\r\n${HEADER.repeat}:`;
/** First letters of the headers that matter here: `Content-Type`, `Troupe-Repeat`. Most messages have neither. */
const INITIALS = [67, 84] as const;

/** See the top of the file. */
export class JetStreamDelivery implements Delivery {
  readonly consumer: DeliverySource;
  readonly body: Uint8Array;
  readonly redelivered: boolean;
  readonly exclusive: boolean;
  readonly suspicious: boolean;
  readonly #headers: string;
  readonly #ackSubject: string;
  #slot: number;
  #returned = false;

  constructor(consumer: DeliverySource, message: Msg, ackSubject: string, facts: DeliveryFacts) {
    this.consumer = consumer;
    this.body = message.data;
    this.#headers = consumer.headers.linesOf(message, this.body, INITIALS);
    this.redelivered = facts.redelivered;
    this.exclusive = hasOwnSubject(message.subject);
    this.suspicious =
      facts.redelivered ||
      consumer.isMarked(facts.sequence) ||
      (this.#headers !== "" && this.#headers.includes(REPEAT_LINE));
    this.#ackSubject = ackSubject;
    this.#slot = consumer.settlements.take(ackSubject, this);
  }

  /** Whether there was room for it. One that is not held must not be handed on. */
  get held(): boolean {
    return this.#slot !== NO_SLOT;
  }

  get queue(): string {
    return this.consumer.queue;
  }

  get contentType(): string | null {
    return (this.#headers === "" ? null : headerValue(this.#headers, HEADER.contentType)) ?? DEFAULT_CONTENT_TYPE;
  }

  ack(): void {
    const slot = this.#settle();
    if (slot !== NO_SLOT) this.consumer.settlements.ack(slot, this.#ackSubject);
  }

  async confirmAck(): Promise<void> {
    const slot = this.#settle();
    if (slot !== NO_SLOT) await this.consumer.settlements.confirmAck(slot, this.#ackSubject);
    else if (this.#returned)
      throw new BrokerRefusedError("the delivery was given back before; it cannot be acknowledged");
  }

  handBack(delayMs: number): void {
    const slot = this.#settle();
    if (slot === NO_SLOT) return;
    this.#returned = true;
    this.consumer.settlements.handBack(slot, this.#ackSubject, delayMs);
  }

  /** A delivery is settled once; what comes later does nothing. */
  #settle(): number {
    const slot = this.#slot;
    this.#slot = NO_SLOT;
    return slot;
  }
}

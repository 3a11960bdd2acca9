// What becomes of deliveries: keeps those that are not settled, and sends acks and hand-backs. The only file of this package
// that settles messages of users (I4). What is settled while there is no connection is sent when there is one again.

import { BrokerTimeoutError } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { ProgressSignals } from "../progress/progress-signals.ts";
import { Fifo } from "../publish/fifo.ts";
import { nanoseconds } from "../topology/topology.ts";

const ACK = Buffer.from("+ACK", "latin1");
const HAND_BACK = Buffer.from("-NAK", "latin1");
const MOST_LATE = 20_000;
const ACK_TRIES = 3;

/** A delivery as long as it has a slot. */
export interface UnsettledDelivery {
  /** To whom it was delivered. */
  readonly consumer: object;
  handBack(delayMs: number): void;
}

interface Late {
  readonly subject: string;
  readonly payload: Uint8Array;
}

/** See the top of the file. */
export class Settlements {
  readonly #link: Link;
  readonly #signals: ProgressSignals<UnsettledDelivery>;
  readonly #late = new Fifo<Late>();

  constructor(link: Link, signals: ProgressSignals<UnsettledDelivery>) {
    this.#link = link;
    this.#signals = signals;
    link.connection.observe({ onUp: () => this.#sendLate() });
  }

  /** Takes a slot for a new delivery; `NO_SLOT` when there are too many. */
  take(ackSubject: string, delivery: UnsettledDelivery): number {
    return this.#signals.slots.take(ackSubject, delivery);
  }

  /** Removes the message. */
  ack(slot: number, ackSubject: string): void {
    this.#signals.slots.release(slot);
    this.#send(ackSubject, ACK);
  }

  /** Removes the message and waits until the broker has confirmed it. */
  async confirmAck(slot: number, ackSubject: string): Promise<void> {
    try {
      await this.#requestAck(ackSubject);
    } finally {
      this.#signals.slots.release(slot);
    }
  }

  /** Gives the message back. */
  handBack(slot: number, ackSubject: string, delayMs: number): void {
    this.#signals.slots.release(slot);
    this.#send(ackSubject, delayMs > 0 ? delayed(delayMs) : HAND_BACK);
  }

  /** Gives back a message that nobody asked for, to be delivered again after `delayMs`. */
  refuse(ackSubject: string, delayMs = 0): void {
    this.#send(ackSubject, delayMs > 0 ? delayed(delayMs) : HAND_BACK);
  }

  /** What is delivered to a consumer and not settled. */
  unsettledOf(consumer: object): UnsettledDelivery[] {
    return this.#signals.slots.held().filter((delivery) => delivery.consumer === consumer);
  }

  async #requestAck(ackSubject: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#link.publisher.request(ackSubject, ACK);
        return;
      } catch (error) {
        if (attempt === ACK_TRIES || !(error instanceof BrokerTimeoutError)) throw error;
      }
    }
  }

  #send(subject: string, payload: Uint8Array): void {
    const nats = this.#link.connection.current;
    if (nats !== null && !nats.isClosed()) nats.publish(subject, payload);
    else if (this.#late.size < MOST_LATE) this.#late.push({ subject, payload });
    // Beyond that the messages come again and are recognised by their records.
  }

  #sendLate(): void {
    for (const { subject, payload } of this.#late.takeAll()) this.#send(subject, payload);
  }
}

function delayed(delayMs: number): Uint8Array {
  return Buffer.from(`-NAK {"delay": ${nanoseconds(Math.ceil(delayMs))}}`, "latin1");
}

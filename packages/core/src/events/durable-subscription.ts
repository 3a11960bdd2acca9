// Hands the events of a name's place to a handler, one after the other, and settles a message when the handler has dealt with all
// events of it. What it threw at comes again, as often as is allowed; of the same message only that, as far as this process knows.

import type { UnknownEvent } from "../model/event-map.ts";
import type { EventConsumer, EventDelivery } from "../transport/event-stream.ts";

/** Whose events they are. */
export interface DurableHandler {
  /** Events of a message that are meant. */
  read(body: Uint8Array): readonly UnknownEvent[];
  handle(event: UnknownEvent): unknown;
  /** It threw, or never ended. `isLast`: the event does not come again. */
  failed(event: UnknownEvent, error: unknown, attempt: { readonly deliveries: number; readonly isLast: boolean }): void;
  readonly maxDeliveries: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Messages of which is known what was dealt with. */
const MOST_KNOWN = 1_000;
const NONE: ReadonlySet<number> = new Set();

/** See the top of the file. */
export class DurableSubscription {
  readonly #handler: DurableHandler;
  readonly #waiting: EventDelivery[] = [];
  /** Places of the events that were dealt with, of messages that come again. */
  readonly #done = new Map<string, ReadonlySet<number>>();
  #working: Promise<void> | null = null;
  #isStopped = false;

  constructor(handler: DurableHandler) {
    this.#handler = handler;
  }

  /** A message came. The transport bounds how many are unsettled. */
  readonly accept = (delivery: EventDelivery): void => {
    if (this.#isStopped) {
      delivery.handBack(0);
      return;
    }
    this.#waiting.push(delivery);
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  };

  /** Waits for the handler, and hands back what it did not get to. */
  async stop(consumer: EventConsumer): Promise<void> {
    this.#isStopped = true;
    const stopping = consumer.stop();
    for (const delivery of this.#waiting.splice(0)) delivery.handBack(0);
    await this.#working;
    await stopping;
  }

  async #work(): Promise<void> {
    for (let delivery = this.#waiting.shift(); delivery; delivery = this.#waiting.shift()) await this.#settle(delivery);
  }

  async #settle(delivery: EventDelivery): Promise<void> {
    const { deliveries, id } = delivery;
    const { maxDeliveries } = this.#handler;
    const events = this.#handler.read(delivery.body);
    const before = this.#done.get(id) ?? NONE;
    this.#done.delete(id);
    if (deliveries > maxDeliveries) {
      this.#giveUp(events, before, deliveries);
      delivery.ack();
      return;
    }
    const done = new Set(before);
    await this.#handleAll(events, done, { deliveries, isLast: deliveries === maxDeliveries });
    if (done.size === events.length || (deliveries === maxDeliveries && !this.#isStopped)) delivery.ack();
    else this.#again(delivery, done);
  }

  async #handleAll(
    events: readonly UnknownEvent[],
    done: Set<number>,
    attempt: { readonly deliveries: number; readonly isLast: boolean },
  ): Promise<void> {
    for (const [place, event] of events.entries()) {
      if (this.#isStopped) return;
      if (done.has(place)) continue;
      try {
        await this.#handler.handle(event);
        done.add(place);
      } catch (error) {
        this.#handler.failed(event, error, attempt);
      }
    }
  }

  #again(delivery: EventDelivery, done: ReadonlySet<number>): void {
    if (done.size > 0) this.#done.set(delivery.id, done);
    const [oldest] = this.#done.keys();
    if (this.#done.size > MOST_KNOWN && oldest !== undefined) this.#done.delete(oldest);
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (delivery.deliveries - 1), LONGEST_PAUSE_MS);
    delivery.handBack(this.#isStopped ? 0 : pauseMs);
  }

  // Whoever was given it before did not live to say how it went.
  #giveUp(events: readonly UnknownEvent[], done: ReadonlySet<number>, deliveries: number): void {
    for (const [place, event] of events.entries()) {
      if (done.has(place)) continue;
      const error = new Error(`the event was delivered ${deliveries - 1} times, and its handler never came to an end`);
      this.#handler.failed(event, error, { deliveries, isLast: true });
    }
  }
}

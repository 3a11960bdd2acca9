// The place of one name in the events of the in-process broker: what waits for it, shared out over its subscribers.

import type { Clock } from "../../platform/clock.ts";
import type { EventAddress, EventConsumeOptions, EventConsumer, EventDelivery, EventFilter } from "../event-stream.ts";
import type { Linked } from "./linked-list.ts";

/** A message that was published. */
export interface KeptEvent extends Linked<KeptEvent> {
  readonly address: EventAddress;
  readonly body: Uint8Array;
  /** When it was published: milliseconds since the epoch. */
  readonly at: number;
}

interface Waiting {
  readonly id: string;
  readonly body: Uint8Array;
  deliveries: number;
}

const MOST_WAITING = 10_000;

/** See the top of the file. */
export class MemoryEventPlace {
  readonly filter: EventFilter;
  readonly #clock: Clock;
  readonly #members = new Set<Member>();
  readonly #waiting: Waiting[] = [];
  #planned = false;
  #added = 0;

  constructor(filter: EventFilter, clock: Clock) {
    this.filter = filter;
    this.#clock = clock;
  }

  /** A message for this name. */
  add({ body }: KeptEvent): void {
    if (this.#waiting.length >= MOST_WAITING) this.#waiting.shift();
    this.#added += 1;
    this.#waiting.push({ id: String(this.#added), body, deliveries: 0 });
    this.#plan();
  }

  /** Lets another subscriber share. */
  join({ batch, onDelivery }: EventConsumeOptions): EventConsumer {
    const member = new Member(batch, onDelivery, (waiting, delayMs) => this.#again(waiting, delayMs));
    this.#members.add(member);
    this.#plan();
    return {
      stop: () => {
        this.#members.delete(member);
        return member.settled();
      },
    };
  }

  /** All its subscribers are gone. */
  leave(): void {
    for (const member of this.#members) member.handBackAll();
    this.#members.clear();
  }

  #again(waiting: Waiting | null, delayMs: number): void {
    const back = (): void => {
      if (waiting) this.#waiting.unshift(waiting);
      this.#plan();
    };
    if (delayMs > 0) this.#clock.after(delayMs, back);
    else back();
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#shareOut();
    });
  }

  // One to each in turn, as long as somebody takes any.
  #shareOut(): void {
    for (let taken = true; taken; ) {
      taken = false;
      for (const member of this.#members) {
        const next = member.isFree ? this.#waiting.shift() : undefined;
        if (!next) continue;
        taken = true;
        next.deliveries += 1;
        member.deliver(next);
      }
    }
  }
}

/** One subscriber. */
class Member {
  readonly #batch: number;
  readonly #onDelivery: (delivery: EventDelivery) => void;
  readonly #onSettled: (again: Waiting | null, delayMs: number) => void;
  readonly #held = new Set<EventDelivery>();
  #wake: () => void = () => {};

  constructor(
    batch: number,
    onDelivery: (delivery: EventDelivery) => void,
    onSettled: (again: Waiting | null, delayMs: number) => void,
  ) {
    this.#batch = batch;
    this.#onDelivery = onDelivery;
    this.#onSettled = onSettled;
  }

  get isFree(): boolean {
    return this.#held.size < this.#batch;
  }

  deliver(waiting: Waiting): void {
    const settle = (again: Waiting | null, delayMs: number): void => {
      if (!this.#held.delete(delivery)) return;
      this.#onSettled(again, delayMs);
      if (this.#held.size === 0) this.#wake();
    };
    const delivery: EventDelivery = {
      body: waiting.body,
      id: waiting.id,
      deliveries: waiting.deliveries,
      ack: () => settle(null, 0),
      handBack: (delayMs) => settle(waiting, delayMs),
    };
    this.#held.add(delivery);
    this.#onDelivery(delivery);
  }

  handBackAll(): void {
    for (const delivery of this.#held) delivery.handBack(0);
  }

  async settled(): Promise<void> {
    if (this.#held.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

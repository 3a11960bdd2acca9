// Events of the in-process broker. Handlers run in a turn of their own, never within `publish`.
//
// Bounds (I7): what was published in one turn, what is kept for later names, and what waits for a name; beyond that the oldest go, of
// one turn the newest.

import { TopologyError } from "../../model/errors.ts";
import type { Clock } from "../../platform/clock.ts";
import type { EventAddress, EventConsumeOptions, EventConsumer, EventFilter, EventStream } from "../event-stream.ts";
import { copyBytes } from "./copy-bytes.ts";
import { LinkedList } from "./linked-list.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { type KeptEvent, MemoryEventPlace } from "./memory-event-place.ts";

interface Listener {
  readonly filter: EventFilter;
  readonly onMessage: (body: Uint8Array) => void;
}

const MOST_PENDING = 100_000;
const MOST_KEPT = 10_000;

/** Every subscriber gets the same copy of a body and must not change it. */
export class MemoryEventStream implements EventStream {
  dropped = 0;
  readonly #connection: MemoryConnection;
  readonly #maxMessageBytes: number;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  readonly #places = new Map<string, MemoryEventPlace>();
  readonly #kept = new LinkedList<KeptEvent>();
  // Null until somebody subscribes under a name.
  #keepMs: number | null = null;
  #pending: KeptEvent[] = [];

  constructor(connection: MemoryConnection, maxMessageBytes: number, clock: Clock) {
    this.#connection = connection;
    this.#maxMessageBytes = maxMessageBytes;
    this.#clock = clock;
  }

  publish(address: EventAddress, body: Uint8Array): void {
    const isTooMuch = body.byteLength > this.#maxMessageBytes || this.#pending.length >= MOST_PENDING;
    if (!this.#connection.isOpen || isTooMuch) {
      this.dropped += 1;
      return;
    }
    if (this.#listeners.size === 0 && this.#keepMs === null) return;
    const event = { address, body: copyBytes(body), at: this.#clock.now(), previous: null, next: null };
    if (this.#pending.length === 0) setImmediate(this.#deliver);
    this.#pending.push(event);
    if (this.#keepMs !== null) this.#keep(event, this.#keepMs);
  }

  async subscribe(filter: EventFilter, onMessage: (body: Uint8Array) => void): Promise<() => void> {
    this.#connection.check("subscribe");
    const listener = { filter, onMessage };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async consume(options: EventConsumeOptions): Promise<EventConsumer> {
    this.#connection.check("consume");
    this.#keepMs ??= options.keepMs;
    return this.#placeOf(options).join(options);
  }

  /** Ends all subscriptions; names keep their places. */
  close(): void {
    this.#listeners.clear();
    this.#pending.length = 0;
    for (const place of this.#places.values()) place.leave();
  }

  readonly #deliver = (): void => {
    const events = this.#pending;
    this.#pending = [];
    for (const { address, body } of events) {
      for (const { filter, onMessage } of this.#listeners) if (fits(address, filter)) onMessage(body);
    }
  };

  #keep(event: KeptEvent, keepMs: number): void {
    this.#kept.append(event);
    for (let { first } = this.#kept; first !== null && this.#isOver(first, keepMs); { first } = this.#kept)
      this.#kept.remove(first);
    for (const place of this.#places.values()) if (fits(event.address, place.filter)) place.add(event);
  }

  #isOver({ at }: KeptEvent, keepMs: number): boolean {
    return this.#kept.size > MOST_KEPT || at <= this.#clock.now() - keepMs;
  }

  #placeOf({ name, filter, from }: EventConsumeOptions): MemoryEventPlace {
    const known = this.#places.get(name);
    if (known === undefined) {
      const place = new MemoryEventPlace(filter, this.#clock);
      for (let event = this.#kept.first; event !== null && from !== null; event = event.next) {
        if (event.at >= from && fits(event.address, filter)) place.add(event);
      }
      this.#places.set(name, place);
      return place;
    }
    if (known.filter.group === filter.group && known.filter.name === filter.name) return known;
    throw new TopologyError(
      `the subscription "${name}" is for events ${shownFilter(known.filter)}, not ${shownFilter(filter)}; give it another name`,
    );
  }
}

function fits({ group, name }: EventAddress, filter: EventFilter): boolean {
  return (filter.group ?? group) === group && (filter.name ?? name) === name;
}

function shownFilter({ group, name }: EventFilter): string {
  return `${group ?? "*"}-${name ?? "*"}`;
}

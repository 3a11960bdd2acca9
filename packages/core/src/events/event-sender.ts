// Sends the events of one process or worker. Those of tasks wait for a moment, so that many travel in one message; those of workers
// take what waits with them. Nothing waits for an event, and nothing fails with one.
//
// Bounds (I7): what waits is sent after `FLUSH_MS`, or when it is much; the transport drops and counts what it cannot send.

import { encodeEvents, type OutgoingEvent } from "../codec/event-codec.ts";
import { splitEventName } from "../model/event-names.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import type { LogicalClock } from "./logical-clock.ts";

/** What sending works with. */
export interface EventPorts {
  readonly transport: Pick<Transport, "events" | "maxMessageBytes">;
  readonly clock: Clock;
  readonly logical: LogicalClock;
  readonly logger: Logger;
}

type Fields = Readonly<Record<string, unknown>>;

interface Batch {
  readonly events: OutgoingEvent[];
  bytes: number;
}

const FLUSH_MS = 50;
const MOST_EVENTS = 250;
const MOST_BYTES = 256 * 1_024;
/** What an event takes beside its texts, of which a character may be three bytes. */
const BASE_BYTES = 300;
const BYTES_PER_CHARACTER = 3;
const MINUTES_PER_HOUR = 60;

/** In which order events of one task come. Others are sent one name after the other. */
const RANKS: ReadonlyMap<string, number> = new Map([
  ["task-sent", 0],
  ["task-received", 1],
  ["task-started", 2],
]);
const OWN_RANK = 3;
const END_RANK = 4;

/** See the top of the file. */
export class EventSender {
  readonly #hostname: string;
  readonly #ports: EventPorts;
  readonly #mostBytes: number;
  readonly #batches = new Map<string, Batch>();
  #highest = 0;
  #timer: Timer | null = null;

  constructor(hostname: string, ports: EventPorts) {
    this.#hostname = hostname;
    this.#ports = ports;
    this.#mostBytes = Math.min(MOST_BYTES, ports.transport.maxMessageBytes / 2);
  }

  /** Sends an event of one's own, in a moment. What is sent before it comes before it. */
  own(type: string, fields: Fields): void {
    if (this.#highest > OWN_RANK || (this.#highest === OWN_RANK && !this.#batches.has(type))) this.flush();
    this.#add(type, fields, OWN_RANK);
  }

  /**
   * Sends an event about a task, in a moment.
   *
   * @param again - The same task may have told something a moment ago.
   */
  task(type: string, fields: Fields, again = false): void {
    if (again) this.flush();
    this.#add(type, fields, RANKS.get(type) ?? END_RANK);
  }

  /** Sends an event, and all that waits before it, now. */
  now(type: string, fields: Fields): void {
    this.flush();
    this.#add(type, fields, END_RANK);
    this.flush();
  }

  /** Sends what waits, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#batches.size === 0) return;
    const batches = [...this.#batches].toSorted(([one], [other]) => rankOf(one) - rankOf(other));
    this.#batches.clear();
    this.#highest = 0;
    for (const [type, { events }] of batches) this.#send(type, events);
  }

  #add(type: string, fields: Fields, rank: number): void {
    const { clock, logical } = this.#ports;
    const event = { ...fields, timestamp: clock.now(), clock: logical.tick() };
    const bytes = BASE_BYTES + textLength(fields) * BYTES_PER_CHARACTER;
    let batch = this.#batches.get(type);
    if (batch && batch.bytes + bytes > this.#mostBytes) {
      this.flush();
      batch = undefined;
    }
    if (!batch) {
      batch = { events: [], bytes: 0 };
      this.#batches.set(type, batch);
    }
    batch.events.push(event);
    batch.bytes += bytes;
    this.#highest = Math.max(this.#highest, rank);
    if (batch.events.length >= MOST_EVENTS) this.flush();
    else this.#timer ??= clock.after(FLUSH_MS, () => this.flush());
  }

  #send(type: string, events: readonly OutgoingEvent[]): void {
    const { transport, logger } = this.#ports;
    const utcoffset = new Date().getTimezoneOffset() / MINUTES_PER_HOUR;
    try {
      const body = encodeEvents({ type, hostname: this.#hostname, pid: process.pid, utcoffset, events });
      transport.events.publish(splitEventName(type), body);
    } catch (error) {
      logger.warn({ err: error, type }, "an event could not be sent");
    }
  }
}

function rankOf(type: string): number {
  return RANKS.get(type) ?? (type.startsWith("task-") ? END_RANK : OWN_RANK);
}

function textLength(fields: Fields): number {
  let length = 0;
  for (const value of Object.values(fields)) if (typeof value === "string") length += value.length;
  return length;
}

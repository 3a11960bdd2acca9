// Reads messages with events: those that a pattern is for. What cannot be read is counted, and told now and then.

import { decodeEvents } from "../codec/event-codec.ts";
import type { UnknownEvent } from "../model/event-map.ts";
import { matcherOf } from "../model/event-names.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { LogicalClock } from "./logical-clock.ts";

/** What reading works with. */
export interface ReaderPorts {
  readonly clock: Clock;
  readonly logical: LogicalClock;
  readonly logger: Logger;
}

/** Anybody may send anything: of so many messages one is told. */
const TOLD = 1_000;

/** See the top of the file. */
export class EventReader {
  readonly #fits: (name: string) => boolean;
  readonly #ports: ReaderPorts;
  #unreadable = 0;

  constructor(pattern: string, ports: ReaderPorts) {
    this.#fits = matcherOf(pattern);
    this.#ports = ports;
  }

  /** The events of a message that the pattern is for; none when it cannot be read. */
  read(body: Uint8Array): UnknownEvent[] {
    const { clock, logical, logger } = this.#ports;
    try {
      const events = decodeEvents(body, clock.now());
      for (const event of events) logical.adjust(event.clock);
      return events.filter(({ type }) => this.#fits(type));
    } catch (error) {
      this.#unreadable += 1;
      const facts = { err: error, bytes: body.length, ignored: this.#unreadable };
      if (this.#unreadable % TOLD === 1) logger.warn(facts, "a message with events could not be read and was ignored");
      return [];
    }
  }
}

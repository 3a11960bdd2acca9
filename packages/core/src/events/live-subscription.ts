// Hands the events of now to a handler, one after the other. What comes while the handler is busy waits; when too much waits, the
// oldest goes and is counted (I7): a monitor wants to know what is, not what was.

import type { UnknownEvent } from "../model/event-map.ts";

/** Whose events they are. */
export interface LiveHandler {
  handle(event: UnknownEvent): unknown;
  /** It threw, or rejected. */
  failed(event: UnknownEvent, error: unknown): void;
  /** So many events were dropped since this was last told. */
  dropped(count: number): void;
  /** Most events that wait. */
  readonly queueSize: number;
}

/** Events that are handled in one turn of the event loop, so that others get theirs. */
const TURN = 200;

/** See the top of the file. */
export class LiveSubscription {
  readonly #handler: LiveHandler;
  #waiting: UnknownEvent[] = [];
  // Of those, the ones that were taken or dropped.
  #head = 0;
  #dropped = 0;
  #isBusy = false;
  #isClosed = false;

  constructor(handler: LiveHandler) {
    this.#handler = handler;
  }

  /** Events came. */
  hear(events: readonly UnknownEvent[]): void {
    if (this.#isClosed) return;
    for (const event of events) this.#waiting.push(event);
    const tooMany = this.#waiting.length - this.#head - this.#handler.queueSize;
    if (tooMany > 0) {
      this.#head += tooMany;
      this.#dropped += tooMany;
    }
    this.#compact();
    if (!this.#isBusy) this.#work();
  }

  /** Hands over nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#head = 0;
  }

  #work(): void {
    this.#isBusy = true;
    if (this.#dropped > 0) this.#tellDropped();
    for (let turn = 0; turn < TURN; turn += 1) {
      const event = this.#waiting[this.#head];
      if (!event) {
        this.#isBusy = false;
        return;
      }
      this.#head += 1;
      const handled = this.#handle(event);
      if (handled) {
        void handled.then(() => this.#work());
        return;
      }
    }
    setImmediate(() => this.#work());
  }

  // Never rejects.
  #handle(event: UnknownEvent): Promise<void> | undefined {
    const failed = (error: unknown): void => this.#handler.failed(event, error);
    try {
      const given = this.#handler.handle(event);
      if (given instanceof Promise) return given.then(() => undefined, failed);
    } catch (error) {
      failed(error);
    }
    return undefined;
  }

  #tellDropped(): void {
    const count = this.#dropped;
    this.#dropped = 0;
    this.#handler.dropped(count);
  }

  #compact(): void {
    if (this.#head * 2 < this.#waiting.length) return;
    this.#waiting.splice(0, this.#head);
    this.#head = 0;
  }
}

// Notices that the event loop stood still – a handler that computes, a process that was frozen – for so long that deliveries
// which lie in the socket may have been given to others meanwhile. Until everything that was sent before is read, what
// arrives counts as stale: it is left to the broker, which delivers it again when nobody else has settled it.

import type { Clock } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { TICK_MS } from "../connection/ticker.ts";

/** Watches the event loop of one process. */
export class StallWatch {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #limitMs: number;
  #seenAt: number;
  // Round trips to the broker that have to end before deliveries are fresh again.
  #catchingUp = 0;

  constructor(link: Link, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    // Progress is signalled from a quarter of the ack wait on; half of it leaves room for that.
    this.#limitMs = TICK_MS + link.settings.ackWaitMs / 2;
    this.#seenAt = clock.monotonic();
    link.ticker.onTick(() => {
      this.#look();
      this.#seenAt = clock.monotonic();
    });
  }

  /** Whether what arrives now may have been under way for too long. */
  isStale(): boolean {
    this.#look();
    return this.#catchingUp > 0;
  }

  #look(): void {
    const now = this.#clock.monotonic();
    if (now - this.#seenAt <= this.#limitMs) return;
    this.#seenAt = now;
    const nats = this.#link.connection.current;
    if (nats === null) return;
    this.#link.logger.warn(
      {},
      "the event loop stood still for long; tasks that arrived meanwhile are left to other workers",
    );
    this.#catchingUp++;
    const caughtUp = (): void => {
      this.#catchingUp--;
    };
    nats.flush().then(caughtUp, caughtUp);
  }
}

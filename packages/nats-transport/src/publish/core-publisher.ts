// Sends over core NATS and waits for nothing. While there is no connection, or when more than 8 MiB wait for the network, messages
// are dropped and counted instead of kept (R33, M34).

import type { Link } from "../connection/link.ts";
import { Unflushed } from "../connection/unflushed.ts";

/** See the top of the file. */
export class CorePublisher {
  /** Messages that were dropped since the start. */
  dropped = 0;
  readonly #link: Link;
  readonly #unflushed = new Unflushed();
  #told = 0;

  /** @param what - What it sends, for the log. */
  constructor(link: Link, what: string) {
    this.#link = link;
    link.connection.observe({
      onUp: () => this.#tellDropped(what),
      onDown: () => this.#unflushed.reset(),
    });
  }

  publish(subject: string, body: Uint8Array): void {
    const { connection } = this.#link;
    const nats = connection.current;
    if (nats === null || body.length > connection.maxPayload || !this.#unflushed.admits(nats, body.length)) {
      this.dropped += 1;
      return;
    }
    try {
      nats.publish(subject, body);
    } catch {
      this.dropped += 1; // closed in this very moment
    }
  }

  #tellDropped(what: string): void {
    if (this.dropped === this.#told) return;
    this.#link.logger.warn({ dropped: this.dropped - this.#told }, `${what} were dropped without a connection`);
    this.#told = this.dropped;
  }
}

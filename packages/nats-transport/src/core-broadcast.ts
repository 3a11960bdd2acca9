// Broadcast over core NATS: nothing is stored. While there is no connection, or when more than 8 MiB wait for the network,
// messages are dropped and counted instead of kept (R33, M34).

import type { Broadcast, Topic } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import { Unflushed } from "./connection/unflushed.ts";
import { notConnected } from "./wire/nats-errors.ts";

/** See the top of the file. */
export class CoreBroadcast implements Broadcast {
  /** Messages that were dropped since the start. */
  dropped = 0;
  readonly #link: Link;
  readonly #unflushed = new Unflushed();
  #told = 0;

  constructor(link: Link) {
    this.#link = link;
    link.connection.observe({
      onUp: () => this.#tellDropped(),
      onDown: () => this.#unflushed.reset(),
    });
  }

  publish(topic: Topic, body: Uint8Array): void {
    const { connection, names } = this.#link;
    const nats = connection.current;
    const subject = names.topicSubject(topic);
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

  async subscribe(topic: Topic, onMessage: (body: Uint8Array) => void): Promise<() => void> {
    const { connection, names, config } = this.#link;
    const subject = names.topicSubject(topic);
    const nats = connection.current;
    if (nats === null) throw notConnected(config.servers.address);
    const subscription = connection.subscribe(subject, (message) => onMessage(message.data));
    // The server hears the topic once it has answered. When the connection is lost meanwhile, the next one has it.
    await nats.flush().catch(() => undefined);
    return () => subscription.end();
  }

  #tellDropped(): void {
    if (this.dropped === this.#told) return;
    this.#link.logger.warn(
      { dropped: this.dropped - this.#told },
      "broadcast messages were dropped without a connection",
    );
    this.#told = this.dropped;
  }
}

// How many bytes were given to a connection and have not yet reached the server. nats.js buffers without bound and does
// not tell how much; a PING that is answered says that all before it has arrived.

import type { NatsConnection } from "@nats-io/transport-node";

const MOST_BYTES = 8 * 1024 * 1024;
const PING_AFTER_BYTES = 256 * 1024;

/** Counts the bytes under way of one kind of message. */
export class Unflushed {
  #bytes = 0;
  #pinging = false;
  #epoch = 0;

  /** Counts a message, unless there is no room for it. */
  admits(nats: NatsConnection, size: number): boolean {
    if (this.#bytes + size > MOST_BYTES) return false;
    this.#bytes += size;
    if (this.#bytes > PING_AFTER_BYTES && !this.#pinging) void this.#ping(nats);
    return true;
  }

  /** The connection is gone and its buffer with it. */
  reset(): void {
    this.#epoch += 1;
    this.#bytes = 0;
    this.#pinging = false;
  }

  async #ping(nats: NatsConnection): Promise<void> {
    const bytes = this.#bytes;
    const epoch = this.#epoch;
    this.#pinging = true;
    const arrived = await nats.flush().then(
      () => true,
      () => false,
    );
    if (epoch !== this.#epoch) return;
    this.#pinging = false;
    if (arrived) this.#bytes -= bytes;
  }
}

// Broadcasts within the process. Handlers run in a turn of their own, never within `publish`. What was published in one turn
// is bounded: beyond that, messages are dropped, which a broadcast may be.

import type { Broadcast, Topic } from "../broadcast.ts";
import { copyBytes } from "./copy-bytes.ts";
import type { MemoryConnection } from "./memory-connection.ts";

type Handler = (body: Uint8Array) => void;

interface Message {
  readonly address: string;
  readonly body: Uint8Array;
}

const MOST_PENDING = 100_000;

/** Every subscriber of a topic gets the same copy of a body and must not change it. */
export class MemoryBroadcast implements Broadcast {
  readonly #connection: MemoryConnection;
  readonly #maxMessageBytes: number;
  readonly #handlers = new Map<string, Set<Handler>>();
  #pending: Message[] = [];

  constructor(connection: MemoryConnection, maxMessageBytes: number) {
    this.#connection = connection;
    this.#maxMessageBytes = maxMessageBytes;
  }

  publish(topic: Topic, body: Uint8Array): void {
    if (!this.#connection.isOpen || body.byteLength > this.#maxMessageBytes) return;
    const address = addressOf(topic);
    if (!this.#handlers.has(address) || this.#pending.length >= MOST_PENDING) return;
    if (this.#pending.length === 0) setImmediate(this.#deliver);
    this.#pending.push({ address, body: copyBytes(body) });
  }

  async subscribe(topic: Topic, onMessage: Handler): Promise<() => void> {
    this.#connection.check("subscribe");
    const address = addressOf(topic);
    const handlers = this.#handlers.get(address) ?? new Set();
    this.#handlers.set(address, handlers);
    // Wrapped, so that one function can hear a topic twice and leave it once.
    const handler: Handler = (body) => onMessage(body);
    handlers.add(handler);
    return () => {
      handlers.delete(handler);
      if (handlers.size === 0 && this.#handlers.get(address) === handlers) this.#handlers.delete(address);
    };
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const handlers of this.#handlers.values()) handlers.clear();
    this.#handlers.clear();
    this.#pending.length = 0;
  }

  readonly #deliver = (): void => {
    const messages = this.#pending;
    this.#pending = [];
    for (const { address, body } of messages) {
      for (const handler of this.#handlers.get(address) ?? []) handler(body);
    }
  };
}

/** Quoted, so that no token can look like two. */
function addressOf(topic: Topic): string {
  return JSON.stringify(topic);
}

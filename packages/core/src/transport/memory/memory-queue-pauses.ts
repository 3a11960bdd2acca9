// Paused queues of the in-process broker.

import { PayloadTooLargeError, QueueFullError } from "../../model/errors.ts";
import type { QueuePauses, StoredPause } from "../queue-pauses.ts";
import { copyBytes } from "./copy-bytes.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import type { MemoryLimits } from "./memory-options.ts";

/** Paused queues until they are resumed. */
export class MemoryQueuePauses implements QueuePauses {
  readonly #connection: MemoryConnection;
  readonly #limits: MemoryLimits;
  readonly #stored = new Map<string, Uint8Array>();

  constructor(connection: MemoryConnection, limits: MemoryLimits) {
    this.#connection = connection;
    this.#limits = limits;
  }

  async create(queue: string, body: Uint8Array): Promise<"created" | "exists"> {
    this.#connection.check("create");
    const { maxMessageBytes, maxMessages } = this.#limits;
    if (body.byteLength > maxMessageBytes)
      throw new PayloadTooLargeError(`pause of queue ${queue}`, body.byteLength, maxMessageBytes);
    if (this.#stored.has(queue)) return "exists";
    if (this.#stored.size >= maxMessages)
      throw new QueueFullError(`${maxMessages} queues are paused; resume some, or raise maxMessages`);
    this.#stored.set(queue, copyBytes(body));
    return "created";
  }

  async remove(queue: string): Promise<boolean> {
    this.#connection.check("remove");
    return this.#stored.delete(queue);
  }

  async list(): Promise<readonly StoredPause[]> {
    this.#connection.check("list");
    return [...this.#stored].map(([queue, body]) => ({ queue, body: copyBytes(body) }));
  }
}

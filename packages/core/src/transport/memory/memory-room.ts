// Room for tasks in the in-process broker: that of all queues together, and one for each queue that has limits of its own.

import { QueueFullError } from "../../model/errors.ts";
import { shown } from "../../model/names.ts";
import type { QueueStream } from "../queue-streams.ts";
import type { MemoryLimits } from "./memory-options.ts";

/** See the top of the file. */
export class MemoryRoom {
  readonly #limits: Pick<MemoryLimits, "maxMessages" | "maxStoredBytes">;
  readonly #queue: string | null;
  #tasks = 0;
  #bytes = 0;

  /** @param queue - Whose it is; null: of all that have none of their own. */
  constructor(limits: Pick<MemoryLimits, "maxMessages" | "maxStoredBytes">, queue: string | null) {
    this.#limits = limits;
    this.#queue = queue;
  }

  /** Room of one queue; where it has no limit, that of the transport holds. */
  static of(queue: string, { maxMessages, maxBytes }: QueueStream, limits: MemoryLimits): MemoryRoom {
    return new MemoryRoom(
      { maxMessages: maxMessages ?? limits.maxMessages, maxStoredBytes: maxBytes ?? limits.maxStoredBytes },
      queue,
    );
  }

  /** @throws {QueueFullError} there is none. */
  take(bytes: number): void {
    const { maxMessages, maxStoredBytes } = this.#limits;
    if (this.#tasks >= maxMessages || this.#bytes + bytes > maxStoredBytes) throw this.#full();
    this.#tasks += 1;
    this.#bytes += bytes;
  }

  free(bytes: number): void {
    this.#tasks -= 1;
    this.#bytes -= bytes;
  }

  #full(): QueueFullError {
    const { maxMessages, maxStoredBytes } = this.#limits;
    const held = `${this.#tasks} tasks of ${this.#bytes} bytes, it takes ${maxMessages} of ${maxStoredBytes}`;
    return new QueueFullError(
      this.#queue === null
        ? `the memory transport is full: ${held}; start more workers, or raise maxMessages or maxStoredBytes`
        : `queue ${shown(this.#queue)} is full: ${held}; wait, start more workers for it, or raise maxMessages or maxBytes of ` +
            "its stream in taskQueues",
    );
  }
}

// Dead letters of the in-process broker: the newest ones of all queues together, within a number and a size.

import type { Clock } from "../../platform/clock.ts";
import type { DeadLetter, DeadLetters } from "../dead-letters.ts";
import { copyBytes } from "./copy-bytes.ts";
import { type Linked, LinkedList } from "./linked-list.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { RecentKeys } from "./recent-keys.ts";

interface StoredLetter extends Linked<StoredLetter> {
  readonly letter: DeadLetter;
}

const MOST_LETTERS = 10_000;
const SAME_LETTER_MS = 120_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Keeps the newest 10,000 letters, or fewer when their bodies exceed 64 MiB. */
export class MemoryDeadLetters implements DeadLetters {
  readonly #connection: MemoryConnection;
  readonly #maxMessageBytes: number;
  readonly #letters = new LinkedList<StoredLetter>();
  readonly #keys: RecentKeys;
  #bytes = 0;

  constructor(connection: MemoryConnection, maxMessageBytes: number, clock: Clock) {
    this.#keys = new RecentKeys(clock, SAME_LETTER_MS, MOST_LETTERS);
    this.#connection = connection;
    this.#maxMessageBytes = maxMessageBytes;
  }

  async put(letter: DeadLetter, key: string | null): Promise<void> {
    this.#connection.check("put");
    if (key !== null && this.#keys.has(key)) return;
    if (key !== null) this.#keys.add(key);
    const body = copyBytes(letter.body.subarray(0, this.#maxMessageBytes));
    this.#letters.append({ letter: { ...letter, body }, previous: null, next: null });
    this.#bytes += body.byteLength;
    while (this.#letters.size > MOST_LETTERS || this.#bytes > MOST_BYTES) {
      const oldest = this.#letters.first;
      if (oldest === null) break;
      this.#letters.remove(oldest);
      this.#bytes -= oldest.letter.body.byteLength;
    }
  }

  async newest(queue: string, limit: number): Promise<DeadLetter[]> {
    this.#connection.check("newest");
    const found: DeadLetter[] = [];
    for (let entry = this.#letters.last; entry !== null && found.length < limit; entry = entry.previous) {
      const { letter } = entry;
      if (letter.queue === queue) found.push({ ...letter, body: copyBytes(letter.body) });
    }
    return found;
  }
}

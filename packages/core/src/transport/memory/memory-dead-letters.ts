// Dead letters of the in-process broker: the newest ones of all queues together, within a number and a size.

import type { Clock } from "../../platform/clock.ts";
import type { DeadLetter, DeadLetters, KeptLetter, LetterPage, LetterQuery } from "../dead-letters.ts";
import { copyBytes } from "./copy-bytes.ts";
import { type Linked, LinkedList } from "./linked-list.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { RecentKeys } from "./recent-keys.ts";

interface StoredLetter extends Linked<StoredLetter> {
  readonly letter: KeptLetter;
}

const MOST_LETTERS = 10_000;
const SAME_LETTER_MS = 120_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Keeps the newest 10,000 letters, or fewer when their bodies exceed 64 MiB. */
export class MemoryDeadLetters implements DeadLetters {
  readonly #connection: MemoryConnection;
  readonly #maxMessageBytes: number;
  readonly #clock: Clock;
  readonly #letters = new LinkedList<StoredLetter>();
  readonly #byId = new Map<string, StoredLetter>();
  readonly #keys: RecentKeys;
  #lastId = 0;
  #bytes = 0;

  constructor(connection: MemoryConnection, maxMessageBytes: number, clock: Clock) {
    this.#keys = new RecentKeys(clock, SAME_LETTER_MS, MOST_LETTERS);
    this.#connection = connection;
    this.#maxMessageBytes = maxMessageBytes;
    this.#clock = clock;
  }

  async put(letter: DeadLetter, key: string | null): Promise<void> {
    this.#connection.check("put");
    if (key !== null && this.#keys.has(key)) return;
    if (key !== null) this.#keys.add(key);
    const body = copyBytes(letter.body.subarray(0, this.#maxMessageBytes));
    const id = String(++this.#lastId);
    const entry: StoredLetter = {
      letter: { ...letter, body, id, at: this.#clock.now() },
      previous: null,
      next: null,
    };
    this.#letters.append(entry);
    this.#byId.set(id, entry);
    this.#bytes += body.byteLength;
    while (this.#letters.size > MOST_LETTERS || this.#bytes > MOST_BYTES) {
      const oldest = this.#letters.first;
      if (oldest === null) break;
      this.#remove(oldest);
    }
  }

  async list({ queue, reason, before, limit }: LetterQuery): Promise<LetterPage> {
    this.#connection.check("list");
    const letters: KeptLetter[] = [];
    const isWanted = ({ letter }: StoredLetter): boolean =>
      (queue === null || letter.queue === queue) && (reason === null || letter.reason === reason);
    let entry = before === null ? this.#letters.last : this.#newestBefore(before);
    for (; entry !== null && letters.length < limit; entry = entry.previous) {
      if (isWanted(entry)) letters.push(copyOf(entry.letter));
    }
    return { letters, next: entry === null ? null : String(Number(entry.letter.id) + 1) };
  }

  async get(id: string): Promise<KeptLetter | null> {
    this.#connection.check("get");
    const found = this.#byId.get(id);
    return found === undefined ? null : copyOf(found.letter);
  }

  async drop(id: string): Promise<boolean> {
    this.#connection.check("drop");
    const found = this.#byId.get(id);
    if (found !== undefined) this.#remove(found);
    return found !== undefined;
  }

  async count(queue: string | null): Promise<number> {
    this.#connection.check("count");
    if (queue === null) return this.#letters.size;
    let count = 0;
    for (const { letter } of this.#byId.values()) if (letter.queue === queue) count += 1;
    return count;
  }

  // Ids are numbers that grow.
  #newestBefore(id: string): StoredLetter | null {
    let entry = /^\d+$/.test(id) ? this.#letters.last : null;
    while (entry !== null && Number(entry.letter.id) >= Number(id)) entry = entry.previous;
    return entry;
  }

  #remove(entry: StoredLetter): void {
    this.#letters.remove(entry);
    this.#byId.delete(entry.letter.id);
    this.#bytes -= entry.letter.body.byteLength;
  }
}

function copyOf(letter: KeptLetter): KeptLetter {
  return { ...letter, body: copyBytes(letter.body) };
}

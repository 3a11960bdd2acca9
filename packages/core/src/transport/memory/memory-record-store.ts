// Records of the in-process broker. All records live equally long, so that the order in which they were written is the order
// in which they end: every write removes some that have ended. When the limit of records or bytes is reached, the oldest
// goes before its time.

import { PayloadTooLargeError } from "../../model/errors.ts";
import type { Clock } from "../../platform/clock.ts";
import type { RecordKey, RecordStore } from "../record-store.ts";
import { copyBytes } from "./copy-bytes.ts";
import { type Linked, LinkedList } from "./linked-list.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import type { MemoryLimits } from "./memory-options.ts";

interface StoredRecord extends Linked<StoredRecord> {
  readonly address: string;
  readonly body: Uint8Array;
  readonly endsAt: number;
}

/** Ended records that one write removes at most: more than it adds, so that they cannot pile up, and few enough to be quick. */
const SWEPT_PER_WRITE = 16;

/** Records until they expire. `glance` is as exact as `read`. */
export class MemoryRecordStore implements RecordStore {
  readonly #connection: MemoryConnection;
  readonly #limits: MemoryLimits;
  readonly #clock: Clock;
  readonly #records = new Map<string, StoredRecord>();
  readonly #byAge = new LinkedList<StoredRecord>();
  #bytes = 0;

  constructor(connection: MemoryConnection, limits: MemoryLimits, clock: Clock) {
    this.#connection = connection;
    this.#limits = limits;
    this.#clock = clock;
  }

  async create(key: RecordKey, body: Uint8Array): Promise<"created" | "exists"> {
    this.#connection.check("create");
    const address = addressOf(key);
    this.#checkSize(key, body);
    if (this.#find(address) !== null) return "exists";
    this.#store(address, body);
    return "created";
  }

  async replace(key: RecordKey, body: Uint8Array): Promise<void> {
    this.#connection.check("replace");
    this.#checkSize(key, body);
    this.#store(addressOf(key), body);
  }

  async read(key: RecordKey): Promise<Uint8Array | null> {
    this.#connection.check("read");
    const found = this.#find(addressOf(key));
    return found === null ? null : copyBytes(found.body);
  }

  glance(key: RecordKey): Promise<Uint8Array | null> {
    return this.read(key);
  }

  #find(address: string): StoredRecord | null {
    const record = this.#records.get(address);
    if (record === undefined) return null;
    if (record.endsAt > this.#clock.monotonic()) return record;
    this.#remove(record);
    return null;
  }

  #store(address: string, body: Uint8Array): void {
    const former = this.#records.get(address);
    if (former !== undefined) this.#remove(former);
    const now = this.#clock.monotonic();
    const endsAt = now + this.#connection.resultExpiresMs;
    const record: StoredRecord = { address, body: copyBytes(body), endsAt, previous: null, next: null };
    this.#records.set(address, record);
    this.#byAge.append(record);
    this.#bytes += body.byteLength;
    this.#sweep(now);
  }

  #sweep(now: number): void {
    for (let left = SWEPT_PER_WRITE; left > 0; left -= 1) {
      const oldest = this.#byAge.first;
      if (oldest === null || oldest.endsAt > now) break;
      this.#remove(oldest);
    }
    while (this.#byAge.size > this.#limits.maxMessages || this.#bytes > this.#limits.maxStoredBytes) {
      const oldest = this.#byAge.first;
      if (oldest === null) break;
      this.#remove(oldest);
    }
  }

  #remove(record: StoredRecord): void {
    this.#records.delete(record.address);
    this.#byAge.remove(record);
    this.#bytes -= record.body.byteLength;
  }

  #checkSize(key: RecordKey, body: Uint8Array): void {
    const { maxMessageBytes } = this.#limits;
    if (body.byteLength <= maxMessageBytes) return;
    throw new PayloadTooLargeError(`${key.kind} of task ${key.id}`, body.byteLength, maxMessageBytes);
  }
}

/** The id comes last, so that no id can look like another kind or generation. */
function addressOf(key: RecordKey): string {
  return `${key.kind} ${key.gen ?? "-"} ${key.id}`;
}

// Revocations of the in-process broker. All live equally long, so that the order in which they were written is the order in which
// they end: every use removes those that have ended.

import { PayloadTooLargeError, QueueFullError } from "../../model/errors.ts";
import type { Clock } from "../../platform/clock.ts";
import type { RevocationKey, Revocations, RevocationWatch, StoredRevocation } from "../revocations.ts";
import { copyBytes } from "./copy-bytes.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import type { MemoryLimits } from "./memory-options.ts";

type Listener = (revocation: StoredRevocation) => void;

/** Revocations until they expire. */
export class MemoryRevocations implements Revocations {
  readonly #connection: MemoryConnection;
  readonly #limits: MemoryLimits;
  readonly #clock: Clock;
  readonly #stored = new Map<string, StoredRevocation>();
  readonly #listeners = new Set<Listener>();

  constructor(connection: MemoryConnection, limits: MemoryLimits, clock: Clock) {
    this.#connection = connection;
    this.#limits = limits;
    this.#clock = clock;
  }

  async put(key: RevocationKey, body: Uint8Array): Promise<void> {
    this.#begin("put");
    const { maxMessageBytes, maxMessages } = this.#limits;
    if (body.byteLength > maxMessageBytes)
      throw new PayloadTooLargeError(`revocation of ${key.id}`, body.byteLength, maxMessageBytes);
    const address = addressOf(key);
    this.#stored.delete(address);
    if (this.#stored.size >= maxMessages)
      throw new QueueFullError(`${maxMessages} revocations are stored; wait until some expire, or raise maxMessages`);
    const endsAt = this.#clock.now() + this.#connection.revokeExpiresMs;
    const revocation = { key: { ...key }, body: copyBytes(body), endsAt };
    this.#stored.set(address, revocation);
    for (const listener of this.#listeners) listener(copyOf(revocation));
  }

  async find(key: RevocationKey): Promise<Uint8Array | null> {
    this.#begin("find");
    const found = this.#stored.get(addressOf(key));
    return found === undefined ? null : copyBytes(found.body);
  }

  async count(kind?: RevocationKey["kind"]): Promise<number> {
    this.#begin("count");
    return kind === undefined ? this.#stored.size : this.#of(kind).length;
  }

  async list(kind: RevocationKey["kind"], limit: number): Promise<readonly StoredRevocation[]> {
    this.#begin("list");
    return this.#of(kind).slice(0, limit).map(copyOf);
  }

  async watch(from: "start" | "now", onStored: Listener): Promise<RevocationWatch> {
    this.#begin("watch");
    if (from === "start") for (const revocation of this.#stored.values()) onStored(copyOf(revocation));
    // Wrapped, so that the same function can listen twice and leave once.
    const listener: Listener = (revocation) => onStored(revocation);
    this.#listeners.add(listener);
    const connection = this.#connection;
    return {
      get isCurrent() {
        return connection.isOpen;
      },
      close: () => void this.#listeners.delete(listener),
    };
  }

  #of(kind: RevocationKey["kind"]): StoredRevocation[] {
    return [...this.#stored.values()].filter(({ key }) => key.kind === kind);
  }

  #begin(operation: string): void {
    this.#connection.check(operation);
    const now = this.#clock.now();
    for (const [address, { endsAt }] of this.#stored) {
      if (endsAt > now) break;
      this.#stored.delete(address);
    }
  }
}

function copyOf({ key, body, endsAt }: StoredRevocation): StoredRevocation {
  return { key, body: copyBytes(body), endsAt };
}

function addressOf({ kind, id }: RevocationKey): string {
  return `${kind} ${id}`;
}

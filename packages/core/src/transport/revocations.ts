// What was revoked: kept for those who meet a revoked task later, and told to those who may have it now (protocol §8).

/** One task by its id; or all tasks with some stamps, under a name that stands for these. */
export interface RevocationKey {
  readonly kind: "task" | "stamps";
  readonly id: string;
}

/** What is stored. */
export interface StoredRevocation {
  readonly key: RevocationKey;
  readonly body: Uint8Array;
  /** When it is forgotten: broker's time, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Hears what is revoked. */
export interface RevocationWatch {
  /** False: something may be stored that was not told yet. So it is without a connection, and until what was missed has been told. */
  readonly isCurrent: boolean;
  /** Tells nothing more. */
  close(): void;
}

/** Stores revocations until they expire (`revokeExpiresMs` after they were written). */
export interface Revocations {
  /** Stores a revocation in place of the one with its key. */
  put(key: RevocationKey, body: Uint8Array): Promise<void>;

  /** The revocation with this key as the broker's leader has it; null when there is none. */
  find(key: RevocationKey): Promise<Uint8Array | null>;

  /** How many there are, about: what has expired in this moment may be counted. */
  count(kind?: RevocationKey["kind"]): Promise<number>;

  /** At most `limit` of a kind, in no order. */
  list(kind: RevocationKey["kind"], limit: number): Promise<readonly StoredRevocation[]>;

  /**
   * Tells each revocation that is stored, in the order of storing: from `start`, those that are there and then each that comes; from
   * `now`, the latter. Resolves when those that are there have been told. Survives reconnection: what was stored meanwhile is told
   * afterwards, nothing is left out, some may come twice. The listener must not throw.
   */
  watch(from: "start" | "now", onStored: (revocation: StoredRevocation) => void): Promise<RevocationWatch>;
}

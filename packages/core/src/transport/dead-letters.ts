// Messages that no worker could or may settle, kept for people with the reason.

/** A message set aside. */
export interface DeadLetter {
  /** Queue it came from. */
  readonly queue: string;
  /**
   * One word: `undecodable`, `refused-content`, `invalid`, `not-registered`, `worker-lost`, `rejected`, `failed`, `time-limit`,
   * `internal-error`, `invalid-record`.
   */
  readonly reason: string;
  /** What was wrong, in a sentence. */
  readonly detail: string;
  /** Content type of the message, or null. */
  readonly contentType: string | null;
  /** The message's body; cut when it would be too large to store. */
  readonly body: Uint8Array;
}

/** Keeps dead letters, the newest when there is no room for all. */
export interface DeadLetters {
  /**
   * Resolves when the letter is stored durably.
   *
   * @param key - Another letter with this key within two minutes is taken for the same; null: none is.
   */
  put(letter: DeadLetter, key: string | null): Promise<void>;
  /** The newest letters of a queue, newest first. */
  newest(queue: string, limit: number): Promise<DeadLetter[]>;
}

// Messages that no worker could or may settle, kept for people with the reason.

/** A message set aside. */
export interface DeadLetter {
  /** Queue it came from. */
  readonly queue: string;
  /**
   * One word: `undecodable`, `refused-content`, `invalid`, `not-registered`, `worker-lost`, `rejected`, `failed`, `time-limit`,
   * `internal-error`, `invalid-record`, `undeliverable`.
   */
  readonly reason: string;
  /** What was wrong, in a sentence. */
  readonly detail: string;
  /** The error behind it. @default none */
  readonly error?: LetterError | undefined;
  /** Content type of the message, or null. */
  readonly contentType: string | null;
  /** The message's body; cut when it would be too large to store. */
  readonly body: Uint8Array;
}

/** What is kept of an error beside its message. */
export interface LetterError {
  /** Name of its class. */
  readonly type: string;
  /** Stack of the remote process, cut; null when there is none. */
  readonly stack: string | null;
}

/** A letter as it is kept. */
export interface KeptLetter extends DeadLetter {
  /** Unlike that of any other letter that is kept. */
  readonly id: string;
  /** When it was kept: broker's time, in milliseconds since the epoch. */
  readonly at: number;
}

/** Which letters, and how many. */
export interface LetterQuery {
  /** Null: of all queues. */
  readonly queue: string | null;
  /** Null: for whatever reason. */
  readonly reason: string | null;
  /** Only letters older than the one with this id, which need not be kept any more; null: from the newest on. */
  readonly before: string | null;
  readonly limit: number;
}

/** Some letters, newest first. */
export interface LetterPage {
  /** May be fewer than were asked for, or none, though there are more. */
  readonly letters: readonly KeptLetter[];
  /** What to give as `before` for the letters after these; null: there are none. */
  readonly next: string | null;
}

/** Keeps dead letters, the newest when there is no room for all. */
export interface DeadLetters {
  /**
   * Resolves when the letter is stored durably.
   *
   * @param key - Another letter with this key within two minutes is taken for the same; null: none is.
   */
  put(letter: DeadLetter, key: string | null): Promise<void>;
  /** Letters, newest first, some at a time. An id in `before` that was never given out finds none. */
  list(query: LetterQuery): Promise<LetterPage>;
  /** The letter with this id; null when there is none (any more). */
  get(id: string): Promise<KeptLetter | null>;
  /** Removes a letter for good. @returns whether it was there. */
  drop(id: string): Promise<boolean>;
  /** How many letters of a queue are kept; null: of all queues. */
  count(queue: string | null): Promise<number>;
}

// Queues that are paused: stored until they are resumed, for workers that run and for those that come later.

/** What is stored of a paused queue. */
export interface StoredPause {
  readonly queue: string;
  readonly body: Uint8Array;
}

/** Stores which queues are paused. Nothing ends by itself. */
export interface QueuePauses {
  /** Stores that a queue is paused, if it is not. Of any number of writers exactly one gets `created`. */
  create(queue: string, body: Uint8Array): Promise<"created" | "exists">;

  /** Removes what is stored of a queue. @returns whether there was anything. */
  remove(queue: string): Promise<boolean>;

  /** All paused queues, in no order, as the broker's leader has them: every write that was confirmed before is seen. */
  list(): Promise<readonly StoredPause[]>;
}

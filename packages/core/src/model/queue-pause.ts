// A queue that is paused: what waits in it stays there until it is resumed.

/** A paused queue. */
export interface QueuePause {
  /** Since when: broker's time, in milliseconds since the epoch. */
  readonly at: number;
  /** Who paused it, for people. */
  readonly by: string;
  /** Why; null: not said. */
  readonly reason: string | null;
}

/** Longest `by` and `reason`, in characters. */
export const MAX_PAUSE_TEXT = 256;

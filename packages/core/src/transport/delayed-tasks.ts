// Tasks that wait for their time: stored until they are due, then moved to their queues (protocol §7). Nobody who schedules
// one has to live on for that; a process that moves has.

import { BrokerRefusedError } from "../model/errors.ts";
import type { OutgoingTask, Stored } from "./task-queue.ts";

/** A task that waits. */
export interface DelayedTask {
  readonly key: string;
  readonly queue: string;
  readonly priority: number;
  readonly contentType: string;
  /** When it goes to its queue: broker's time, in milliseconds since the epoch. */
  readonly dueAt: number;
  readonly body: Uint8Array;
}

/** One process's part in moving. */
export interface TaskMover {
  /** Stops moving. Resolves when what was under way is in its queue, or waits again. */
  close(): Promise<void>;
}

/** Ends a due task that its queue refuses for good. When it resolves, the task is taken out; when it rejects, it waits on. */
export type EndUndeliverable = (task: DelayedTask, why: Error) => Promise<void>;

/**
 * Keeps tasks until they are due. A due task goes to its queue as exclusive and as a repeat, so that whoever gets it looks
 * for its record first: it may be moved twice when a mover or the broker crashes. No order is promised.
 */
export interface DelayedTasks {
  /**
   * Stores a task until it is due. One that is due within a second goes straight to its queue, as it is. A second one with
   * the same key and time, for whatever queue, is not stored while the first waits: `exists`.
   *
   * An exclusive task is also refused while one with its key waits for another time. That costs the broker a search among
   * all that wait, and of two that are scheduled at once for different times both may be stored.
   *
   * @param dueAt - broker's time, in milliseconds since the epoch, up to the year 2286; fractions are rounded up. A wrong
   * clock makes a task early or late, never lost.
   */
  schedule(task: OutgoingTask, dueAt: number): Promise<Stored>;

  /**
   * Moves due tasks until it is closed. Any number of processes may; two of them do at a time, by lease, and others take
   * over. What is not due is in nobody's memory. A task whose queue is full waits for five seconds more, again and again.
   *
   * @param holder - name of this process, unlike any other's.
   * @param onUndeliverable - left out: what its queue refuses for good waits on.
   */
  move(holder: string, onUndeliverable?: EndUndeliverable): Promise<TaskMover>;

  /**
   * Waiting tasks, the earliest first. Where there are more than `limit`, which of those that are due within the same ten
   * seconds come last is left open.
   */
  list(limit: number): Promise<readonly DelayedTask[]>;

  /** The waiting task with this key; null when it does not wait (any more). */
  find(key: string): Promise<DelayedTask | null>;

  /**
   * Takes the task with this key out; null when it does not wait (any more). It may still come to its queue when it falls
   * due in this moment: store its final record before.
   */
  cancel(key: string): Promise<DelayedTask | null>;
}

/** A task that is due sooner is not delayed, in milliseconds. */
const SHORTEST_DELAY_MS = 1_000;
/** The year 2286; times up to here have the same number of digits. */
const LATEST = 9_999_999_999_999;

/**
 * Whether a task has to wait for its time.
 *
 * @throws {BrokerRefusedError} it is not a time, or a later one than can be kept.
 */
export function hasToWait(dueAt: number, now: number): boolean {
  if (dueAt <= LATEST) return dueAt - now >= SHORTEST_DELAY_MS;
  throw new BrokerRefusedError(
    `a task cannot be due at ${dueAt}; give milliseconds since the epoch, at most ${LATEST}`,
  );
}

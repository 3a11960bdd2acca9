// A task as the in-process broker holds it.

import type { OutgoingTask } from "../task-queue.ts";
import type { Linked, LinkedList } from "./linked-list.ts";

/** A stored message and where it is. */
export interface QueuedTask extends Linked<QueuedTask> {
  readonly message: OutgoingTask;
  /** The broker's own bytes: neither the sender nor a receiver can change them. */
  readonly body: Uint8Array;
  /** Whether it was delivered before. */
  delivered: boolean;
  /** The list it is in: waiting, delayed, or one consumer's unsettled. Null: settled. */
  place: LinkedList<QueuedTask> | null;
  /** The delivery that may settle it; a former one no longer can. */
  holder: object | null;
}

/** Puts a task into a list, out of the one it is in. */
export function moveTo(task: QueuedTask, list: LinkedList<QueuedTask> | null): void {
  task.place?.remove(task);
  task.place = list;
  list?.append(task);
}

// What a run of a task led to when that is not its end: stored create-only, so that every repeat of it sends the same messages.

import type { Flow } from "./flow.ts";

/** What comes next. */
export type Decision = Replaced | Retried;

/** Another canvas took the task's place; its last step has the task's id. */
export interface Replaced {
  readonly kind: "REPLACED";
  /** The canvas, and the steps that were to follow the task. */
  readonly flow: Flow;
}

/** The task runs again. */
export interface Retried {
  readonly kind: "RETRY";
  /** The encoded message of the next run. */
  readonly body: Uint8Array;
  /** When it is due: broker's time, in milliseconds since the epoch. */
  readonly dueAt: number;
}

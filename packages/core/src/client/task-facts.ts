// All that is known of a task and bears on why it has not started or finished.

import type { Revocation } from "../model/revocation.ts";
import type { FinalRecord, StateRecord } from "../model/task-record.ts";
import type { AwaitedTask } from "./explanation.ts";
import type { PausedQueueInfo } from "./queues.ts";

/** Where a task's message is. */
export interface TaskPlace {
  /** Registered name. */
  readonly name: string;
  readonly queue: string;
  /** Latest start, or null. Times are the broker's, in milliseconds since the epoch. */
  readonly expires: number | null;
  readonly retries: number;
  /** When it is due, while it waits for that; null: it is in its queue. */
  readonly dueAt: number | null;
  /** As `FoundTask.delivered` and `.ahead`. */
  readonly delivered: boolean;
  readonly ahead: number;
}

/** The worker that has a task. */
export interface HeldTask {
  readonly worker: string;
  readonly how: "active" | "reserved" | "scheduled";
  readonly name: string;
  readonly queue: string | null;
  /** When its handler was started, or when it is due; null: neither. */
  readonly at: number | null;
  readonly retries: number;
}

/** A worker that has answered. */
export interface AnsweringWorker {
  readonly hostname: string;
  readonly queues: readonly string[];
  readonly slots: number;
  readonly running: number;
  /** Time limits of tasks that have none of their own, in milliseconds, or null. */
  readonly timeLimit: number | null;
  readonly softTimeLimit: number | null;
  /** Rate limits of queues, as its settings have them. */
  readonly queueRates: ReadonlyMap<string, string>;
  /** Tasks that it knows, each with its attributes: `rateLimit`, `timeLimit`, `softTimeLimit`. Null: it does not tell. */
  readonly tasks: ReadonlyMap<string, ReadonlyMap<string, string>> | null;
}

/** What a task waits for before it is sent. */
export type Awaited =
  | { readonly kind: "step"; readonly tasks: readonly AwaitedTask[] }
  | {
      readonly kind: "members";
      readonly group: string;
      readonly size: number | null;
      readonly ended: number;
      readonly tasks: readonly AwaitedTask[];
    };

/** See the top of the file. */
export interface TaskFacts {
  readonly id: string;
  /** The broker's time. */
  readonly now: number;
  readonly final: FinalRecord | null;
  readonly state: StateRecord | null;
  /** A dead letter with the task. */
  readonly letter: {
    readonly id: string;
    readonly reason: string;
    readonly detail: string;
    readonly queue: string;
  } | null;
  readonly revocation: Revocation | null;
  /** Its handler has replaced it. */
  readonly replaced: boolean;
  /** Call that took its place. */
  readonly replacedBy: string | null;
  readonly held: HeldTask | null;
  readonly place: TaskPlace | null;
  readonly workers: readonly AnsweringWorker[];
  readonly paused: ReadonlyMap<string, PausedQueueInfo>;
  readonly awaited: Awaited | null;
  /** All queues and mailboxes were looked through. */
  readonly complete: boolean;
}

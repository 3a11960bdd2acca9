// What `app.explain` answers: why a task has not started or finished.

import type { TaskState } from "../model/task-state.ts";

/** Another task that is waited for. */
export interface AwaitedTask {
  readonly id: string;
  /** Registered name; null for what is itself a group with something after it. */
  readonly name: string | null;
  readonly queue: string | null;
  /** It waits in its queue; a worker has it or has given it back; it waits for its time; it runs; it waits for members of its own. */
  readonly state: "waiting" | "delivered" | "delayed" | "running" | "members";
}

/** Why a task is where it is, with what is known of that. */
export type Reason =
  /** It has come to its end. */
  | {
      readonly why: "finished";
      readonly state: TaskState;
      readonly date: Date;
      readonly worker: string;
      readonly error: string | null;
    }
  /** It has failed, or could not be read, and a copy is kept for people. `letter` is null when it is not among the newest. */
  | {
      readonly why: "dead-letter";
      readonly letter: string | null;
      readonly reason: string;
      readonly detail: string;
      readonly queue: string | null;
    }
  /** Another call took its place, or what its handler replaced it by is not finished. */
  | { readonly why: "replaced"; readonly by: string | null; readonly waitsFor: readonly AwaitedTask[] }
  /** It is revoked, and ends when a worker meets it. */
  | { readonly why: "revoked"; readonly terminate: boolean; readonly reason: string | null }
  /** Its handler runs now. Limits are in milliseconds. */
  | {
      readonly why: "running";
      readonly worker: string;
      readonly since: Date;
      readonly timeLimit: number | null;
      readonly softTimeLimit: number | null;
    }
  /** A rate limit holds it: that of its task, or of its queue. `worker` is null when it was given back until its turn may come. */
  | {
      readonly why: "rate-limited";
      readonly name: string;
      readonly limit: string;
      readonly of: "task" | "queue";
      readonly worker: string | null;
    }
  /** It waits for its time, or for its next try. */
  | { readonly why: "not-due"; readonly due: Date; readonly retries: number; readonly queue: string | null }
  /** It waits, and its latest start has passed. */
  | { readonly why: "expired"; readonly expires: Date; readonly queue: string }
  /** Its queue is paused. */
  | {
      readonly why: "paused";
      readonly queue: string;
      readonly since: Date;
      readonly by: string;
      readonly reason: string | null;
    }
  /** No worker that answered consumes its queue. */
  | { readonly why: "no-worker"; readonly queue: string }
  /** No worker of its queue knows its name. */
  | {
      readonly why: "unknown-name";
      readonly name: string;
      readonly queue: string;
      readonly workers: readonly string[];
    }
  /** All slots of the workers of its queue are taken. */
  | {
      readonly why: "no-slot";
      readonly queue: string;
      readonly workers: readonly string[];
      readonly slots: number;
      readonly ahead: number;
    }
  /** It was delivered, and no worker that answered has it. `worker` is the last that is known to have run it. */
  | { readonly why: "silent-worker"; readonly queue: string; readonly worker: string | null }
  /** Others wait before it. */
  | { readonly why: "behind"; readonly queue: string; readonly ahead: number }
  /** Nothing keeps it. */
  | { readonly why: "about-to-start"; readonly queue: string; readonly worker: string | null }
  /** It follows from a group whose members are not all finished. `ended` of `size` are; the size may not be known yet. */
  | {
      readonly why: "waiting-for-members";
      readonly group: string;
      readonly size: number | null;
      readonly ended: number;
      readonly waitsFor: readonly AwaitedTask[];
    }
  /** It is a later step of a chain, or a callback. */
  | { readonly why: "waiting-for-step"; readonly waitsFor: readonly AwaitedTask[] }
  /** Nothing is known of it. `state`: the last that was stored. `complete`: everything was looked through. */
  | { readonly why: "unknown"; readonly state: string | null; readonly complete: boolean };

/** Why a task has not started or finished. */
export type Explanation = Reason & {
  readonly id: string;
  /** What is so, in a sentence. */
  readonly what: string;
  /** Why that is so. */
  readonly rule: string;
  /** What to do: a command to type, or a sentence. */
  readonly remedy: string;
};

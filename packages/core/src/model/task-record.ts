// What is stored about a task: the final record, written once, and the state record, overwritten while the task lives.

import type { Attempt } from "./attempt.ts";
import type { Failure } from "./failure.ts";
import type { NodeRef } from "./result-ref.ts";
import type { FinalState } from "./task-state.ts";

/** Outcome of a task, stored create-only: the first one wins and never changes. */
export interface FinalRecord {
  readonly id: string;
  readonly gen: number;
  readonly state: FinalState;
  /** Registered name of the task. */
  readonly name: string;
  /** What the handler returned; null unless SUCCESS. */
  readonly value: unknown;
  /** Why it did not succeed; null when SUCCESS or IGNORED. */
  readonly error: Failure | null;
  /** Kept for what follows only: `get()` gives null (`ignoreResult`). */
  readonly hidden: boolean;
  /** Why a copy of the message is kept for people, or null. */
  readonly deadLetter: string | null;
  /** Overwritten by `forget()`: no value is left. */
  readonly forgotten: boolean;
  /** Name of the worker that decided it. */
  readonly worker: string;
  /** When it was decided: broker's time, milliseconds since the epoch. */
  readonly at: number;
  /** Time the handler took, in milliseconds. */
  readonly runtimeMs: number;
  readonly retries: number;
  /** Why it was retried; the last ones. @default none */
  readonly attempts?: readonly Attempt[];
  /** What the task triggered, in order: what its handler called, then callbacks and the next step, or errbacks. @default none */
  readonly children?: readonly NodeRef[];
  /** `value` is a `HandleRef`: the task returned a result handle, and `get()` gives one. @default false */
  readonly isHandle?: boolean;
}

/** Where a task is that is not final. Overwritten; never decides anything but the number of starts. */
export interface StateRecord {
  readonly id: string;
  /** STARTED, RETRY, or a state of the task's own. */
  readonly state: string;
  /** What the task said with `updateState`; null for built-in states. */
  readonly meta: unknown;
  /** Why it runs again; of the state RETRY. @default none */
  readonly error?: Failure;
  /** @default 0 */
  readonly retries?: number;
  /** As in the final record. @default none */
  readonly attempts?: readonly Attempt[];
  /** How often the task was started. */
  readonly starts: number;
  readonly worker: string;
  /** Broker's time, milliseconds since the epoch. */
  readonly at: number;
}

// What a run, or the decision not to run, led to. `settle-task.ts` turns it into the final record.

import type { Flow } from "../model/flow.ts";
import type { RetryRules } from "../model/retry-policy.ts";

/** A pause before a message that is to run again is delivered again, in milliseconds. */
export const REQUEUE_DELAY_MS = 1_000;

/** What the worker of a paused queue gives back comes then: requests of others, which stop too and hear it in vain, have ended. */
export const HELD_BACK_MS = 2_000;

/** A pause from which on a task waits among the delayed ones: those of the same ten seconds may be one to the broker. */
export const LONG_PAUSE_MS = 10_000;

/** How a task ended in this worker. */
export type Outcome = FinalOutcome | NextOutcome | ReleasedOutcome;

/** Not ended: the message goes back to its queue. */
export interface ReleasedOutcome {
  readonly state: "RELEASED";
  readonly delayMs: number;
  /** The handler never began: the start does not count. @default false */
  readonly neverBegan?: boolean;
}

/** Not ended: something else comes next. */
export type NextOutcome =
  /** A canvas takes its place. */
  { readonly state: "REPLACED"; readonly flow: Flow } | RetryOutcome;

/** The task is to run again. */
export interface RetryOutcome {
  readonly state: "RETRY";
  /** Why. */
  readonly error: unknown;
  /** Milliseconds to the next run, its date, or as the rules say for one that nobody asked for. */
  readonly delay: number | { readonly at: number } | "automatic";
  /** The task's rules. */
  readonly rules: RetryRules;
  /** Arguments of the next run. @default those of this one */
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

/** How a task ended for good. */
export type FinalOutcome =
  /** `isHandle`: the value stands for a result handle. */
  | { readonly state: "SUCCESS"; readonly value: unknown; readonly isHandle?: true }
  | { readonly state: "FAILURE"; readonly error: unknown; readonly expected: boolean }
  | { readonly state: "REVOKED"; readonly error: Error; readonly why?: "expired" | "terminated" }
  | { readonly state: "REJECTED"; readonly error: Error }
  | { readonly state: "IGNORED" };

/** An outcome and why a copy of the message is kept for people. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Reason word of the dead letter; null: no dead letter. */
  readonly deadLetter: string | null;
}

/** The same of a task that ended for good. */
export type FinalVerdict = Verdict & { readonly outcome: FinalOutcome };

/** Whether people should hear of it. */
export function isProblem({ state }: Outcome): boolean {
  return state === "FAILURE" || state === "REJECTED";
}

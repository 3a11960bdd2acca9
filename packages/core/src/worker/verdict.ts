// What is done about how a run ended, by the task's word on acknowledgements. They are late in any case; "not acknowledged" means
// that the message is kept for people, or delivered again.

import type { StartKind } from "./check-task.ts";
import { type Outcome, REQUEUE_DELAY_MS, type Verdict } from "./outcome.ts";
import type { TaskConfig } from "./registered-task.ts";

/** A run that has ended. */
export interface Ran {
  readonly config: Pick<TaskConfig, "acksOnFailure" | "acksOnTimeout"> | null;
  readonly kind: StartKind;
  /** Starts of the task, this one included. */
  readonly starts: number;
}

/** What is done about a handler that has ended. */
export function verdictOf(outcome: Outcome, { config, kind }: Ran): Verdict {
  if (outcome.state === "REJECTED") return { outcome, deadLetter: "rejected" };
  const isKept = outcome.state === "FAILURE" && kind !== "claim" && config?.acksOnFailure === false;
  return { outcome, deadLetter: isKept ? "failed" : null };
}

/**
 * What is done about one that took too long.
 *
 * @param mostStarts - How often a task may be started that does not come to an end.
 */
export function verdictOfTimeout(error: Error, { config, kind, starts }: Ran, mostStarts: number): Verdict {
  const outcome = { state: "FAILURE", error, expected: false } as const;
  // At most once means that it does not run again.
  if (kind === "claim" || config?.acksOnTimeout !== false) return { outcome, deadLetter: null };
  if (starts >= mostStarts) return { outcome, deadLetter: "time-limit" };
  return { outcome: { state: "RELEASED", delayMs: REQUEUE_DELAY_MS }, deadLetter: null };
}

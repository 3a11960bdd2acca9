// What a run, or the decision not to run, led to. `settle-task.ts` turns it into the final record.

/** How a task ended in this worker. */
export type Outcome =
  | FinalOutcome
  /** Not ended: the message goes back to its queue. */
  | { readonly state: "RELEASED"; readonly delayMs: number };

/** How a task ended for good. */
export type FinalOutcome =
  | { readonly state: "SUCCESS"; readonly value: unknown }
  | { readonly state: "FAILURE"; readonly error: unknown; readonly expected: boolean }
  | { readonly state: "REVOKED"; readonly error: Error }
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

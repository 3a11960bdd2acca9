// What was decided about a durable actor: its final record. Stored create-only, so that however many processes try, one decides.

import type { Failure } from "./failure.ts";

/** The final record of an actor. */
export interface ActorDecision {
  /** Id of the actor. */
  readonly id: string;
  /** What follows is sent, or failed. */
  readonly decision: "DISPATCH" | "FAIL";
  /** Why it is failed; null when it is sent. */
  readonly error: Failure | null;
  /** Id whose final record tells how it went. */
  readonly resultId: string;
}

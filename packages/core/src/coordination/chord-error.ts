// Why a chord failed, as the error that is stored for its body.

import type { MemberEnd } from "../model/actor-message.ts";
import { ChordError } from "../model/errors.ts";
import { type Failure, failureOf } from "../model/failure.ts";

/** A member did not succeed. */
export function memberFailed({ taskId, outcome }: MemberEnd): Failure {
  const error = outcome.state === "SUCCESS" ? null : outcome.error;
  const said = textOf(taskId, outcome.state, error);
  const { stack: _ours, ...failure } = failureOf(new ChordError(said, { dependency: taskId }));
  return { ...failure, ...(error?.stack !== undefined && { stack: error.stack }), ...(error && { cause: error }) };
}

/** What is said of a member that did not succeed. */
export function textOf(taskId: string, state: string, error: Failure | null): string {
  return `Dependency ${taskId} ${error ? `raised ${error.type}: ${error.message}` : `ended in ${state}`}`;
}

/** Whoever sent the members did not come to the end. */
export function notSubmitted(limitMs: number): Failure {
  return failed(`submission was not completed within ${limitMs} ms; its client was lost: call again`);
}

/** Members are missing after all the time that there was. */
export function tooOld(maxAgeMs: number): Failure {
  return failed(`not all members ended within ${maxAgeMs} ms; look for tasks that wait in a queue without a worker`);
}

/** What follows can never be sent. */
export function notSendable(resultId: string, cause: unknown): Failure {
  const failure = failureOf(cause);
  return { ...failed(`what follows, ${resultId}, could not be sent: ${failure.message}`), cause: failure };
}

function failed(message: string): Failure {
  const { stack: _ours, ...failure } = failureOf(new ChordError(message));
  return failure;
}

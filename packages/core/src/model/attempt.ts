// What went before: why earlier runs of a task were followed by another one. It travels with the message, bounded.

import { failureOf } from "./failure.ts";

/** A run that was followed by another one. */
export interface Attempt {
  /** Name of the error's class. */
  readonly type: string;
  /** Its message, cut to 256 characters. */
  readonly message: string;
  /** When it was decided: broker's time, in milliseconds since the epoch. */
  readonly at: number;
}

/** Most runs that are remembered: the last ones. */
export const MAX_ATTEMPTS = 10;
/** Longest message of an attempt, in characters. */
export const MAX_ATTEMPT_TEXT = 256;

/** The runs so far, with one more. */
export function withAttempt(attempts: readonly Attempt[], error: unknown, at: number): readonly Attempt[] {
  const { type, message } = failureOf(error);
  return [...attempts, { type, message: message.slice(0, MAX_ATTEMPT_TEXT), at }].slice(-MAX_ATTEMPTS);
}

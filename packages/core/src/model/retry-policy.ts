// When and how often a task is retried.

import { Ignore, InvalidArgumentError, Reject } from "./errors.ts";
import { type ErrorClass, isInstance } from "./failure.ts";
import { MAX_RETRIES, Retry, type RetryOptions } from "./retry.ts";

/** How a task is retried, with all defaults filled in; times in milliseconds. */
export interface RetryRules {
  /** Most retries; null: `MAX_RETRIES`. */
  readonly max: number | null;
  /** Delay of a retry that names none. */
  readonly delayMs: number;
  /** Errors that are retried without being asked for. */
  readonly on: readonly ErrorClass[];
  /** Those of them that are not. */
  readonly notOn: readonly ErrorClass[];
  /** Delay of the first automatic retry, doubled for each further one; null: always `delayMs`. */
  readonly backoffMs: number | null;
  /** Longest delay that doubling leads to. */
  readonly backoffMaxMs: number;
  /** An automatic retry with `backoffMs` waits a random part of its delay. */
  readonly jitter: boolean;
}

/** As Celery: three retries, three minutes apart. */
export const DEFAULT_RETRY_RULES: RetryRules = {
  max: 3,
  delayMs: 180_000,
  on: [],
  notOn: [],
  backoffMs: null,
  backoffMaxMs: 600_000,
  jitter: true,
};

// Doubling 52 times is more than a Duration can be; a larger exponent could only overflow.
const MAX_DOUBLINGS = 52;

/** Whether a task that was retried so often may be retried once more. */
export function mayRetry(retries: number, { max }: RetryRules, options: RetryOptions): boolean {
  const limit = options.maxRetries === undefined ? max : options.maxRetries;
  return retries < Math.min(limit ?? MAX_RETRIES, MAX_RETRIES);
}

/** Whether an error is retried without being asked for. What no repeat can mend is not: wrong arguments. */
export function isRetriedAutomatically(error: unknown, { on, notOn }: RetryRules): boolean {
  if (on.length === 0) return false;
  if ([Retry, Ignore, Reject, InvalidArgumentError].some((one) => isInstance(error, one))) return false;
  return on.some((one) => isInstance(error, one)) && !notOn.some((one) => isInstance(error, one));
}

/**
 * Delay of an automatic retry, in milliseconds.
 *
 * @param retries - Retries so far.
 * @param random - From 0 to below 1.
 * @see Celery `get_exponential_backoff_interval`; full jitter as in
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function automaticDelayMs(rules: RetryRules, retries: number, random: () => number): number {
  const { backoffMs, backoffMaxMs, delayMs, jitter } = rules;
  if (backoffMs === null) return delayMs;
  const longest = Math.min(backoffMs * 2 ** Math.min(retries, MAX_DOUBLINGS), backoffMaxMs);
  return jitter ? Math.floor(random() * (longest + 1)) : longest;
}

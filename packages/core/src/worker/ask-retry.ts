// Whether a run that was ended by an error, or by `Retry`, is followed by another one.

import { durationMs } from "../model/duration.ts";
import { MaxRetriesExceededError } from "../model/errors.ts";
import { splitArguments } from "../model/kw.ts";
import type { Retry, RetryOptions } from "../model/retry.ts";
import { isRetriedAutomatically, mayRetry, type RetryRules } from "../model/retry-policy.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { RetryOutcome } from "./outcome.ts";

/** What is left when a task may not be retried any more. */
export interface Exhausted {
  readonly state: "EXHAUSTED";
  /** Its outcome. */
  readonly error: unknown;
}

/** The next run that a handler asks for. */
export function askedRetry(message: TaskMessage, retry: Retry, rules: RetryRules): RetryOutcome | Exhausted {
  const { id, name, retries } = message;
  const { options } = retry;
  if (!mayRetry(retries, rules, options)) {
    return { state: "EXHAUSTED", error: options.exc ?? new MaxRetriesExceededError(name, id, retries) };
  }
  const error = options.exc ?? retry;
  return { state: "RETRY", error, delay: delayOf(options, rules), rules, ...argumentsOf(options) };
}

/** The next run after an error that is retried without being asked for; null: it is not. */
export function automaticRetry(message: TaskMessage, error: unknown, rules: RetryRules): RetryOutcome | null {
  if (!isRetriedAutomatically(error, rules) || !mayRetry(message.retries, rules, {})) return null;
  return { state: "RETRY", error, delay: "automatic", rules };
}

function delayOf({ countdown, eta }: RetryOptions, rules: RetryRules): RetryOutcome["delay"] {
  if (countdown != null) return durationMs(countdown, "countdown");
  return eta ? { at: eta.getTime() } : rules.delayMs;
}

function argumentsOf({ args, kwargs }: RetryOptions): Pick<RetryOutcome, "args" | "kwargs"> {
  const split = args && splitArguments(args);
  const given = kwargs ?? (split && hasKeys(split.kwargs) ? split.kwargs : undefined);
  return { ...(split && { args: split.args }), ...(given && { kwargs: given }) };
}

function hasKeys(value: object): boolean {
  for (const _key in value) return true;
  return false;
}

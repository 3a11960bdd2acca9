// A retry, as a handler asks for it: `this.retry(options)` is `throw new Retry(options)`.

import { checkOptions, type OptionTable } from "./check-options.ts";
import type { Duration } from "./duration.ts";
import * as rule from "./option-rules.ts";

/** What a retry may say. An option that is undefined is not given. */
export interface RetryOptions {
  /** Time to the next run. Wins over `eta`. @default the task's `defaultRetryDelay` */
  readonly countdown?: Duration | undefined;
  /** When the next run is due, instead of `countdown`. */
  readonly eta?: Date | undefined;
  /** Why: recorded meanwhile, and the task's error when it may not be retried any more. @default `MaxRetriesExceededError` at the end */
  readonly exc?: Error | undefined;
  /** Most retries, for this one; null: no limit but 1,000. @default the task's `maxRetries` */
  readonly maxRetries?: number | null | undefined;
  /** Arguments of the next run, instead of those of this one. */
  readonly args?: readonly unknown[] | undefined;
  /** Keyword arguments of the next run, instead of those of this one. */
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
}

/** Most retries of any task. */
export const MAX_RETRIES = 1_000;

const RETRY_OPTION_TABLE: OptionTable = {
  countdown: rule.duration,
  eta: rule.dueDate,
  exc: { wants: "an Error", is: (value) => value instanceof Error },
  maxRetries: rule.integer(0, MAX_RETRIES),
  args: { wants: "a list of arguments", is: Array.isArray },
  kwargs: rule.plainObject,
};

/**
 * Thrown by a handler: run this task again later, under the same id. Not an error: it must not be caught.
 *
 * @throws {InvalidArgumentError} an option is unknown or wrong.
 * @see Celery `celery.exceptions.Retry`
 */
export class Retry extends Error {
  readonly options: RetryOptions;

  constructor(options: RetryOptions = {}) {
    checkOptions(options, RETRY_OPTION_TABLE, { what: "retry option", kind: "argument" });
    super(textOf(options), { cause: options.exc });
    this.name = "Retry";
    this.options = options;
  }
}

function textOf({ countdown, eta }: RetryOptions): string {
  if (countdown != null) return `Retry in ${typeof countdown === "number" ? `${countdown}ms` : countdown}`;
  return eta ? `Retry at ${eta.toISOString()}` : "Retry";
}

// Every option of a task: type, default, check. `docs/tasks.md` lists them; a test compares the two.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { OptionRule, OptionTable } from "./check-options.ts";
import type { Duration } from "./duration.ts";
import type { ErrorClass } from "./failure.ts";
import * as rule from "./option-rules.ts";
import { type RateLimit, rateLimitRule } from "./rate-limit.ts";
import { MAX_RETRIES } from "./retry.ts";
import { MAX_PRIORITY } from "./task-message.ts";
import { type TaskUniqueOptions, UNIQUE_RULE } from "./unique-options.ts";

type Keywords = Readonly<Record<string, unknown>>;
type OfFailed<A> = [id: string, args: Readonly<A>, kwargs: Keywords, traceback: string | null];

// As of a method, so that the options of any task are options of a task.
type Hook<Args extends unknown[]> = { call(...args: Args): unknown }["call"];
// With `void`, a promise is refused, which nobody would wait for.
type ReplaceHook<S, A> = {
  call(signature: S, id: string, args: Readonly<A>, kwargs: Keywords): S | undefined | void;
}["call"];

/**
 * Options of `app.task`. Call options win over them, they win over settings.
 *
 * @typeParam A - Positional arguments of the task, for its hooks.
 * @typeParam R - What its handler gives.
 * @typeParam S - Signatures.
 */
export interface TaskOptions<A extends readonly unknown[] = readonly unknown[], R = unknown, S = unknown> {
  /** Queue to send to. @default the route of `taskRoutes`, else `taskDefaultQueue` */
  readonly queue?: string | undefined;
  /** Priority of calls that have none: from 0 to 9, higher ones start first. @default its route's, else `taskDefaultPriority` */
  readonly priority?: number | undefined;
  /** Keep no result. A failure is kept with `storeErrorsEvenIfIgnored`. @default `taskIgnoreResult` */
  readonly ignoreResult?: boolean | undefined;
  /** Keep failures of a task that ignores its result. @default `taskStoreErrorsEvenIfIgnored` */
  readonly storeErrorsEvenIfIgnored?: boolean | undefined;
  /** Record the state STARTED; one more write per run. @default `taskTrackStarted` */
  readonly trackStarted?: boolean | undefined;
  /**
   * True: the task runs at least once; a lost worker means that it runs again. False: it runs at most once; a lost worker
   * ends it in FAILURE with `WorkerLostError`. @default `taskAcksLate`
   */
  readonly acksLate?: boolean | undefined;
  /** False, with `acksLate`: the message of a failed task goes to the dead letters too. @default `acksOnFailureOrTimeout` */
  readonly acksOnFailure?: boolean | undefined;
  /**
   * False, with `acksLate`: a task that ran longer than its hard time limit has not failed but runs again, until it was started
   * `maxDeliveries` times. @default `acksOnFailureOrTimeout`
   */
  readonly acksOnTimeout?: boolean | undefined;
  /** Both of the above. @default `taskAcksOnFailure` and `taskAcksOnTimeout`, else `taskAcksOnFailureOrTimeout` */
  readonly acksOnFailureOrTimeout?: boolean | undefined;
  /**
   * When the thread or process that runs the task is lost: true: it goes back to its queue, until it was started `maxDeliveries` times.
   * False: it ends in FAILURE with `WorkerLostError`, as it does with `acksLate: false`. @default `taskRejectOnWorkerLost`
   */
  readonly rejectOnWorkerLost?: boolean | undefined;
  /** A task that has not started by then is revoked. @default never */
  readonly expires?: Duration | undefined;
  /**
   * The task fails with `TimeLimitExceeded` when its handler runs longer; what that returns later is refused. 0: no limit.
   * @default the worker's `timeLimit`, else `taskTimeLimit`
   */
  readonly timeLimit?: Duration | undefined;
  /**
   * `signal` is aborted with `SoftTimeLimitExceeded` when the handler runs longer, so that it can clean up. 0: no limit.
   * @default the worker's `softTimeLimit`, else `taskSoftTimeLimit`
   */
  readonly softTimeLimit?: Duration | undefined;
  /**
   * How often the task may start: per second, or as `"10/s"`, `"100/m"`, `"1000/h"`; in each worker, or with
   * `{ rate: "10/s", scope: "cluster" }` in all together. 0: no limit. @default `taskDefaultRateLimit`
   */
  readonly rateLimit?: RateLimit | undefined;
  /** How arguments and result are encoded. @default its route's, else `taskSerializer` */
  readonly serializer?: "msgpack" | "json" | undefined;
  /** Most retries; null: no limit but 1,000. @default 3 */
  readonly maxRetries?: number | null | undefined;
  /** Delay of a retry that names none. @default "3m" */
  readonly defaultRetryDelay?: Duration | undefined;
  /** Errors that are retried by themselves; `InvalidArgumentError` never is. @default none */
  readonly autoretryFor?: readonly ErrorClass[] | undefined;
  /** Errors among those of `autoretryFor` that are not retried. @default none */
  readonly dontAutoretryFor?: readonly ErrorClass[] | undefined;
  /** Delay of the first automatic retry, doubled for each further one; true: one second. @default `defaultRetryDelay`, always */
  readonly retryBackoff?: boolean | Duration | undefined;
  /** Longest delay that `retryBackoff` leads to. @default "10m" */
  readonly retryBackoffMax?: Duration | undefined;
  /** With `retryBackoff`: wait a random time, from none to the whole delay, so that many do not come back at once. @default true */
  readonly retryJitter?: boolean | undefined;
  /** Errors that are expected: still FAILURE, but logged at info level and without stack. @default none */
  readonly throws?: readonly ErrorClass[] | undefined;
  /** Names of the parameters, in order; then keyword arguments are bound by name. @default keywords are passed last, as one object */
  readonly params?: readonly string[] | undefined;
  /** Standard Schema of the argument list; parsed in the worker before the handler. Failing is `InvalidArgumentError`. @default none */
  readonly input?: StandardSchemaV1<unknown[], unknown[]> | undefined;
  /** False: no event tells of the task. @default true */
  readonly sendEvents?: boolean | undefined;
  /** One of several calls with the same key runs. Of single calls, not of steps of a canvas. @default none */
  readonly unique?: TaskUniqueOptions<A> | undefined;
  /** Called before the handler, where that runs, and awaited. What it throws is thrown by the task. @default none */
  readonly beforeStart?: Hook<[id: string, args: Readonly<A>, kwargs: Keywords]> | undefined;
  /** Called when SUCCESS is stored. What this and the hooks below throw is logged. @default none */
  readonly onSuccess?: Hook<[value: R, id: string, args: Readonly<A>, kwargs: Keywords]> | undefined;
  /** Called when FAILURE is stored, whether the handler ran or not. @default none */
  readonly onFailure?: Hook<[error: Error, ...OfFailed<A>]> | undefined;
  /** Called when a retry is decided. @default none */
  readonly onRetry?: Hook<[error: Error, ...OfFailed<A>]> | undefined;
  /**
   * Called when `this.replace(signature)` is, in the handler's run, before anything is sent: to stamp what takes the task's place, say.
   * That is what it gives, if anything. What it throws is thrown by `replace`. @default none
   */
  readonly onReplace?: ReplaceHook<S, A> | undefined;
  /** Called after `onSuccess` or `onFailure`; not after a retry, nor of a task that was revoked, rejected or ignored. @default none */
  readonly afterReturn?: Hook<[state: "SUCCESS" | "FAILURE", value: R | Error, ...OfFailed<A>]> | undefined;
}

/** A task's own hooks. */
export type TaskHooks = Pick<
  TaskOptions,
  "beforeStart" | "onSuccess" | "onFailure" | "onRetry" | "onReplace" | "afterReturn"
>;

const hook: OptionRule = { wants: "a function", is: (value) => typeof value === "function" };

/** Checks of the options above. */
export const TASK_OPTION_TABLE: OptionTable = {
  queue: rule.queueName,
  priority: rule.integer(0, MAX_PRIORITY),
  ignoreResult: rule.flag,
  storeErrorsEvenIfIgnored: rule.flag,
  trackStarted: rule.flag,
  acksLate: rule.flag,
  acksOnFailure: rule.flag,
  acksOnTimeout: rule.flag,
  acksOnFailureOrTimeout: rule.flag,
  rejectOnWorkerLost: rule.flag,
  expires: rule.duration,
  timeLimit: rule.duration,
  softTimeLimit: rule.duration,
  rateLimit: rateLimitRule,
  serializer: rule.oneOf(["msgpack", "json"]),
  maxRetries: rule.integer(0, MAX_RETRIES),
  defaultRetryDelay: rule.duration,
  autoretryFor: rule.errorClasses,
  dontAutoretryFor: rule.errorClasses,
  retryBackoff: {
    wants: `true, false or ${rule.duration.wants}`,
    is: (value) => rule.flag.is(value) || rule.duration.is(value),
  },
  retryBackoffMax: rule.duration,
  retryJitter: rule.flag,
  throws: rule.errorClasses,
  params: rule.differentTexts,
  input: {
    wants: "a Standard Schema (zod, valibot, arktype, …)",
    is: (value) => (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value,
  },
  sendEvents: rule.flag,
  unique: UNIQUE_RULE,
  beforeStart: hook,
  onSuccess: hook,
  onFailure: hook,
  onRetry: hook,
  onReplace: hook,
  afterReturn: hook,
};

// Every option of a task: type, default, check. `docs/tasks.md` lists them; a test compares the two.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { OptionTable } from "./check-options.ts";
import type { Duration } from "./duration.ts";
import type { ErrorClass } from "./failure.ts";
import * as rule from "./option-rules.ts";

/** Options of `app.task`. Call options win over them, they win over settings. */
export interface TaskOptions {
  /** Queue to send to. @default the route of `taskRoutes`, else `taskDefaultQueue` */
  readonly queue?: string | undefined;
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
  /** A task that has not started by then is revoked. @default never */
  readonly expires?: Duration | undefined;
  /** How arguments and result are encoded. @default `taskSerializer` */
  readonly serializer?: "msgpack" | "json" | undefined;
  /** Errors that are expected: still FAILURE, but logged at info level and without stack. @default none */
  readonly throws?: readonly ErrorClass[] | undefined;
  /** Names of the parameters, in order; then keyword arguments are bound by name. @default keywords are passed last, as one object */
  readonly params?: readonly string[] | undefined;
  /** Standard Schema of the argument list; parsed in the worker before the handler. Failing is `InvalidArgumentError`. @default none */
  readonly input?: StandardSchemaV1<unknown[], unknown[]> | undefined;
}

/** Checks of the options above, and the names that later versions will obey. */
export const TASK_OPTION_TABLE: OptionTable = {
  queue: rule.queueName,
  ignoreResult: rule.flag,
  storeErrorsEvenIfIgnored: rule.flag,
  trackStarted: rule.flag,
  acksLate: rule.flag,
  expires: rule.duration,
  serializer: rule.oneOf(["msgpack", "json"]),
  throws: rule.errorClasses,
  params: rule.texts,
  input: {
    wants: "a Standard Schema (zod, valibot, arktype, …)",
    is: (value) => (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value,
  },
  maxRetries: "later",
  defaultRetryDelay: "later",
  autoretryFor: "later",
  dontAutoretryFor: "later",
  retryBackoff: "later",
  retryBackoffMax: "later",
  retryJitter: "later",
  rejectOnWorkerLost: "later",
  rateLimit: "later",
  timeLimit: "later",
  softTimeLimit: "later",
  priority: "later",
  sendEvents: "later",
  beforeStart: "later",
  onSuccess: "later",
  onFailure: "later",
  onRetry: "later",
  afterReturn: "later",
};

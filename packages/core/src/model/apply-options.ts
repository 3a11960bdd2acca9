// Every option of one call: type, default, check. `docs/calling.md` lists them; a test compares the two.

import type { OptionRule, OptionTable } from "./check-options.ts";
import type { Duration } from "./duration.ts";
import * as rule from "./option-rules.ts";
import { hasSignatureBrand } from "./signature-brand.ts";
import { MAX_PRIORITY, MAX_REPR, MAX_SHADOW } from "./task-message.ts";
import { UNIQUE_RULE, type UniqueOptions } from "./unique-options.ts";

/** A signature or its plain data, as far as options know it. */
interface SignatureLike {
  /** Registered name of its task. */
  readonly task: string;
  readonly args: readonly unknown[];
}

/** Options of `applyAsync`, `apply` and `sendTask`. An option that is undefined or null is not given. */
export interface ApplyOptions {
  /** Keyword arguments, besides those of a trailing `kw`. @default none */
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** Queue to send to. @default the task's, its route's, or `taskDefaultQueue` */
  readonly queue?: string | undefined;
  /** Leads to the queues that are bound to it, instead of `queue`. @default its route's, where nothing gives a queue */
  readonly routingKey?: string | undefined;
  /** From 0 to 9; of the tasks that wait in a queue, higher ones start first. @default the task's, its route's, or `taskDefaultPriority` */
  readonly priority?: number | undefined;
  /**
   * Id to run under, so that a repeated call runs once: as long as the first one's message or record exists.
   * The same id sent to two queues may run twice; its outcome is one. @default a new UUID
   */
  readonly taskId?: string | undefined;
  /** Time to the start, by the broker's clock. Wins over `eta`. @default none */
  readonly countdown?: Duration | undefined;
  /** When the task is due, instead of `countdown`; a past date is now. @default now */
  readonly eta?: Date | undefined;
  /** Latest start: a duration from now or a date. A task that starts later is revoked. @default the task's */
  readonly expires?: Duration | Date | undefined;
  /** The task fails when its handler runs longer; 0: no limit. @default the task's */
  readonly timeLimit?: Duration | undefined;
  /** Its `signal` is aborted when the handler runs longer; 0: no limit. @default the task's */
  readonly softTimeLimit?: Duration | undefined;
  /** Keep no result of this call. @default the task's */
  readonly ignoreResult?: boolean | undefined;
  /** How arguments and result are encoded. @default the task's */
  readonly serializer?: "msgpack" | "json" | undefined;
  /** The caller's own headers; the task reads them as `this.headers`. @default none */
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  /** Name shown in logs and by `inspect`; the task that runs is the same. @default the task's name */
  readonly shadow?: string | undefined;
  /** Text shown instead of the arguments in logs and by `inspect`: masks secrets. @default the arguments, cut to 1,024 characters */
  readonly argsrepr?: string | undefined;
  /** As `argsrepr`, for the keyword arguments. @default the keyword arguments, cut to 1,024 characters */
  readonly kwargsrepr?: string | undefined;
  /** First task of the tree this call belongs to. @default that of the running task, else the new task itself */
  readonly rootId?: string | undefined;
  /** Task that makes this call. @default the running task, else none */
  readonly parentId?: string | undefined;
  /** One of several calls with the same key runs. Of a single call, not of a step of a canvas. @default the task's */
  readonly unique?: UniqueOptions | undefined;
  /** Sent with the value when the task succeeds: a signature or several. Immutable ones do not get the value. @default none */
  readonly link?: SignatureLike | readonly SignatureLike[] | undefined;
  /** Sent when the task fails: signatures get its id; those of `app.errback` get request, error and traceback. @default none */
  readonly linkError?: SignatureLike | readonly SignatureLike[] | undefined;
  /** Send again when the broker is not reached or does not answer. @default `taskPublishRetry` */
  readonly retry?: boolean | undefined;
  /** How sending is repeated. @default `taskPublishRetryPolicy` */
  readonly retryPolicy?: RetryPolicy | undefined;
}

/** How sending is repeated when the broker is not reached or does not answer. */
export interface RetryPolicy {
  /** Most repeats. @default no limit within `timeout` */
  readonly maxRetries?: number | undefined;
  /** Pause before the first repeat; it ends early when the broker is back. @default 0 */
  readonly intervalStart?: Duration | undefined;
  /** Added to the pause each time. @default 200 ms */
  readonly intervalStep?: Duration | undefined;
  /** Longest pause. @default 1 s */
  readonly intervalMax?: Duration | undefined;
  /** Overall limit, below the broker's two-minute window for recognising repeats. @default 10 s */
  readonly timeout?: Duration | undefined;
}

/** Checks of a retry policy. */
export const RETRY_POLICY_TABLE: OptionTable = {
  maxRetries: rule.integer(0, 1_000),
  intervalStart: rule.duration,
  intervalStep: rule.duration,
  intervalMax: rule.duration,
  timeout: rule.duration,
};

const signatures: OptionRule = {
  wants: "a signature, such as mul.s(16), or a list of them",
  is: (value) => (Array.isArray(value) ? value : [value]).every((one: unknown) => isSignature(one)),
};

// Plain data of a signature is one too.
function isSignature(value: unknown): boolean {
  return hasSignatureBrand(value) || (rule.isPlainObject(value) && typeof value["task"] === "string");
}

/** Checks of the options above. */
export const APPLY_OPTION_TABLE: OptionTable = {
  kwargs: rule.plainObject,
  queue: rule.queueName,
  routingKey: rule.routingKey,
  priority: rule.integer(0, MAX_PRIORITY),
  taskId: rule.taskId,
  countdown: rule.duration,
  eta: rule.dueDate,
  expires: {
    wants: 'a Date, milliseconds or a string such as "10s"',
    is: (value) => (value instanceof Date ? !Number.isNaN(value.getTime()) : rule.duration.is(value)),
  },
  timeLimit: rule.duration,
  softTimeLimit: rule.duration,
  ignoreResult: rule.flag,
  serializer: rule.oneOf(["msgpack", "json"]),
  headers: rule.plainObject,
  shadow: rule.textUpTo(MAX_SHADOW),
  argsrepr: rule.textUpTo(MAX_REPR),
  kwargsrepr: rule.textUpTo(MAX_REPR),
  rootId: rule.taskId,
  parentId: rule.taskId,
  unique: UNIQUE_RULE,
  link: signatures,
  linkError: signatures,
  retry: rule.flag,
  retryPolicy: rule.plainObject,
};

// Every setting of an application: type, default, check. `docs/configuration.md` lists them; a test compares the two.

import { SERIALIZER_NAMES, type SerializerName } from "../codec/serializer.ts";
import { RETRY_POLICY_TABLE, type RetryPolicy } from "../model/apply-options.ts";
import { checkOptions, type OptionRule, type OptionTable, ruleOf } from "../model/check-options.ts";
import type { Duration } from "../model/duration.ts";
import type { ErrorClass } from "../model/failure.ts";
import * as rule from "../model/option-rules.ts";
import { queueRatesRule, type Rate, rateRule } from "../model/rate-limit.ts";
import { MAX_PRIORITY } from "../model/task-message.ts";
import { checkTimeLimits } from "../model/time-limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import { POOL_NAMES, type PoolName } from "../worker/pool.ts";
import { prefetchRule } from "../worker/worker-options.ts";
import { QUEUES_RULE, type TaskQueues } from "./declared-queues.ts";
import { ROUTES_RULE, type TaskRoutes } from "./router.ts";

/** Settings of an application. All are optional; `conf` holds them with their defaults. */
export interface Settings {
  /** Broker: `memory:` (this process), `nats://host:4222`, `tls://host:4222`, a list of them for fail-over, or a transport. @default the environment's TROUPE_BROKER_URL, else "memory:" */
  readonly broker: string | readonly string[] | Transport;
  /** Options of the transport that the broker's URL names. @default none */
  readonly transportOptions: Readonly<Record<string, unknown>>;
  /** Keeps applications apart that share a broker: letters, digits, `_` and `-`. @default "troupe" */
  readonly namespace: string;
  /** Modules that a worker imports before it starts: relative to the application's module, or absolute. @default none */
  readonly include: readonly string[];
  /** Longest wait for the first connection of a client; a worker waits for ever. @default 10 s */
  readonly brokerConnectionTimeout: Duration;
  /** Serializers whose messages this application reads. @default ["msgpack", "json"] */
  readonly acceptContent: readonly SerializerName[];
  /** Queue of tasks that have no other. @default "default" */
  readonly taskDefaultQueue: string;
  /** Queues that are declared beside the default one: a list of names, or an object of names with options. @default none */
  readonly taskQueues: TaskQueues;
  /** False: whoever names a queue that is not declared gets `QueueNotFound`, and nothing is sent. @default true */
  readonly taskCreateMissingQueues: boolean;
  /** Routes: by task name, glob or regular expression, or by functions; one router or a list, of which the first that answers decides. @default none */
  readonly taskRoutes: TaskRoutes;
  /** Priority of tasks that have no other: from 0 to 9. @default none, which counts as 0 */
  readonly taskDefaultPriority: number | null;
  /** Calls made in a task, and what follows from it, get its priority where they have none of their own. @default false */
  readonly taskInheritParentPriority: boolean;
  /** How arguments and results are encoded. @default "msgpack" */
  readonly taskSerializer: SerializerName;
  /** Keep no results. @default false */
  readonly taskIgnoreResult: boolean;
  /** Keep failures of tasks that ignore their result. @default false */
  readonly taskStoreErrorsEvenIfIgnored: boolean;
  /** Record the state STARTED. @default false */
  readonly taskTrackStarted: boolean;
  /** True: at least once. False: at most once. @default true */
  readonly taskAcksLate: boolean;
  /** False: the message of a task that failed goes to the dead letters too. @default `taskAcksOnFailureOrTimeout` */
  readonly taskAcksOnFailure: boolean | null;
  /** False: a task that ran longer than its hard time limit runs again, up to `maxDeliveries` times. @default `taskAcksOnFailureOrTimeout` */
  readonly taskAcksOnTimeout: boolean | null;
  /** Both of the above. @default true */
  readonly taskAcksOnFailureOrTimeout: boolean;
  /** A task whose handler runs longer fails with `TimeLimitExceeded`; 0 or null: no limit. @default none */
  readonly taskTimeLimit: Duration | null;
  /** `signal` of a task whose handler runs longer is aborted with `SoftTimeLimitExceeded`; 0 or null: no limit. @default none */
  readonly taskSoftTimeLimit: Duration | null;
  /** Headers that calls made inside a task, and what follows from it, inherit, by name. @default none */
  readonly propagateHeaders: readonly string[];
  /** A task whose thread or process is lost goes back to its queue, `maxDeliveries` times; else it fails. @default false */
  readonly taskRejectOnWorkerLost: boolean;
  /** How often a task may start in each worker, where the task does not say: `"10/s"`; 0 or null: no limit. @default none */
  readonly taskDefaultRateLimit: Rate | null;
  /** How often tasks of a queue may start, in all workers together: `{ media: "10/s" }`. @default none */
  readonly queueRateLimits: Readonly<Record<string, Rate>>;
  /** Send again when the broker is not reached or does not answer. @default true */
  readonly taskPublishRetry: boolean;
  /** How sending is repeated. @default { timeout: "10s", intervalStart: 0, intervalStep: "200ms", intervalMax: "1s" } */
  readonly taskPublishRetryPolicy: RetryPolicy;
  /** Run tasks in the calling process instead of sending them; for tests. @default false */
  readonly taskAlwaysEager: boolean;
  /** `apply` and always-eager calls reject with the task's error at once. @default false */
  readonly taskEagerPropagates: boolean;
  /** `linkError` of a chord reaches the members of its header too. @default false */
  readonly taskAllowErrorCbOnChordHeader: boolean;
  /** Longest life of a chord, from when it is sent; then it fails. @default "7d" */
  readonly actorMaxAge: Duration;
  /** How long results are kept; at least an hour, for they also keep repeated messages from running again. @default "1d" */
  readonly resultExpires: Duration;
  /**
   * How long a revocation is kept; must be longer than revoked tasks may wait in their queues, or they run. @default as long as results
   */
  readonly revokeExpires: Duration | null;
  /** Error classes that remote errors of the same name become, so that `instanceof` works. @default none */
  readonly errors: readonly ErrorClass[];
  /** How long a worker may give no sign of life before its tasks are given to others; 10 s or more in production. @default "30s" */
  readonly ackWait: Duration;
  /** Most starts of a task that never comes to an end, because it kills its workers. @default 5 */
  readonly maxDeliveries: number;
  /** Handlers that a worker runs at the same time. @default the number of CPUs */
  readonly workerConcurrency: number | null;
  /** Messages that a worker fetches for each of its slots: one runs, the others wait. @default 1 */
  readonly workerPrefetchMultiplier: number;
  /** Longest time a warm stop of a worker waits for running tasks. @default no limit */
  readonly workerShutdownTimeout: Duration | null;
  /** How long a soft stop of a worker waits for running tasks before it becomes a cold one. @default 0 */
  readonly workerSoftShutdownTimeout: Duration;
  /** Time of the application and of the broker `memory:`; a manual clock in tests. @default the real clock */
  readonly clock: Clock | null;
  /** Where a worker's handlers run: `async`, `solo`, `threads` or `processes`. @default "async" */
  readonly workerPool: PoolName;
  /** Each worker also consumes a private queue, whose name `directQueue` tells by the worker's. @default false */
  readonly workerDirect: boolean;
  /** Tasks after which another thread or process takes the place of one. @default no limit */
  readonly workerMaxTasksPerChild: number | null;
  /** Bytes that a thread or process may hold after a task; above them another takes its place. @default no limit */
  readonly workerMaxMemoryPerChild: number | null;
  /** How long a thread or process of a worker may take to start. @default "30s" */
  readonly workerProcAliveTimeout: Duration;
  /** Workers take no notice of rate limits. @default false */
  readonly workerDisableRateLimits: boolean;
  /** Workers answer questions and obey orders. @default true */
  readonly workerEnableRemoteControl: boolean;
  /** Events of workers tell what happens to their tasks. @default false */
  readonly workerSendTaskEvents: boolean;
  /** An event tells of each call that the broker has. @default false */
  readonly taskSendSentEvent: boolean;
  /** How long events are kept for subscriptions with a name, once there is one. @default "1d" */
  readonly eventExpires: Duration;
  /** A pino logger, or one like it. @default pino on standard output, at `logLevel` */
  readonly logger: Logger | null;
  /** Level of the default logger. @default "warn" */
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
}

/** Names of all settings, with their defaults. */
export const DEFAULT_SETTINGS: Settings = {
  broker: "memory:",
  transportOptions: {},
  namespace: "troupe",
  include: [],
  brokerConnectionTimeout: 10_000,
  acceptContent: SERIALIZER_NAMES,
  taskDefaultQueue: "default",
  taskQueues: [],
  taskCreateMissingQueues: true,
  taskRoutes: {},
  taskDefaultPriority: null,
  taskInheritParentPriority: false,
  taskSerializer: "msgpack",
  taskIgnoreResult: false,
  taskStoreErrorsEvenIfIgnored: false,
  taskTrackStarted: false,
  taskAcksLate: true,
  taskAcksOnFailure: null,
  taskAcksOnTimeout: null,
  taskAcksOnFailureOrTimeout: true,
  taskTimeLimit: null,
  taskSoftTimeLimit: null,
  propagateHeaders: [],
  taskRejectOnWorkerLost: false,
  taskDefaultRateLimit: null,
  queueRateLimits: {},
  taskPublishRetry: true,
  taskPublishRetryPolicy: {},
  taskAlwaysEager: false,
  taskEagerPropagates: false,
  taskAllowErrorCbOnChordHeader: false,
  actorMaxAge: "7d",
  resultExpires: "1d",
  revokeExpires: null,
  errors: [],
  ackWait: "30s",
  maxDeliveries: 5,
  workerConcurrency: null,
  workerPrefetchMultiplier: 1,
  workerShutdownTimeout: null,
  workerSoftShutdownTimeout: 0,
  clock: null,
  workerPool: "async",
  workerDirect: false,
  workerMaxTasksPerChild: null,
  workerMaxMemoryPerChild: null,
  workerProcAliveTimeout: "30s",
  workerDisableRateLimits: false,
  workerEnableRemoteControl: true,
  workerSendTaskEvents: false,
  taskSendSentEvent: false,
  eventExpires: "1d",
  logger: null,
  logLevel: "warn",
};

const BROKER_RULE: OptionRule = {
  wants: 'a URL such as "nats://127.0.0.1:4222", a list of URLs, or a transport',
  is: (value) =>
    (typeof value === "string" && value !== "") ||
    (Array.isArray(value) && value.length > 0 && rule.texts.is(value)) ||
    isTransport(value),
  secret: true,
};

const SETTING_TABLE: OptionTable = {
  broker: BROKER_RULE,
  transportOptions: rule.plainObject,
  namespace: {
    wants: "1 to 32 letters, digits, _ and -",
    is: (value) => typeof value === "string" && /^[A-Za-z0-9_-]{1,32}$/.test(value),
  },
  include: rule.texts,
  brokerConnectionTimeout: rule.duration,
  acceptContent: rule.someOf(SERIALIZER_NAMES),
  taskDefaultQueue: rule.queueName,
  taskQueues: QUEUES_RULE,
  taskCreateMissingQueues: rule.flag,
  taskRoutes: ROUTES_RULE,
  taskDefaultPriority: rule.integer(0, MAX_PRIORITY),
  taskInheritParentPriority: rule.flag,
  taskSerializer: rule.oneOf(SERIALIZER_NAMES),
  taskIgnoreResult: rule.flag,
  taskStoreErrorsEvenIfIgnored: rule.flag,
  taskTrackStarted: rule.flag,
  taskAcksLate: rule.flag,
  taskAcksOnFailure: rule.flag,
  taskAcksOnTimeout: rule.flag,
  taskAcksOnFailureOrTimeout: rule.flag,
  taskTimeLimit: rule.duration,
  taskSoftTimeLimit: rule.duration,
  propagateHeaders: rule.differentTexts,
  taskRejectOnWorkerLost: rule.flag,
  taskDefaultRateLimit: rateRule,
  queueRateLimits: queueRatesRule,
  taskPublishRetry: rule.flag,
  taskPublishRetryPolicy: rule.plainObject,
  taskAlwaysEager: rule.flag,
  taskEagerPropagates: rule.flag,
  taskAllowErrorCbOnChordHeader: rule.flag,
  actorMaxAge: rule.durationFrom("1m"),
  resultExpires: rule.durationFrom("1h"),
  revokeExpires: rule.durationFrom("1m"),
  errors: rule.errorClasses,
  ackWait: rule.durationFrom("1s"),
  maxDeliveries: rule.integer(1, 1_000),
  workerConcurrency: rule.integer(1, 100_000),
  workerPrefetchMultiplier: prefetchRule,
  workerShutdownTimeout: rule.duration,
  workerSoftShutdownTimeout: rule.duration,
  clock: {
    wants: "a clock, such as the ManualClock of @troupe/core/testing",
    is: (value) => typeof value === "object" && value !== null && "monotonic" in value && "after" in value,
  },
  workerPool: rule.oneOf(POOL_NAMES),
  workerDirect: rule.flag,
  workerMaxTasksPerChild: rule.integer(1, 1_000_000_000),
  workerMaxMemoryPerChild: rule.integer(1, Number.MAX_SAFE_INTEGER),
  workerProcAliveTimeout: rule.durationFrom("1s"),
  workerDisableRateLimits: rule.flag,
  workerEnableRemoteControl: rule.flag,
  workerSendTaskEvents: rule.flag,
  taskSendSentEvent: rule.flag,
  eventExpires: rule.durationFrom("1m"),
  logger: {
    wants: "a pino logger, or one like it",
    is: (value) => typeof value === "object" && value !== null && "child" in value && "info" in value,
  },
  logLevel: rule.oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
  timezone: "later",
  resultBackend: "later",
  beatSchedule: "later",
};

/** @throws {ConfigError | UnsupportedError} not the name of a setting, or of one of a later version. */
export function checkSettingName(name: string): void {
  ruleOf(name, SETTING_TABLE, { what: "setting", kind: "setting" });
}

/**
 * Settings over others. A setting that is undefined keeps its value.
 *
 * @throws {ConfigError} an unknown setting, with its nearest match, or a wrong value, with what is wanted.
 * @throws {UnsupportedError} a setting of a later version.
 */
export function mergeSettings(base: Settings, changes?: Partial<Settings> | null): Settings {
  checkOptions(changes, SETTING_TABLE, { what: "setting", kind: "setting" });
  checkOptions(changes?.taskPublishRetryPolicy, RETRY_POLICY_TABLE, {
    what: "setting taskPublishRetryPolicy",
    kind: "setting",
  });
  // Null resets a setting that is null by default, and means "not given" for the others.
  const isGiven = ([name, value]: [string, unknown]): boolean =>
    value !== undefined && (value !== null || Reflect.get(DEFAULT_SETTINGS, name) === null);
  const given = Object.entries(changes ?? {}).filter(isGiven);
  const merged = { ...base, ...Object.fromEntries(given) };
  const { taskTimeLimit: timeLimit, taskSoftTimeLimit: softTimeLimit } = merged;
  checkTimeLimits({ timeLimit, softTimeLimit }, { what: "setting", kind: "setting" });
  return Object.freeze(merged);
}

function isTransport(value: unknown): value is Transport {
  return typeof value === "object" && value !== null && "tasks" in value && "records" in value && "broadcast" in value;
}

// Every option of a worker: type, default, check. `docs/workers.md` lists them; a test compares the two.

import os from "node:os";
import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import * as rule from "../model/option-rules.ts";
import { checkTimeLimits, type TimeLimits, timeLimitsOf } from "../model/time-limits.ts";
import { type SlotBounds, slotBounds } from "./autoscaler.ts";
import { consumedQueues, type QueueDefaults } from "./consumed-queues.ts";
import { POOL_NAMES, type PoolName } from "./pool.ts";
import type { ChildLimits } from "./pools/child-slot.ts";
import type { RateSettings } from "./rate-limits.ts";
import type { Inspector } from "./safe-inspector.ts";
import { expandWorkerName } from "./worker-name.ts";

/** Options of `app.worker`. */
export interface WorkerOptions {
  /** Queues to consume, with equal weight. @default all that are declared, `taskDefaultQueue` among them */
  readonly queues?: readonly string[] | undefined;
  /** Of these queues, those that the worker leaves to others. @default none */
  readonly excludeQueues?: readonly string[] | undefined;
  /** Handlers that run at the same time. @default `workerConcurrency`, else the number of CPUs */
  readonly concurrency?: number | undefined;
  /**
   * Where handlers run. `async`: in this thread, taking turns at each `await`. `solo`: the same, one at a time. `threads`, `processes`:
   * each in a thread or process of its own. @default `workerPool`
   */
  readonly pool?: PoolName | undefined;
  /** Tasks after which another thread or process takes the place of one. @default `workerMaxTasksPerChild` */
  readonly maxTasksPerChild?: number | undefined;
  /** Bytes that a thread or process may hold after a task; above them another takes its place. @default `workerMaxMemoryPerChild` */
  readonly maxMemoryPerChild?: number | undefined;
  /** Messages that are fetched for each slot: one runs, the others wait in the worker. @default `workerPrefetchMultiplier` */
  readonly prefetchMultiplier?: number | undefined;
  /** Most and fewest slots, in either order: how many there are follows the backlog. Instead of `concurrency`. @default none */
  readonly autoscale?: readonly [number, number] | undefined;
  /** Name of the worker; `%h` full host name, `%n` short one, `%d` domain. `@<host>` is added when there is no `@`. @default "troupe@%h" */
  readonly hostname?: string | undefined;
  /** A task that runs longer has failed; for tasks without a limit of their own. 0: no limit. @default `taskTimeLimit` */
  readonly timeLimit?: Duration | undefined;
  /** The `signal` of a task that runs longer is aborted; for tasks without a limit of their own. 0: no limit. @default `taskSoftTimeLimit` */
  readonly softTimeLimit?: Duration | undefined;
  /** Longest time a warm stop waits for running tasks; then it becomes a cold one. @default `workerShutdownTimeout` */
  readonly shutdownTimeout?: Duration | undefined;
  /** How long a soft stop waits for running tasks before it becomes a cold one. @default `workerSoftShutdownTimeout` */
  readonly softShutdownTimeout?: Duration | undefined;
  /** Events tell what happens to tasks. They can be switched while it runs. @default `workerSendTaskEvents` */
  readonly events?: boolean | undefined;
  /** Time between two events `worker-heartbeat`; 0: none. @default "2s" */
  readonly heartbeatInterval?: Duration | undefined;
  /** Told everything that the worker's actors and its tasks' do: an XState inspector. What it throws is logged, once. Costs time per task. @default none */
  readonly inspect?: Inspector | undefined;
}

/** How many slots there can be. */
export const SLOTS = rule.integer(1, 100_000);
/** How many messages may be fetched for each. */
export const prefetchRule = rule.integer(1, 100);

const WORKER_OPTION_TABLE: OptionTable = {
  queues: rule.texts,
  excludeQueues: rule.texts,
  concurrency: SLOTS,
  pool: rule.oneOf(POOL_NAMES),
  maxTasksPerChild: rule.integer(1, 1_000_000_000),
  maxMemoryPerChild: rule.integer(1, Number.MAX_SAFE_INTEGER),
  prefetchMultiplier: prefetchRule,
  autoscale: {
    wants: "a list of two integers from 1 to 100000, the most and the fewest slots",
    is: (value) => Array.isArray(value) && value.length === 2 && value.every((bound) => SLOTS.is(bound)),
  },
  hostname: rule.text,
  timeLimit: rule.duration,
  softTimeLimit: rule.duration,
  shutdownTimeout: rule.duration,
  softShutdownTimeout: rule.duration,
  inspect: {
    wants: "a function or an observer",
    is: (value) => typeof value === "function" || (typeof value === "object" && value !== null),
  },
  events: rule.flag,
  heartbeatInterval: rule.duration,
};

/** What the application's settings say about workers. */
export interface WorkerDefaults extends QueueDefaults {
  /** Declared queues of which each worker has its own. */
  readonly broadcast: readonly string[];
  readonly concurrency: number | null;
  readonly prefetchMultiplier: number;
  readonly timeLimit: Duration | null;
  readonly softTimeLimit: Duration | null;
  readonly pool: PoolName;
  readonly maxTasksPerChild: number | null;
  readonly maxMemoryPerChild: number | null;
  /** How long a child may take to start. */
  readonly childStartMs: number;
  readonly rates: RateSettings;
  /** Whether it obeys commands. */
  readonly isControlled: boolean;
  readonly shutdownTimeoutMs: number | null;
  readonly softShutdownTimeoutMs: number;
  readonly events: boolean;
}

/** Options of a worker with all defaults filled in. */
export interface WorkerConfig {
  readonly queues: readonly string[];
  /** Declared queues of which each worker has its own, whether this one consumes them or not. */
  readonly broadcast: readonly string[];
  /** At the start. */
  readonly concurrency: number;
  readonly prefetchMultiplier: number;
  /** Null: the number of slots stays. */
  readonly autoscale: SlotBounds | null;
  readonly pool: PoolName;
  readonly children: ChildLimits;
  readonly hostname: string;
  /** Of tasks that have none. */
  readonly timeLimits: TimeLimits | null;
  readonly rates: RateSettings;
  readonly isControlled: boolean;
  /** @throws {QueueNotFound} the queue is not declared, and must be. */
  readonly checkQueueExists: (queue: string) => void;
  /** Null: no limit. */
  readonly shutdownTimeoutMs: number | null;
  readonly softShutdownTimeoutMs: number;
  /** Whether events tell of its tasks, at the start. */
  readonly events: boolean;
  /** 0: none. */
  readonly heartbeatMs: number;
  readonly inspect: WorkerOptions["inspect"];
}

/** @throws {InvalidArgumentError | UnsupportedError | QueueNotFound} an option is unknown, wrong, or of a later version. */
export function resolveWorkerOptions(options: WorkerOptions, defaults: WorkerDefaults): WorkerConfig {
  checkOptions(options, WORKER_OPTION_TABLE, { what: "worker option", kind: "argument" });
  const pool = options.pool ?? defaults.pool;
  const autoscale = boundsOf(pool, options);
  const hostname = expandWorkerName(options.hostname);
  return {
    queues: consumedQueues(options, hostname, defaults),
    broadcast: defaults.broadcast,
    concurrency: autoscale?.min ?? concurrencyOf(pool, options, defaults),
    prefetchMultiplier: options.prefetchMultiplier ?? defaults.prefetchMultiplier,
    autoscale,
    pool,
    children: childLimits(pool, options, defaults),
    hostname,
    timeLimits: limitsOf(options, defaults),
    rates: defaults.rates,
    isControlled: defaults.isControlled,
    checkQueueExists: defaults.checkQueueExists,
    shutdownTimeoutMs:
      options.shutdownTimeout == null
        ? defaults.shutdownTimeoutMs
        : durationMs(options.shutdownTimeout, "shutdownTimeout"),
    softShutdownTimeoutMs:
      options.softShutdownTimeout == null
        ? defaults.softShutdownTimeoutMs
        : durationMs(options.softShutdownTimeout, "softShutdownTimeout"),
    events: options.events ?? defaults.events,
    heartbeatMs: durationMs(options.heartbeatInterval ?? "2s", "heartbeatInterval"),
    inspect: options.inspect ?? undefined,
  };
}

function limitsOf(options: WorkerOptions, defaults: WorkerDefaults): TimeLimits | null {
  checkTimeLimits(options, { what: "worker option", kind: "argument" });
  return timeLimitsOf({
    timeLimit: options.timeLimit ?? defaults.timeLimit,
    softTimeLimit: options.softTimeLimit ?? defaults.softTimeLimit,
  });
}

function boundsOf(pool: PoolName, { autoscale, concurrency }: WorkerOptions): SlotBounds | null {
  if (autoscale == null) return null;
  if (concurrency != null)
    throw new InvalidArgumentError(
      `concurrency is ${concurrency}, and autoscale says how many slots there are, ${autoscale.join(" and ")}; leave one of them out`,
    );
  if (pool !== "solo") return slotBounds(...autoscale);
  throw new InvalidArgumentError('pool "solo" runs one task at a time and cannot be autoscaled; use pool "async"');
}

function concurrencyOf(pool: PoolName, { concurrency }: WorkerOptions, defaults: WorkerDefaults): number {
  if (pool !== "solo") return concurrency ?? defaults.concurrency ?? os.availableParallelism();
  if (concurrency == null || concurrency === 1) return 1;
  throw new InvalidArgumentError(
    `pool "solo" runs one task at a time, concurrency is ${concurrency}; leave it out, or use pool "async"`,
  );
}

function childLimits(
  pool: PoolName,
  { maxTasksPerChild, maxMemoryPerChild }: WorkerOptions,
  defaults: WorkerDefaults,
): ChildLimits {
  const hasChildren = pool === "threads" || pool === "processes";
  if (!hasChildren && (maxTasksPerChild ?? maxMemoryPerChild) != null) {
    throw new InvalidArgumentError(
      `maxTasksPerChild and maxMemoryPerChild are for threads and processes, and pool "${pool}" has none; leave them out, or use pool "processes"`,
    );
  }
  return {
    maxTasks: maxTasksPerChild ?? defaults.maxTasksPerChild,
    maxMemoryBytes: maxMemoryPerChild ?? defaults.maxMemoryPerChild,
    startMs: defaults.childStartMs,
  };
}

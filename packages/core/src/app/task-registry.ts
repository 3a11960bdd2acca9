// The tasks of one application: name to handler and options.

import { type Callee, queueOf } from "../client/compose-message.ts";
import { checkOptions } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { AlreadyRegisteredError, InvalidArgumentError } from "../model/errors.ts";
import { checkTaskName } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";
import { rateRuleOf } from "../model/rate-limit.ts";
import { DEFAULT_RETRY_RULES, type RetryRules } from "../model/retry-policy.ts";
import { TASK_OPTION_TABLE, type TaskHooks, type TaskOptions } from "../model/task-options.ts";
import { checkTimeLimits, timeLimitsOf } from "../model/time-limits.ts";
import { uniqueRule } from "../model/unique-options.ts";
import type { Handler, RegisteredTask, TaskConfig, TaskSource } from "../worker/registered-task.ts";
import type { Surroundings } from "../worker/run-surrounded.ts";
import type { Settings } from "./config.ts";
import { checkQueueExists, isBroadcast } from "./declared-queues.ts";
import { errbackHandler } from "./errback-handler.ts";
import { type RoutedCall, type RouteOptions, routeOf } from "./router.ts";
import { queuesOfKey } from "./topic-bindings.ts";

/** What a task is for: calls, or errors. An error callback gets request, error and traceback before its own arguments. */
type TaskKind = "task" | "errback";

interface Entry {
  readonly kind: TaskKind;
  readonly handler: Handler;
  readonly options: TaskOptions;
  // Settings may change until they are used: a task is resolved anew when they have.
  resolved: { readonly settings: Settings; readonly task: RegisteredTask } | null;
}

type Routed = Pick<Callee, "queue" | "copies" | "priority" | "serializer">;

const NO_ROUTE: RouteOptions = {};
const FIRST_BACKOFF_MS = 1_000;

/** Name to task. Lookup is by own entries only: no name from the wire reaches anything else. */
export class TaskRegistry implements TaskSource {
  readonly #entries = new Map<string, Entry>();
  readonly #settings: () => Settings;
  readonly #around: Surroundings | undefined;

  constructor(settings: () => Settings, around?: Surroundings) {
    this.#settings = settings;
    this.#around = around;
  }

  /** @throws {AlreadyRegisteredError | InvalidArgumentError | UnsupportedError} the name is taken or wrong, or an option is. */
  add(name: string, options: unknown, handler: unknown, kind: TaskKind = "task"): void {
    checkTaskName(name);
    if (this.#entries.has(name)) {
      throw new AlreadyRegisteredError(
        `task "${name}" is registered already; give this one another name, or import its module once`,
      );
    }
    if (!isHandler(handler) || !isPlainObject(options)) {
      throw new InvalidArgumentError(`task "${name}" needs a handler function: app.${kind}(name, fn)`);
    }
    const subject = { what: `option of task "${name}":`, kind: "argument" } as const;
    checkOptions(options, TASK_OPTION_TABLE, subject);
    checkTimeLimits(options, subject);
    const entry: Entry = { kind, handler, options, resolved: null };
    uniqueRule(entry.options.unique, `task "${name}"`);
    this.#entries.set(name, entry);
  }

  names(): string[] {
    return [...this.#entries.keys()].sort();
  }

  get(name: string): RegisteredTask | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    const settings = this.#settings();
    if (entry.resolved?.settings !== settings) {
      const { kind, handler, options } = entry;
      const called = kind === "errback" ? errbackHandler(handler, settings.errors) : handler;
      entry.resolved = {
        settings,
        task: { name, handler: called, config: resolve(options, settings), around: this.#around },
      };
    }
    return entry.resolved.task;
  }

  /**
   * How a call of a task is sent, registered here or not.
   *
   * @throws {InvalidArgumentError} a function of `taskRoutes` gives no route.
   * @throws {QueueNotFound} its queue is not declared, and must be.
   */
  callee(name: string, call: RoutedCall): Callee {
    const callee = this.calleeHere(name, call);
    const settings = this.#settings();
    const queue = queueOf(call.options, callee);
    checkQueueExists(queue, `task "${name}"`, settings);
    return isBroadcast(queue, settings) ? { ...callee, broadcast: true } : callee;
  }

  /** As `callee`, of a call that is not sent, so that its queue means nothing. */
  calleeHere(name: string, call: RoutedCall): Callee {
    const settings = this.#settings();
    const config = this.get(name)?.config ?? resolve({}, settings);
    const own = this.#entries.get(name)?.options ?? {};
    return {
      name,
      ...routed(name, call, own, settings),
      inheritsPriority: settings.taskInheritParentPriority,
      defaultPriority: settings.taskDefaultPriority,
      ignoreResult: config.ignoreResult,
      atMostOnce: !config.acksLate,
      expiresMs: config.expiresMs,
      unique: config.unique,
    };
  }
}

// Each by itself: the task's own, then the route's, then the setting.
function routed(name: string, call: RoutedCall, own: TaskOptions, settings: Settings): Routed {
  const route = routeOf(name, call, settings.taskRoutes) ?? NO_ROUTE;
  const key = keyOf(call, own, route);
  return {
    queue: own.queue ?? route.queue ?? settings.taskDefaultQueue,
    priority: own.priority ?? route.priority ?? null,
    serializer: own.serializer ?? route.serializer ?? settings.taskSerializer,
    ...(key != null && byKey(key, name, settings)),
  };
}

function keyOf({ options }: RoutedCall, own: TaskOptions, route: RouteOptions): string | undefined {
  if (options.routingKey != null) return options.routingKey;
  return options.queue == null && own.queue == null ? route.routingKey : undefined;
}

function byKey(key: string, name: string, settings: Settings): Pick<Callee, "queue" | "copies"> {
  const [queue, ...copies] = queuesOfKey(key, `task "${name}"`, settings);
  return copies.length > 0 ? { queue, copies } : { queue };
}

function resolve(options: TaskOptions, settings: Settings): TaskConfig {
  return {
    ignoreResult: options.ignoreResult ?? settings.taskIgnoreResult,
    storeErrorsEvenIfIgnored: options.storeErrorsEvenIfIgnored ?? settings.taskStoreErrorsEvenIfIgnored,
    trackStarted: options.trackStarted ?? settings.taskTrackStarted,
    ...acksOf(options, settings),
    expiresMs: options.expires == null ? null : durationMs(options.expires, "expires"),
    ...limitsOf(options, settings),
    serializer: options.serializer ?? settings.taskSerializer,
    retry: retryRulesOf(options),
    throws: options.throws ?? [],
    params: options.params ?? null,
    input: options.input ?? null,
    unique: uniqueRule(options.unique, "a task"),
    sendEvents: options.sendEvents ?? true,
    hooks: hooksOf(options),
  };
}

function limitsOf(options: TaskOptions, settings: Settings): Pick<TaskConfig, "timeLimits" | "rateLimit"> {
  const rate = options.rateLimit ?? settings.taskDefaultRateLimit ?? 0;
  return { timeLimits: timeLimitsOf(options), rateLimit: rateRuleOf(rate, "rateLimit") };
}

type Acks = Pick<TaskConfig, "acksLate" | "acksOnFailure" | "acksOnTimeout" | "rejectOnWorkerLost">;

function acksOf(options: TaskOptions, settings: Settings): Acks {
  const { acksOnFailureOrTimeout: both } = options;
  const { taskAcksOnFailureOrTimeout: bothByDefault } = settings;
  return {
    acksLate: options.acksLate ?? settings.taskAcksLate,
    rejectOnWorkerLost: options.rejectOnWorkerLost ?? settings.taskRejectOnWorkerLost,
    acksOnFailure: options.acksOnFailure ?? both ?? settings.taskAcksOnFailure ?? bothByDefault,
    acksOnTimeout: options.acksOnTimeout ?? both ?? settings.taskAcksOnTimeout ?? bothByDefault,
  };
}

function hooksOf(options: TaskOptions): TaskHooks | null {
  const { beforeStart, onSuccess, onFailure, onRetry, onReplace, afterReturn } = options;
  const hooks = { beforeStart, onSuccess, onFailure, onRetry, onReplace, afterReturn };
  return Object.values(hooks).some((hook) => hook != null) ? hooks : null;
}

function retryRulesOf(options: TaskOptions): RetryRules {
  const { maxRetries, defaultRetryDelay, retryBackoff, retryBackoffMax, autoretryFor, dontAutoretryFor } = options;
  const defaults = DEFAULT_RETRY_RULES;
  return {
    max: maxRetries === undefined ? defaults.max : maxRetries,
    delayMs: durationMs(defaultRetryDelay ?? defaults.delayMs, "defaultRetryDelay"),
    on: autoretryFor ?? defaults.on,
    notOn: dontAutoretryFor ?? defaults.notOn,
    backoffMs: backoffMs(retryBackoff ?? false),
    backoffMaxMs: durationMs(retryBackoffMax ?? defaults.backoffMaxMs, "retryBackoffMax"),
    jitter: options.retryJitter ?? defaults.jitter,
  };
}

function backoffMs(backoff: boolean | Duration): number | null {
  if (typeof backoff === "boolean") return backoff ? FIRST_BACKOFF_MS : null;
  return durationMs(backoff, "retryBackoff");
}

function isHandler(value: unknown): value is Handler {
  return typeof value === "function";
}

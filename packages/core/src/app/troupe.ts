// The application object: wires the parts. The only file that knows all of them.

import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { AsyncResult, type EagerResult } from "../client/async-result.ts";
import { Caller, type CallerPorts } from "../client/caller.ts";
import { type Call, type Callee, callOf } from "../client/compose-message.ts";
import { Inspect, type InspectOptions } from "../client/inspect.ts";
import type { RunningTask } from "../client/running-task.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { durationMs } from "../model/duration.ts";
import { InvalidArgumentError, NotRegistered } from "../model/errors.ts";
import { checkTaskId, checkTaskName, shown } from "../model/names.ts";
import type { TaskOptions } from "../model/task-options.ts";
import type { ArgsOf, ReturnOf, Wire } from "../model/task-types.ts";
import { systemClock } from "../platform/clock.ts";
import { bindArguments } from "../worker/bind-arguments.ts";
import type { WorkerPorts } from "../worker/delivered-tasks.ts";
import { runHandler, type Within } from "../worker/execute-task.ts";
import type { RegisteredTask } from "../worker/registered-task.ts";
import type { TaskContext } from "../worker/task-context.ts";
import { Worker } from "../worker/worker.ts";
import { resolveWorkerOptions, type WorkerOptions } from "../worker/worker-options.ts";
import { AppConnection } from "./app-connection.ts";
import { type Conf, makeConf } from "./conf.ts";
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from "./config.ts";
import { directMessage, type EagerPorts, eagerContext, runEagerly } from "./run-eagerly.ts";
import { type AnyTask, makeTask, type Task } from "./task.ts";
import { TaskRegistry } from "./task-registry.ts";

/**
 * Any function; parameters and result are inferred from the function itself. A type with a parameter list would give those
 * types to parameters that have none, or only a default.
 */
type AnyFunction = Function;

/** A handler whose parameters come from the task's input schema. */
type ParsedHandler<O extends unknown[], R> = (this: TaskContext, ...args: O) => R;

/** Options of a task whose arguments are parsed by a schema. */
type ParsingOptions<I extends unknown[], O extends unknown[]> = Omit<TaskOptions, "input"> & {
  readonly input: StandardSchemaV1<I, O>;
};

/** Marks applications, so that two copies of this package recognise each other's. */
const APP: unique symbol = Symbol.for("troupe.app");

/** Whether a value is an application, of this copy of the package or of another. */
export function isTroupe(value: unknown): value is Troupe {
  return typeof value === "object" && value !== null && APP in value;
}

/** What runs here now. */
interface Run {
  readonly context: TaskContext;
  /** Parent of the calls it makes: a direct call has no id that anybody could look up, so it is the task around it, if any. */
  readonly caller: RunningTask | undefined;
}

/** Remote control of workers. */
export interface Control {
  /** Questions to workers, who answer within a timeout. */
  inspect(options?: InspectOptions): Inspect;
}

/**
 * An application: its tasks, its settings and its connection. Making one does nothing; it connects on first use.
 *
 * @example
 * const app = new Troupe("proj", { broker: "nats://127.0.0.1:4222" });
 * const add = app.task("proj.add", (x: number, y: number) => x + y);
 * const result = await add.delay(2, 2);
 * await result.get({ timeout: "10s" }); // 4
 */
export class Troupe {
  /** Name of the application. */
  readonly name: string;
  /** Settings, to read and to change. */
  readonly conf: Conf;
  /** Remote control of workers. */
  readonly control: Control;
  readonly [APP] = true;
  readonly #tasks = new Map<string, AnyTask>();
  readonly #registry: TaskRegistry;
  readonly #connection: AppConnection;
  readonly #running = new AsyncLocalStorage<Run>();
  readonly #caller: Caller;
  readonly #ports: CallerPorts & EagerPorts;
  #includeBase: string | URL = pathToFileURL(process.argv[1] ?? path.join(process.cwd(), "index.js"));

  /** @throws {ConfigError} a setting is unknown or has a wrong value. */
  constructor(name: string, settings: Partial<Settings> = {}) {
    if (typeof name !== "string" || name === "")
      throw new InvalidArgumentError(`application name is ${shown(name)}; give a name, for example "proj"`);
    this.name = name;
    const fromEnvironment = process.env["TROUPE_BROKER_URL"];
    const defaults = mergeSettings(DEFAULT_SETTINGS, fromEnvironment ? { broker: fromEnvironment } : {});
    const initial = mergeSettings(defaults, settings);
    const current = { settings: initial };
    this.#connection = new AppConnection(() => current.settings);
    this.conf = makeConf(current, () => this.#connection.isOpen);
    this.#registry = new TaskRegistry(() => current.settings);
    this.#ports = {
      connect: () => this.#connection.connect(),
      session: () => this.#connection.session,
      clock: systemClock,
      running: { getStore: () => this.#running.getStore()?.caller },
      errors: () => current.settings.errors,
      retry: () => ({ enabled: current.settings.taskPublishRetry, policy: current.settings.taskPublishRetryPolicy }),
      origin: `${process.pid}@${os.hostname()}`,
      within: (context, fn) => this.#running.run({ context, caller: context }, fn),
      logger: () => this.#connection.logger,
    };
    this.#caller = new Caller(this.#ports);
    this.control = {
      inspect: (options) =>
        new Inspect({ connect: this.#ports.connect, clock: systemClock, logger: this.#connection.logger }, options),
    };
  }

  /** The tasks that are registered here, by name. */
  get tasks(): ReadonlyMap<string, AnyTask> {
    return this.#tasks;
  }

  /** The task whose handler makes this call, or null outside of tasks. */
  get currentTask(): TaskContext | null {
    return this.#running.getStore()?.context ?? null;
  }

  /**
   * Registers a task. Its name is explicit, for there is no reliable module path in JavaScript.
   *
   * @param name - 1 to 128 letters, digits and `_ . : / -`; by convention `"<app>.<module>.<function>"`.
   * @throws {AlreadyRegisteredError | InvalidArgumentError | UnsupportedError} the name is taken or wrong, or an option is.
   * @see Celery `app.task`
   */
  task<const N extends string, F extends AnyFunction>(name: N, fn: F): Task<ArgsOf<F>, Wire<ReturnOf<F>>, N>;
  task<const N extends string, I extends unknown[], O extends unknown[], R>(
    name: N,
    options: ParsingOptions<I, O>,
    fn: ParsedHandler<O, R>,
  ): Task<I, Wire<R>, N>;
  task<const N extends string, F extends AnyFunction>(
    name: N,
    options: TaskOptions & { readonly input?: undefined },
    fn: F,
  ): Task<ArgsOf<F>, Wire<ReturnOf<F>>, N>;
  task(name: string, optionsOrFn: unknown, fn?: unknown): object {
    const hasOptions = typeof optionsOrFn !== "function";
    this.#registry.add(name, hasOptions ? optionsOrFn : {}, hasOptions ? fn : optionsOrFn);
    const task = makeTask(name, {
      call: (args) => this.#callHere(name, args),
      applyAsync: (args, options) => this.#applyAsync(name, args, options),
      apply: (args, options) => this.#apply(name, args, options),
    });
    this.#tasks.set(name, task);
    return task;
  }

  /**
   * Calls a task by its name; its code is not needed here. Arguments are not checked.
   *
   * @throws as `Task.delay`.
   */
  async sendTask<R = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options?: ApplyOptions,
  ): Promise<AsyncResult<R>> {
    checkTaskName(name);
    return this.#caller.send<R>(this.#callee(name), this.#checkedCall(name, args, options));
  }

  /** Handle of any task's result, whoever called it. An unknown id is `PENDING`. */
  result<R = unknown>(id: string): AsyncResult<R> {
    return new AsyncResult<R>(checkTaskId(id), this.#ports);
  }

  /**
   * Makes a worker; `start` starts it.
   *
   * @throws {InvalidArgumentError | UnsupportedError} an option is unknown, wrong, or of a later version.
   */
  worker(options: WorkerOptions = {}): Worker {
    const { taskDefaultQueue, workerConcurrency, workerShutdownTimeout } = this.conf;
    const defaults = {
      queue: taskDefaultQueue,
      concurrency: workerConcurrency,
      shutdownTimeoutMs:
        workerShutdownTimeout === null ? null : durationMs(workerShutdownTimeout, "workerShutdownTimeout"),
    };
    return new Worker(resolveWorkerOptions(options, defaults), (signal) => this.#openWorker(signal));
  }

  /** Connects now instead of on first use. @throws {BrokerUnreachableError | TopologyError | ConfigError} */
  async connect(): Promise<void> {
    await this.#connection.connect();
  }

  /** Disconnects; waiting results reject with `ClosedError`. Stop workers before. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Where relative names of `include` start: the URL or path of the application's module. @default the program's main module */
  includeFrom(module: string | URL): void {
    this.#includeBase =
      typeof module === "string" && !module.includes("://") ? pathToFileURL(path.resolve(module)) : module;
  }

  #callee(name: string): Callee {
    return this.#registry.callee(name);
  }

  #registered(name: string): RegisteredTask {
    const task = this.#registry.get(name);
    if (!task) throw new NotRegistered(`task "${name}" is not registered in application "${this.name}"`);
    return task;
  }

  // A call of a task that is known here: names of parameters are checked before anything is sent.
  #checkedCall(name: string, args: readonly unknown[], options?: ApplyOptions): Call {
    const call = callOf(name, args, options);
    const task = this.#registry.get(name);
    if (task?.config.params) bindArguments(task, call);
    return call;
  }

  async #applyAsync(name: string, args: readonly unknown[], options?: ApplyOptions): Promise<AsyncResult<unknown>> {
    const call = this.#checkedCall(name, args, options);
    if (this.conf.taskAlwaysEager) return this.#runHere(name, call);
    return this.#caller.send(this.#callee(name), call);
  }

  async #apply(name: string, args: readonly unknown[], options?: ApplyOptions): Promise<EagerResult<unknown>> {
    return this.#runHere(name, this.#checkedCall(name, args, options));
  }

  async #runHere(name: string, call: Call): Promise<EagerResult<unknown>> {
    const result = await runEagerly(this.#registered(name), this.#callee(name), call, this.#ports);
    if (this.conf.taskEagerPropagates) await result.get();
    return result;
  }

  #callHere(name: string, args: readonly unknown[]): unknown {
    const task = this.#registered(name);
    const message = directMessage(this.#callee(name), this.#checkedCall(name, args), this.#ports);
    const caller = this.#running.getStore()?.caller;
    const within: Within = (context, fn) => this.#running.run({ context, caller }, fn);
    return runHandler(task, message, eagerContext(message, this.#ports), within);
  }

  async #openWorker(signal: AbortSignal): Promise<WorkerPorts> {
    for (const module of this.conf.include) await this.#include(module);
    const { transport } = await this.#connection.connectPatiently(signal);
    return {
      transport,
      tasks: this.#registry,
      clock: systemClock,
      logger: this.#connection.logger,
      within: this.#ports.within,
      accepted: new Set(this.conf.acceptContent),
      maxDeliveries: this.conf.maxDeliveries,
    };
  }

  async #include(module: string): Promise<void> {
    if (path.isAbsolute(module)) await import(pathToFileURL(module).href);
    else if (module.startsWith(".")) await import(new URL(module, this.#includeBase).href);
    else if (module.includes("://")) await import(module);
    else await import(pathToFileURL(createRequire(this.#includeBase).resolve(module)).href);
  }
}

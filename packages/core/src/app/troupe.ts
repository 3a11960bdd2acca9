// The application object: wires the parts. The only file that knows all of them.

import { AsyncLocalStorage } from "node:async_hooks";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { composeCall } from "../canvas/compose.ts";
import { addApp, type KnownApp, removeApp } from "../canvas/known-apps.ts";
import { operand } from "../canvas/operand.ts";
import { UntypedSignature } from "../canvas/signature.ts";
import { AsyncResult, type GroupResult } from "../client/async-result.ts";
import { Caller, type CallerPorts } from "../client/caller.ts";
import { Control } from "../client/control.ts";
import { DeadLetterBox } from "../client/dead-letters.ts";
import { DelayedCalls } from "../client/delayed-calls.ts";
import type { HookHandler, HookOptions } from "../client/hooks.ts";
import { restoreGroup } from "../client/restore-group.ts";
import type { Errback, NamedSignature, SerializedSignature, StoredSignature } from "../client/signature.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { durationMs } from "../model/duration.ts";
import { InvalidArgumentError, NotRegistered } from "../model/errors.ts";
import type { HookMap } from "../model/hook-map.ts";
import { checkTaskId, checkTaskName, shown } from "../model/names.ts";
import type { TaskOptions } from "../model/task-options.ts";
import type { ArgsOf, Positional, ReturnOf, Wire } from "../model/task-types.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { WorkerPorts } from "../worker/delivered-tasks.ts";
import type { ChildSetup } from "../worker/pools/child-messages.ts";
import type { ChildApp } from "../worker/pools/child-tasks.ts";
import type { RegisteredTask } from "../worker/registered-task.ts";
import { safeInspector } from "../worker/safe-inspector.ts";
import type { TaskContext } from "../worker/task-context.ts";
import { Worker } from "../worker/worker.ts";
import { resolveWorkerOptions, type WorkerOptions } from "../worker/worker-options.ts";
import { AppConnection } from "./app-connection.ts";
import { CanvasClient } from "./canvas-client.ts";
import { OPEN_IN_CHILD } from "./child-app.ts";
import {
  childOrigin,
  isChild,
  isWithinProcess,
  type ModulePlace,
  noBrokerInChild,
  workerInChild,
} from "./child-setup.ts";
import { type Conf, makeConf } from "./conf.ts";
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from "./config.ts";
import { Extensions, type Middleware } from "./extensions.ts";
import type { AnyFunction, ErrorHandler, ParsedHandler, ParsingOptions } from "./handler-types.ts";
import { includeModule } from "./include-module.ts";
import type { Remote } from "./remote.ts";
import type { EagerFlowPorts } from "./run-flow-eagerly.ts";
import { type AnyTask, makeErrback, makeRemoteTask, makeTask, type Task } from "./task.ts";
import { type Run, TaskCalls } from "./task-calls.ts";
import { TaskRegistry } from "./task-registry.ts";
import { workerDefaultsOf } from "./worker-defaults.ts";

/** Marks applications, so that two copies of this package recognise each other's. */
const APP: unique symbol = Symbol.for("troupe.app");

/** Whether a value is an application, of this copy of the package or of another. */
export function isTroupe(value: unknown): value is Troupe {
  return typeof value === "object" && value !== null && APP in value;
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
  /** Messages that no worker could or may settle. */
  readonly deadLetters: DeadLetterBox;
  /** Tasks that wait for their time. */
  readonly delayed: DelayedCalls;
  readonly [APP] = true;
  readonly #tasks = new Map<string, AnyTask>();
  readonly #registry: TaskRegistry;
  readonly #connection: AppConnection;
  readonly #extensions: Extensions;
  readonly #running = new AsyncLocalStorage<Run>();
  readonly #ports: CallerPorts & EagerFlowPorts;
  readonly #canvases: CanvasClient;
  readonly #calls: TaskCalls;
  readonly #known: KnownApp;
  // Told to a child, which may have no connection.
  #shards: number | null = null;
  #module: string | null = null;
  #loader: string | null = null;
  #includeBase: string | URL = pathToFileURL(process.argv[1] ?? path.join(process.cwd(), "index.js"));

  /** @throws {ConfigError} a setting is unknown or has a wrong value. */
  constructor(name: string, settings?: Partial<Settings>) {
    if (typeof name !== "string" || name === "")
      throw new InvalidArgumentError(`application name is ${shown(name)}; give a name, for example "proj"`);
    this.name = name;
    const fromEnvironment = process.env["TROUPE_BROKER_URL"];
    const defaults = mergeSettings(DEFAULT_SETTINGS, fromEnvironment ? { broker: fromEnvironment } : {});
    const initial = mergeSettings(defaults, settings);
    const current = { settings: initial };
    this.#connection = new AppConnection(() => current.settings);
    this.conf = makeConf(current, () => this.#connection.isOpen);
    this.#extensions = new Extensions(
      () => this.#connection.logger,
      () => current.settings.propagateHeaders,
    );
    this.#registry = new TaskRegistry(() => current.settings, this.#extensions.surroundings);
    const clockNow = (): Clock => current.settings.clock ?? systemClock;
    this.#ports = {
      connect: () => this.#connection.connect(),
      session: () => this.#connection.session,
      get clock() {
        return clockNow();
      },
      running: { getStore: () => this.#running.getStore()?.caller },
      errors: () => current.settings.errors,
      retry: () => ({ enabled: current.settings.taskPublishRetry, policy: current.settings.taskPublishRetryPolicy }),
      origin: `${process.pid}@${os.hostname()}`,
      outgoing: this.#extensions.outgoing,
      within: (context, fn) => this.#running.run({ context, caller: context }, fn),
      logger: () => this.#connection.logger,
      registered: (name) => this.#registered(name),
      freeze: (signature, message) => this.#canvases.freeze(signature, message),
    };
    this.deadLetters = new DeadLetterBox(this.#ports);
    this.delayed = new DelayedCalls(this.#ports);
    const caller = new Caller(this.#ports);
    const settingsNow = (): Settings => current.settings;
    this.#canvases = new CanvasClient({
      caller,
      ports: this.#ports,
      callee: (name, call) => this.#registry.callee(name, call),
      shards: () => this.#connection.session?.transport.mailboxes.shards ?? this.#shards,
      settings: settingsNow,
      callHere: (name, args) => this.#calls.callHere(name, args),
    });
    this.#calls = new TaskCalls({
      registry: this.#registry,
      caller,
      signatures: this.#canvases,
      eager: this.#ports,
      running: this.#running,
      settings: settingsNow,
    });
    this.control = new Control(this.#ports);
    this.#known = { name, owner: this, isRunning: () => this.currentTask !== null, signatures: this.#canvases };
    addApp(this.#known);
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
    options: TaskOptions<Positional<ArgsOf<F>>, Awaited<ReturnOf<F>>> & { readonly input?: undefined },
    fn: F,
  ): Task<ArgsOf<F>, Wire<ReturnOf<F>>, N>;
  task(name: string, optionsOrFn: unknown, fn?: unknown): object {
    const hasOptions = typeof optionsOrFn !== "function";
    this.#registry.add(name, hasOptions ? (optionsOrFn ?? {}) : {}, hasOptions ? fn : optionsOrFn);
    const task = makeTask(name, this.#calls.operations(name));
    this.#tasks.set(name, task);
    return task;
  }

  /**
   * Registers an error callback: linked by `linkError`, it gets request, error and traceback of what failed, then arguments of its own.
   *
   * @throws {AlreadyRegisteredError | InvalidArgumentError} the name is taken or wrong.
   */
  errback<const N extends string, A extends unknown[]>(name: N, fn: ErrorHandler<A>): Errback<A, N> {
    this.#registry.add(name, {}, fn, "errback");
    return makeErrback(name, this.#canvases);
  }

  /**
   * Tasks of another package, checked by the types of its module, which is not loaded:
   * `app.remote<typeof import("@acme/media")>()("media.resize")`.
   *
   * @throws {InvalidArgumentError} the name is not allowed.
   */
  remote<T>(): Remote<T>;
  remote(): (name: string) => object {
    return (name) => makeRemoteTask(checkTaskName(name), this.#calls.operations(name));
  }

  /**
   * The call of a task by its name, or a signature from its plain data. Arguments are not checked.
   *
   * @throws {InvalidArgumentError | UnsupportedError} the name or an option is wrong.
   * @throws {InvalidCanvasError} the data is no signature.
   */
  signature<R = unknown>(name: string, args?: readonly unknown[], options?: ApplyOptions): NamedSignature<R>;
  signature<R = unknown>(serialized: SerializedSignature): StoredSignature<R>;
  signature(of: string | SerializedSignature, args: readonly unknown[] = [], options?: ApplyOptions): unknown {
    return typeof of === "string"
      ? composeCall(of, args, options ?? {}, this.#canvases)
      : new UntypedSignature(operand(of).data, this.#canvases);
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
    return this.#calls.send<R>(name, args, options);
  }

  /** Handle of any task's result, whoever called it. An unknown id is `PENDING`. */
  result<R = unknown>(id: string): AsyncResult<R> {
    return new AsyncResult<R>(checkTaskId(id), this.#ports);
  }

  /** A group's results that `save()` stored, from any process; null when nothing is stored under the id. */
  groupResult<R = unknown[]>(id: string): Promise<GroupResult<R> | null> {
    return restoreGroup<R>(checkTaskId(id), this.#ports);
  }

  /**
   * Calls `handler` whenever something happens in this process: a call is sent, a task runs or has ended, a worker stops. What
   * it throws is logged; a promise is waited for where `HookMap` says so.
   *
   * @returns what takes it out again.
   * @throws {InvalidArgumentError} the handler is no function.
   * @see Celery's signals
   */
  on<Name extends keyof HookMap>(name: Name, handler: HookHandler<Name>, options?: HookOptions): () => void {
    return this.#extensions.hooks.on(name, handler, options);
  }

  /**
   * Adds a middleware around the sending of calls, the running of handlers, or both.
   *
   * @returns what takes it out again.
   * @throws {InvalidArgumentError} it is none.
   */
  use(middleware: Middleware): () => void {
    return this.#extensions.use(middleware);
  }

  /**
   * Makes a worker; `start` starts it.
   *
   * @throws {InvalidArgumentError | UnsupportedError} an option is unknown, wrong, or of a later version.
   * @throws {QueueNotFound} a queue of it is not declared, and must be.
   */
  worker(options?: WorkerOptions): Worker {
    const config = resolveWorkerOptions(options ?? {}, workerDefaultsOf(this.conf));
    const onError = (error: unknown): void =>
      this.#connection.logger.error({ err: error }, `the inspector of worker ${config.hostname} failed`);
    const inspect = config.inspect && safeInspector(config.inspect, onError);
    return new Worker({ ...config, inspect }, (signal) => this.#openWorker(signal));
  }

  /** Connects now instead of on first use. @throws {BrokerUnreachableError | TopologyError | ConfigError} */
  async connect(): Promise<void> {
    await this.#connection.connect();
  }

  /** Disconnects; waiting results reject with `ClosedError`. Stop workers before. */
  async close(): Promise<void> {
    removeApp(this.#known);
    await this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * The module that makes the application, by its URL or path: `app.includeFrom(import.meta.url)` in that module. Relative names of
   * `include` start there, and the threads and processes of a worker import it. @default the program's main module, for `include` only
   *
   * @param options.loader - Module that they import first: one that teaches Node to read the others, such as TypeScript. Default: none.
   */
  includeFrom(module: string | URL, options?: { readonly loader?: string | URL | undefined }): void {
    this.#includeBase =
      typeof module === "string" && !module.includes("://") ? pathToFileURL(path.resolve(module)) : module;
    this.#module = String(this.#includeBase);
    this.#loader = options?.loader === undefined ? null : String(options.loader);
  }

  /** Runs tasks of a worker whose child this thread or process is. Not for users. */
  [OPEN_IN_CHILD]({ settings, shards, hostname }: ChildSetup, logger: Logger): ChildApp {
    this.conf.update({ ...settings, logger: this.conf.logger ?? logger });
    this.#shards = shards;
    if (isWithinProcess(this.conf.broker)) this.#connection.refuse(noBrokerInChild(hostname));
    return {
      tasks: this.#registry,
      within: this.#ports.within,
      freeze: this.#ports.freeze,
      dataOf: (signature) => this.#canvases.dataOf(signature),
      logger,
      close: () => this.close(),
    };
  }

  #registered(name: string): RegisteredTask {
    const task = this.#registry.get(name);
    if (!task) throw new NotRegistered(`task "${name}" is not registered in application "${this.name}"`);
    return task;
  }

  async #openWorker(signal: AbortSignal): Promise<WorkerPorts> {
    if (isChild()) throw workerInChild();
    for (const module of this.conf.include) await includeModule(module, this.#includeBase);
    const { transport } = await this.#connection.connectPatiently(signal);
    return {
      transport,
      tasks: this.#registry,
      outgoing: this.#extensions.outgoing,
      clock: this.#ports.clock,
      random: Math.random,
      logger: this.#connection.logger,
      within: this.#ports.within,
      accepted: new Set(this.conf.acceptContent),
      maxDeliveries: this.conf.maxDeliveries,
      actorMaxAgeMs: durationMs(this.conf.actorMaxAge, "actorMaxAge"),
      freeze: this.#ports.freeze,
      compile: (signature, newId) => this.#canvases.freezeUnder(signature, newId),
      children: () => childOrigin(this.name, this.#place(), this.conf),
    };
  }

  #place(): ModulePlace {
    return { module: this.#module, base: String(this.#includeBase), loader: this.#loader };
  }
}

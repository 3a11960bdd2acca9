// The application object: what users see of an application, over its parts.

import { composeCall } from "../canvas/compose.ts";
import { addApp, type KnownApp, removeApp } from "../canvas/known-apps.ts";
import { operand } from "../canvas/operand.ts";
import { UntypedSignature } from "../canvas/signature.ts";
import { AsyncResult, type GroupResult } from "../client/async-result.ts";
import { Control } from "../client/control.ts";
import { DeadLetterBox } from "../client/dead-letters.ts";
import { DelayedCalls } from "../client/delayed-calls.ts";
import { type ExplainOptions, explain } from "../client/explain.ts";
import type { Explanation } from "../client/explanation.ts";
import type { HookHandler, HookOptions } from "../client/hooks.ts";
import { Queues } from "../client/queues.ts";
import { restoreGroup } from "../client/restore-group.ts";
import type { Errback, NamedSignature, SerializedSignature, StoredSignature } from "../client/signature.ts";
import type { Events } from "../events/events.ts";
import type { ApplyOptions } from "../model/apply-options.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import type { HookMap } from "../model/hook-map.ts";
import { checkTaskId, checkTaskName, shown } from "../model/names.ts";
import type { ArgsOf, Positional, ReturnOf, Wire } from "../model/task-types.ts";
import type { CommandArgument, CommandDescription, CommandInput, CommandOptions } from "../model/user-command.ts";
import type { Logger } from "../platform/logger.ts";
import type { ChildSetup } from "../worker/pools/child-messages.ts";
import type { ChildApp } from "../worker/pools/child-tasks.ts";
import type { TaskContext } from "../worker/task-context.ts";
import type { Worker } from "../worker/worker.ts";
import type { WorkerOptions } from "../worker/worker-options.ts";
import { AppParts } from "./app-parts.ts";
import { AppWorkers } from "./app-workers.ts";
import { OPEN_IN_CHILD } from "./child-app.ts";
import type { Conf } from "./conf.ts";
import type { Settings } from "./config.ts";
import type { Middleware } from "./extensions.ts";
import type {
  AnyErrorHandler,
  AnyFunction,
  OwnParameters,
  ParsedHandler,
  ParsingOptions,
  TaskOptions,
} from "./handler-types.ts";
import type { Remote } from "./remote.ts";
import { type AnyTask, makeErrback, makeRemoteTask, makeTask, type Task } from "./task.ts";
import type { CommandCall } from "./user-commands.ts";

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
  /** What is in queues and who consumes them; pauses and resumes them. */
  readonly queues: Queues;
  /** Events: what tasks and workers tell of themselves. */
  readonly events: Events;
  readonly [APP] = true;
  readonly #tasks = new Map<string, AnyTask>();
  readonly #parts: AppParts;
  readonly #workers: AppWorkers;
  readonly #known: KnownApp;

  /** @throws {ConfigError} a setting is unknown or has a wrong value. */
  constructor(name: string, settings?: Partial<Settings>) {
    if (typeof name !== "string" || name === "")
      throw new InvalidArgumentError(`application name is ${shown(name)}; give a name, for example "proj"`);
    this.name = name;
    const parts = new AppParts(name, settings);
    this.#parts = parts;
    this.#workers = new AppWorkers(name, parts);
    this.conf = parts.conf;
    this.deadLetters = new DeadLetterBox(parts.ports);
    this.delayed = new DelayedCalls(parts.ports);
    this.queues = new Queues(parts.ports, parts.declarations);
    this.control = new Control(parts.ports);
    this.events = parts.events;
    this.#known = { name, owner: this, isRunning: () => this.currentTask !== null, signatures: parts.canvases };
    addApp(this.#known);
  }

  /** The tasks that are registered here, by name. */
  get tasks(): ReadonlyMap<string, AnyTask> {
    return this.#tasks;
  }

  /** The task whose handler makes this call, or null outside of tasks. */
  get currentTask(): TaskContext | null {
    return this.#parts.running.getStore()?.context ?? null;
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
    this.#parts.registry.add(name, hasOptions ? (optionsOrFn ?? {}) : {}, hasOptions ? fn : optionsOrFn);
    const task = makeTask(name, this.#parts.calls.operations(name));
    this.#tasks.set(name, task);
    return task;
  }

  /**
   * Registers an error callback: linked by `linkError`, it gets request, error and traceback of what failed, then arguments of its own.
   *
   * @throws {AlreadyRegisteredError | InvalidArgumentError} the name is taken or wrong.
   */
  errback<const N extends string, F extends AnyErrorHandler>(
    name: N,
    fn: F,
  ): Errback<OwnParameters<F>, N, Parameters<F>> {
    this.#parts.registry.add(name, {}, fn, "errback");
    return makeErrback(name, this.#parts.canvases);
  }

  /**
   * Tasks of another package, checked by the types of its module, which is not loaded:
   * `app.remote<typeof import("@acme/media")>()("media.resize")`.
   *
   * @throws {InvalidArgumentError} the name is not allowed.
   */
  remote<T>(): Remote<T>;
  remote(): (name: string) => object {
    return (name) => makeRemoteTask(checkTaskName(name), this.#parts.calls.operations(name));
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
      ? composeCall(of, args, options ?? {}, this.#parts.canvases)
      : new UntypedSignature(operand(of).data, this.#parts.canvases);
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
    return this.#parts.calls.send<R>(name, args, options);
  }

  /**
   * Why a task has not started or finished: what is so, the rule that makes it so, and the remedy. Asks the broker and the workers, and
   * changes nothing. What waits is looked through for the task, up to 10,000 messages: for people who wonder, not for programs in a loop.
   *
   * @param options.timeout - How long workers are waited for. Default: 1 s.
   * @throws {InvalidArgumentError} the id is not allowed, or an option is wrong.
   */
  explain(id: string, options?: ExplainOptions): Promise<Explanation> {
    return explain(checkTaskId(id), options, this.#parts.ports);
  }

  /** Handle of any task's result, whoever called it. An unknown id is `PENDING`. */
  result<R = unknown>(id: string): AsyncResult<R> {
    return new AsyncResult<R>(checkTaskId(id), this.#parts.ports);
  }

  /** A group's results that `save()` stored, from any process; null when nothing is stored under the id. */
  groupResult<R = unknown[]>(id: string): Promise<GroupResult<R> | null> {
    return restoreGroup<R>(checkTaskId(id), this.#parts.ports);
  }

  /**
   * Adds a question that workers of this application answer, by what `handler` gives, in their own thread. Workers know it that are
   * started later.
   *
   * @returns asks it.
   * @throws {AlreadyRegisteredError | InvalidArgumentError} the name is taken or wrong, or an option is.
   * @see Celery `inspect_command`
   */
  inspectCommand<R>(name: string, handler: (worker: Worker) => R): CommandCall<[], R>;
  inspectCommand<const A extends readonly CommandArgument[], R>(
    name: string,
    options: CommandOptions<A>,
    handler: (worker: Worker, args: CommandInput<A>) => R,
  ): CommandCall<A, R>;
  inspectCommand(name: string, optionsOrHandler: unknown, handler?: unknown): object {
    return this.#parts.commands.add(["inspect", name], optionsOrHandler, handler, this.control);
  }

  /** As `inspectCommand`, for an order: what changes something. @see Celery `control_command` */
  controlCommand<R>(name: string, handler: (worker: Worker) => R): CommandCall<[], R>;
  controlCommand<const A extends readonly CommandArgument[], R>(
    name: string,
    options: CommandOptions<A>,
    handler: (worker: Worker, args: CommandInput<A>) => R,
  ): CommandCall<A, R>;
  controlCommand(name: string, optionsOrHandler: unknown, handler?: unknown): object {
    return this.#parts.commands.add(["control", name], optionsOrHandler, handler, this.control);
  }

  /** What `inspectCommand` and `controlCommand` have added, by name. */
  get commands(): ReadonlyMap<string, CommandDescription> {
    return this.#parts.commands.all;
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
    return this.#parts.extensions.hooks.on(name, handler, options);
  }

  /**
   * Adds a middleware around the sending of calls, the running of handlers, or both.
   *
   * @returns what takes it out again.
   * @throws {InvalidArgumentError} it is none.
   */
  use(middleware: Middleware): () => void {
    return this.#parts.extensions.use(middleware);
  }

  /**
   * Makes a worker; `start` starts it.
   *
   * @throws {InvalidArgumentError | UnsupportedError} an option is unknown, wrong, or of a later version.
   * @throws {QueueNotFound} a queue of it is not declared, and must be.
   */
  worker(options?: WorkerOptions): Worker {
    return this.#workers.make(options ?? {});
  }

  /** Connects now instead of on first use. @throws {BrokerUnreachableError | TopologyError | ConfigError} */
  async connect(): Promise<void> {
    await this.#parts.connection.connect();
  }

  /** Disconnects; waiting results reject with `ClosedError`. Stop workers before. */
  async close(): Promise<void> {
    removeApp(this.#known);
    await this.#parts.connection.close();
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
    this.#workers.includeFrom(module, options?.loader);
  }

  /** Runs tasks of a worker whose child this thread or process is. Not for users. */
  [OPEN_IN_CHILD](setup: ChildSetup, logger: Logger): ChildApp {
    return this.#workers.openInChild(setup, logger, () => this.close());
  }
}

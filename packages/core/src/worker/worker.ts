// A worker: takes tasks from its queues, runs as many at a time as it has slots, and stops without losing any.
// Provides the actions of the worker machine. Its actor is the root of the actor tree: queues and tasks hang from it.

import { type Actor, createActor } from "xstate";
import { ClosedError } from "../model/errors.ts";
import type { HookedWorker } from "../model/hook-map.ts";
import type { ActiveTask } from "../model/inspect-replies.ts";
import { checkQueueName } from "../model/names.ts";
import type { RateLimit } from "../model/rate-limit.ts";
import type { TimeLimitOptions } from "../model/time-limits.ts";
import type { Timer } from "../platform/clock.ts";
import { type Deferred, deferred } from "../platform/deferred.ts";
import type { SlotBounds } from "./autoscaler.ts";
import type { WorkerPorts } from "./delivered-tasks.ts";
import type { Pool, PoolName } from "./pool.ts";
import { makePool } from "./pools/make-pool.ts";
import { resolveStop, type StopOptions } from "./stop-options.ts";
import { type WorkerSteps, workerMachine } from "./worker-machine.ts";
import type { WorkerConfig } from "./worker-options.ts";
import { WorkerParts } from "./worker-parts.ts";
import { describeActive } from "./worker-report.ts";

/** Gives the worker what it runs with, connected. */
export type OpenWorker = (signal: AbortSignal, worker: Worker) => Promise<WorkerPorts>;

// A broker that does not answer must not hold up a cold stop.
const ABANDON_LIMIT_MS = 1_000;

/** Takes tasks from queues and runs them. Made by `app.worker`. */
export class Worker {
  /** Name of this worker: `name@host`. */
  readonly hostname: string;
  /** The worker's XState actor: subscribe to it to follow the worker's states. */
  readonly actor: Actor<typeof workerMachine>;
  /** Resolves when the worker has stopped. */
  readonly stopped: Promise<void>;
  readonly #config: WorkerConfig;
  readonly #open: OpenWorker;
  readonly #aborter = new AbortController();
  readonly #ready: Deferred<void> = deferred();
  readonly #stopped: Deferred<void> = deferred();
  #pool: Pool | null = null;
  #parts: WorkerParts | null = null;
  #cleanups: (() => void)[] = [];
  #startedAt: number | null = null;
  #stopTimeoutMs: number | null;
  #drainLimit: Timer | null = null;

  constructor(config: WorkerConfig, open: OpenWorker) {
    this.hostname = config.hostname;
    this.stopped = this.#stopped.promise;
    this.#config = config;
    this.#open = open;
    this.#stopTimeoutMs = config.shutdownTimeoutMs;
    const steps: WorkerSteps = {
      start: () =>
        void this.#start().then(
          () => this.actor.send({ type: "READY" }),
          (error: unknown) => this.#onFailed(error),
        ),
      ready: () => this.#onReady(),
      drain: () => void this.#drain(),
      abandon: () => void this.#abandon(),
      end: () => void this.#end(),
    };
    const inspection = config.inspect === undefined ? {} : { inspect: config.inspect };
    this.actor = createActor(workerMachine, { input: steps, id: config.hostname, ...inspection });
  }

  /** Queues that the worker consumes. */
  get queues(): readonly string[] {
    return this.#parts?.queues ?? this.#config.queues;
  }

  /** How long a soft stop waits for running tasks, in milliseconds. */
  get softShutdownTimeoutMs(): number {
    return this.#config.softShutdownTimeoutMs;
  }

  /** The tasks whose handlers run now, as `inspect active` shows them. */
  active(): ActiveTask[] {
    return this.#parts ? describeActive(this.#parts.tasks) : [];
  }

  /** Where its handlers run. */
  get pool(): PoolName {
    return this.#config.pool;
  }

  /** Whether its events tell what happens to tasks. */
  get tellsTasks(): boolean {
    return this.#parts?.tasks.tellsTasks ?? this.#config.events;
  }

  /** Handlers that run at the same time: its slots. */
  get concurrency(): number {
    return this.#parts?.tasks.slots.capacity ?? this.#config.concurrency;
  }

  /** Most and fewest slots, where their number follows the backlog; else null. */
  get autoscale(): SlotBounds | null {
    return this.#parts?.capacity.bounds ?? this.#config.autoscale;
  }

  /**
   * Imports the application's `include`, connects – as long as it takes – and begins to take tasks. Resolves when the worker is ready.
   *
   * @throws {TopologyError | BrokerRefusedError} the broker refuses what the worker needs.
   * @throws {ClosedError} the worker was stopped meanwhile, or started before.
   */
  async start(): Promise<void> {
    if (this.#startedAt !== null)
      throw new ClosedError(`worker ${this.hostname} was started before; make a new one with app.worker()`);
    this.#startedAt = performance.now();
    // A worker that waits for tasks is reason enough to go on, whatever the transport.
    const alive = setInterval(() => {}, 2 ** 30);
    this.#cleanups.push(() => clearInterval(alive));
    this.actor.start();
    await this.#ready.promise;
  }

  /**
   * Stops the worker. Resolves when everything it had is settled or given back. A cold stop ends a warm one that waits, a soft
   * one limits it; a `timeout` given anew counts from now on. The worker stops cold by itself when its application is closed.
   *
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   */
  async stop(options?: StopOptions): Promise<void> {
    const { isCold, limitMs } = resolveStop(options, this.#config.softShutdownTimeoutMs);
    if (limitMs !== null) {
      this.#stopTimeoutMs = limitMs;
      if (this.actor.getSnapshot().value === "draining") this.#limitDrain();
    }
    if (this.#startedAt === null) return;
    if (this.actor.getSnapshot().status === "done") return this.#stopped.promise;
    this.#aborter.abort(new ClosedError(`worker ${this.hostname} was stopped before it was ready`));
    this.actor.send({ type: isCold ? "STOP_NOW" : "STOP" });
    await this.#stopped.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /**
   * Changes the time limits of a task in this worker, for runs that start from now on: over the task's own, below those of a call.
   * What is not given is as the task says; 0: no limit.
   *
   * @throws {InvalidArgumentError} the task is not registered here, or the soft limit is not below the hard one.
   * @throws {ClosedError} the worker is not started.
   */
  setTimeLimit(task: string, limits: TimeLimitOptions): void {
    this.#started().tasks.timeLimits.set(task, limits);
  }

  /**
   * Changes how often a task may start in this worker; also for what waits already. A cluster's limit is changed in all its workers.
   *
   * @param limit - 0 or null: no limit. Without a scope, it is that of the task.
   * @throws {InvalidArgumentError} the task is not registered here, or it is no rate.
   * @throws {ClosedError} the worker is not started.
   */
  setRateLimit(task: string, limit: RateLimit | null): void {
    this.#started().tasks.rateLimits.set(task, limit);
  }

  /**
   * Has more slots from now on, or fewer: handlers that run are finished.
   *
   * @throws {InvalidArgumentError} there cannot be so many; or the worker is autoscaled, or its pool is `solo`.
   * @throws {ClosedError} the worker is not started.
   */
  resize(concurrency: number): void {
    this.#started().capacity.resize(concurrency);
  }

  /**
   * Changes the bounds of an autoscaled worker, in either order. Slots beyond them come or go at once.
   *
   * @throws {InvalidArgumentError} there cannot be so many slots, or the worker is not autoscaled.
   * @throws {ClosedError} the worker is not started.
   */
  setAutoscale(max: number, min: number): void {
    this.#started().capacity.setBounds(max, min);
  }

  /**
   * Consumes a queue too, as long as it runs; does nothing when it is consumed already. Resolves when the queue is open.
   *
   * @throws {QueueNotFound | LimitReachedError | ClosedError} it is not declared; there are too many; the worker is not started.
   */
  async addQueue(queue: string): Promise<void> {
    await this.#started().addQueue(checkQueueName(queue));
  }

  /** Consumes a queue no longer, if it does; what the worker has of it is finished. @throws {ClosedError} it is not started. */
  async cancelQueue(queue: string): Promise<void> {
    await this.#started().cancelQueue(checkQueueName(queue));
  }

  /**
   * Lets new threads or processes take the place of its own, one after the other; tasks that run are finished. They import the
   * application's modules anew. When one cannot run tasks, the others stay.
   *
   * @throws {InvalidArgumentError | ConfigError | ClosedError} its pool has none, or replaces them already; one cannot run tasks.
   */
  async restartPool(): Promise<void> {
    await this.#started().restartPool();
  }

  #started(): WorkerParts {
    if (this.#parts) return this.#parts;
    throw new ClosedError(`worker ${this.hostname} is not started; change it when it is`);
  }

  async #start(): Promise<void> {
    const ports = await this.#open(this.#aborter.signal, this);
    const pool = makePool(this.#config, ports);
    this.#pool = pool;
    this.#aborter.signal.throwIfAborted();
    await pool.start();
    const startedAt = this.#startedAt ?? 0;
    const stop = (options: StopOptions): void => void this.stop(options);
    const parts = new WorkerParts(ports, { config: this.#config, pool, actor: this.actor, startedAt, stop });
    this.#parts = parts;
    await this.#tell("workerInit");
    this.#aborter.signal.throwIfAborted();
    await parts.open();
    // A stop that came meanwhile has ended the machine; what was opened since is closed by the failure.
    this.#aborter.signal.throwIfAborted();
  }

  #onReady(): void {
    if (!this.#parts) return;
    const { transport } = this.#parts.tasks;
    this.#cleanups.push(
      transport.onChange((change) => {
        if (change.type === "connected") this.actor.send({ type: "CONNECTED" });
        else if (change.type === "closed") this.actor.send({ type: "STOP_NOW" });
        else this.actor.send({ type: "DISCONNECTED" });
      }),
    );
    if (!transport.connected) this.actor.send({ type: "DISCONNECTED" });
    this.#parts.begin();
    void this.#tell("workerReady");
    this.#ready.resolve();
  }

  #onFailed(error: unknown): void {
    this.#ready.reject(error);
    if (this.actor.getSnapshot().status === "active") this.actor.send({ type: "FAILED", error });
    void this.#free();
  }

  #tell(name: "workerInit" | "workerReady" | "workerShutdown"): Promise<void> | undefined {
    return this.#parts?.tasks.hooks.emit(name, this.hostname, this.#asHooked());
  }

  #tellStop(mode: "warm" | "cold"): void {
    void this.#parts?.tasks.hooks.emit("workerShuttingDown", this.hostname, { ...this.#asHooked(), mode });
  }

  #asHooked(): HookedWorker {
    const { hostname, queues, concurrency } = this;
    return { hostname, queues, concurrency };
  }

  async #drain(): Promise<void> {
    this.#tellStop("warm");
    this.#parts?.capacity.stop();
    this.#limitDrain();
    this.#parts?.tasks.halt();
    await this.#parts?.stopConsumers();
    await this.#parts?.tasks.drain();
    this.#drainLimit?.cancel();
    // A cold stop that came meanwhile goes on by itself.
    if (!this.#parts?.tasks.abandoned) this.actor.send({ type: "DRAINED" });
  }

  #limitDrain(): void {
    this.#drainLimit?.cancel();
    if (this.#stopTimeoutMs === null || !this.#parts) return;
    const stopNow = (): void => this.actor.send({ type: "STOP_NOW" });
    this.#drainLimit = this.#parts.tasks.clock.after(this.#stopTimeoutMs, stopNow, { keepAlive: true });
  }

  async #abandon(): Promise<void> {
    this.#tellStop("cold");
    this.#parts?.capacity.stop();
    this.#drainLimit?.cancel();
    const abandoned = this.#parts?.tasks.abandon(
      new ClosedError(`worker ${this.hostname} was stopped cold; the task runs again elsewhere`),
    );
    const late = deferred();
    const limit = this.#parts?.tasks.clock.after(ABANDON_LIMIT_MS, () => late.resolve(), { keepAlive: true });
    await Promise.race([abandoned, late.promise]);
    limit?.cancel();
    await this.#parts?.closeConsumers();
    this.actor.send({ type: "DRAINED" });
  }

  async #end(): Promise<void> {
    await this.#free();
    await this.#tell("workerShutdown");
    this.#ready.reject(new ClosedError(`worker ${this.hostname} was stopped before it was ready`));
    this.#stopped.resolve();
  }

  async #free(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    await Promise.allSettled([this.#parts?.close(), this.#pool?.close()]);
  }
}

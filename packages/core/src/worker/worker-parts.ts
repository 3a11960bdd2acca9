// What a worker runs with: its tasks and their capacity, the consumers of its queues, its share of the durable actors and of moving
// delayed tasks, its ear for commands. Opens all of it, and closes what was opened.

import type { Actor } from "xstate";
import { endUndeliverable } from "../client/end-undeliverable.ts";
import { patientSender } from "../client/flow-sender.ts";
import { nodeQueue } from "../client/node-queue.ts";
import { pauseUntilConnected } from "../client/pause.ts";
import { type EffectsFor, flowEffects } from "../coordination/chord-effects.ts";
import { CoordinatorHost } from "../coordination/coordinator-host.ts";
import { BrokerTimeoutError, BrokerUnreachableError, InvalidArgumentError } from "../model/errors.ts";
import type { TaskMover } from "../transport/delayed-tasks.ts";
import { Capacity } from "./capacity.ts";
import { DeliveredTasks, type WorkerPorts } from "./delivered-tasks.ts";
import { GoneNodes } from "./gone-nodes.ts";
import type { Pool } from "./pool.ts";
import { answerCommands } from "./remote-control.ts";
import { taskSpawner } from "./spawn-task.ts";
import type { StopOptions } from "./stop-options.ts";
import type { WorkerCommand } from "./worker-command.ts";
import { workerCommands } from "./worker-commands.ts";
import { WorkerEvents } from "./worker-events.ts";
import type { workerMachine } from "./worker-machine.ts";
import type { WorkerConfig } from "./worker-options.ts";
import { WorkerQueues } from "./worker-queues.ts";
import { describeActive, describeReserved, describeScheduled, describeStats, describeThese } from "./worker-report.ts";

// They have to fit into one message.
const MAX_REVOKED_SHOWN = 5_000;

const REOPEN_MS = 2_000;

/** Whose parts they are. */
export interface PartsOwner {
  readonly config: WorkerConfig;
  readonly pool: Pool;
  /** The worker's own actor. */
  readonly actor: Actor<typeof workerMachine>;
  /** When the worker was started: the process's monotonic clock. */
  readonly startedAt: number;
  /** Stops the worker. */
  readonly stop: (options: StopOptions) => void;
}

/** The parts of one worker. */
export class WorkerParts {
  readonly tasks: DeliveredTasks;
  readonly capacity: Capacity;
  readonly events: WorkerEvents;
  readonly #ports: WorkerPorts;
  readonly #owner: PartsOwner;
  // Another worker may have the same name.
  readonly #holder: string;
  readonly #queues: WorkerQueues;
  readonly #goneNodes: GoneNodes;
  #coordinators: CoordinatorHost | null = null;
  #mover: TaskMover | null = null;
  #deafen: (() => void) | null = null;
  #isClosed = false;

  constructor(ports: WorkerPorts, owner: PartsOwner) {
    const { config, pool } = owner;
    this.#ports = ports;
    this.#owner = owner;
    this.#holder = `${config.hostname}/${crypto.randomUUID()}`;
    this.tasks = new DeliveredTasks(ports, {
      hostname: config.hostname,
      concurrency: config.concurrency,
      prefetchMultiplier: config.prefetchMultiplier,
      queues: config.queues.length,
      timeLimits: config.timeLimits,
      pool,
      rates: config.rates,
      tellsTasks: config.events,
      spawn: taskSpawner(this.#inspected ?? null),
      request: (queue, count) => this.#queues.request(queue, count),
    });
    const { hostname, broadcast } = config;
    this.#queues = new WorkerQueues(config.queues, this.tasks, {
      actor: owner.actor,
      placeOf: (name) => (broadcast.includes(name) ? nodeQueue(name, hostname) : name),
    });
    this.#goneNodes = new GoneNodes(broadcast, this.tasks, () => this.#aliveNodes());
    this.capacity = new Capacity(config, this.tasks, this.#queues);
    this.events = new WorkerEvents(this.tasks, config.heartbeatMs);
  }

  get #inspected(): PartsOwner["actor"] | undefined {
    return this.#owner.config.inspect === undefined ? undefined : this.#owner.actor;
  }

  /** Names of the queues that are consumed. */
  get queues(): readonly string[] {
    return this.#queues.names;
  }

  /**
   * Opens all that needs the broker. Resolves when every queue is open.
   *
   * @throws {TopologyError | BrokerRefusedError} the broker refuses what the worker needs.
   */
  async open(): Promise<void> {
    const { config } = this.#owner;
    await Promise.all([
      this.#coordinate(),
      this.#patiently(() => this.#move()),
      this.#patiently(() => this.tasks.revoked.start()),
      this.#patiently(() => this.#queues.start()),
    ]);
    if (!config.isControlled) return;
    this.#deafen = await this.#patiently(() => answerCommands(this.tasks, this.#commands(), () => this.#members()));
  }

  // Each process that coordinates is a worker, under its name and something unique.
  #members(): readonly string[] {
    return (this.#coordinators?.members ?? [this.#holder]).map(nameOf);
  }

  // Others may consume what they could; what this worker itself consumes is known.
  #aliveNodes(): ReadonlySet<string> {
    const others = (this.#coordinators?.members ?? []).filter((member) => member !== this.#holder).map(nameOf);
    const theirs = this.#owner.config.broadcast.flatMap((queue) => others.map((other) => nodeQueue(queue, other)));
    return new Set([...this.#queues.consumed, ...theirs]);
  }

  // The connection may be lost between two parts: the same is tried again when it is back.
  async #patiently<T>(open: () => Promise<T>): Promise<T> {
    const { transport, clock } = this.#ports;
    for (;;) {
      try {
        return await open();
      } catch (error) {
        const isPassing = error instanceof BrokerUnreachableError || error instanceof BrokerTimeoutError;
        if (!isPassing || this.#isClosed) throw error;
        await pauseUntilConnected(transport, clock, REOPEN_MS);
        if (this.#isClosed) throw error;
      }
    }
  }

  // This worker's share of the durable actors.
  async #coordinate(): Promise<void> {
    const { transport, clock, logger, outgoing, actorMaxAgeMs: maxAgeMs } = this.#ports;
    const { hostname } = this.#owner.config;
    const holder = this.#holder;
    const effects: EffectsFor = (host) => flowEffects(patientSender(host, hostname, "thrown", outgoing));
    const inspected = this.#inspected;
    this.#coordinators = new CoordinatorHost({ transport, clock, logger, holder, effects, maxAgeMs, inspected });
    await this.#coordinators.start();
  }

  // This worker's part in moving delayed tasks to their queues.
  async #move(): Promise<void> {
    this.#mover = await this.#ports.transport.delayed.move(this.#holder, (task, why) =>
      endUndeliverable(task, why, this.tasks.sender),
    );
  }

  #commands(): readonly WorkerCommand[] {
    const { tasks, capacity } = this;
    const { config, startedAt, stop } = this.#owner;
    const { settings, report } = this.#ports;
    return [
      ...this.#ports.commands,
      ...workerCommands(tasks, {
        active: () => describeActive(tasks),
        scheduled: () => describeScheduled(tasks),
        reserved: () => describeReserved(tasks),
        these: (ids) => describeThese(tasks, ids),
        revoked: () => tasks.revoked.list(MAX_REVOKED_SHOWN),
        queues: () => this.#queues.all,
        stats: () => describeStats(tasks, config, { startedAt, bounds: capacity.bounds, queues: this.#queues }),
        settings,
        report,
        capacity,
        events: this.events,
        revoke: (ids, revocation) => tasks.revoke(ids, revocation),
        addQueue: (queue) => this.addQueue(queue),
        cancelQueue: (queue) => this.cancelQueue(queue),
        restartPool: () => this.restartPool(),
        stop,
      }),
    ];
  }

  /** @throws {QueueNotFound} the queue is not declared, and must be. @throws as `QueueConsumers.add`. */
  async addQueue(queue: string): Promise<void> {
    this.#owner.config.checkQueueExists(queue);
    await this.#queues.add(queue);
    this.tasks.logger.info({ queue }, `worker ${this.tasks.hostname} consumes queue ${queue}`);
  }

  async cancelQueue(queue: string): Promise<void> {
    if (await this.#queues.cancel(queue))
      this.tasks.logger.info({ queue }, `worker ${this.tasks.hostname} consumes queue ${queue} no longer`);
  }

  /** @throws {InvalidArgumentError} the pool has no children. @throws {ConfigError} new ones cannot run tasks. */
  async restartPool(): Promise<void> {
    const { config, pool } = this.#owner;
    if (!pool.restart)
      throw new InvalidArgumentError(
        `pool "${config.pool}" of worker ${config.hostname} has no children that could be replaced; start the worker again, ` +
          'or use pool "processes" or "threads"',
      );
    await pool.restart();
    this.tasks.logger.info({}, `worker ${config.hostname} has replaced its children`);
  }

  /** Begins to take tasks. */
  begin(): void {
    this.tasks.begin();
    this.capacity.start();
    this.events.start();
    this.#goneNodes.start();
  }

  /** Takes no more tasks. Resolves when none can arrive any more. */
  async stopConsumers(): Promise<void> {
    await this.#queues.drain();
  }

  /** Consumes no more; what was delivered and is not settled goes back. */
  async closeConsumers(): Promise<void> {
    await this.#queues.close();
  }

  /** Closes all of it; what was not opened, too. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.events.stop();
    this.#goneNodes.stop();
    this.#deafen?.();
    this.tasks.revoked.stop();
    await Promise.allSettled([
      this.#coordinators?.stop(this.tasks.abandoned ? 0 : undefined),
      this.#mover?.close(),
      this.closeConsumers(),
    ]);
  }
}

function nameOf(member: string): string {
  return member.slice(0, member.lastIndexOf("/"));
}

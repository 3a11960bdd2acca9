// What a worker runs with: its tasks and their capacity, the consumers of its queues, its share of the durable actors and of moving
// delayed tasks, its ear for commands. Opens all of it, and closes what was opened.

import type { Actor } from "xstate";
import { endUndeliverable } from "../client/end-undeliverable.ts";
import { patientSender } from "../client/flow-sender.ts";
import { type EffectsFor, flowEffects } from "../coordination/chord-effects.ts";
import { CoordinatorHost } from "../coordination/coordinator-host.ts";
import type { TaskMover } from "../transport/delayed-tasks.ts";
import { Capacity } from "./capacity.ts";
import { DeliveredTasks, type WorkerPorts } from "./delivered-tasks.ts";
import type { Pool } from "./pool.ts";
import { answerCommands } from "./remote-control.ts";
import { taskSpawner } from "./spawn-task.ts";
import { workerCommands } from "./worker-commands.ts";
import type { workerMachine } from "./worker-machine.ts";
import type { WorkerConfig } from "./worker-options.ts";
import { WorkerQueues } from "./worker-queues.ts";
import { describeActive, describeScheduled, describeStats } from "./worker-report.ts";

// They have to fit into one message.
const MAX_REVOKED_SHOWN = 5_000;

/** Whose parts they are. */
export interface PartsOwner {
  readonly config: WorkerConfig;
  readonly pool: Pool;
  /** The worker's own actor. */
  readonly actor: Actor<typeof workerMachine>;
  /** When the worker was started: the process's monotonic clock. */
  readonly startedAt: number;
}

/** The parts of one worker. */
export class WorkerParts {
  readonly tasks: DeliveredTasks;
  readonly capacity: Capacity;
  readonly #ports: WorkerPorts;
  readonly #owner: PartsOwner;
  // Another worker may have the same name.
  readonly #holder: string;
  readonly #queues: WorkerQueues;
  #coordinators: CoordinatorHost | null = null;
  #mover: TaskMover | null = null;
  #deafen: (() => void) | null = null;

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
      spawn: taskSpawner(this.#inspected ?? null),
      request: (queue, count) => this.#queues.request(queue, count),
    });
    this.#queues = new WorkerQueues(config.queues, this.tasks, owner.actor);
    this.capacity = new Capacity(config, this.tasks, this.#queues);
  }

  get #inspected(): PartsOwner["actor"] | undefined {
    return this.#owner.config.inspect === undefined ? undefined : this.#owner.actor;
  }

  /**
   * Opens all that needs the broker. Resolves when every queue is open.
   *
   * @throws {TopologyError | BrokerRefusedError} the broker refuses what the worker needs.
   */
  async open(): Promise<void> {
    await Promise.all([this.#coordinate(), this.#move(), this.tasks.revoked.start(), this.#queues.start()]);
    this.#deafen = await answerCommands(this.tasks, this.#commands());
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

  #commands(): ReturnType<typeof workerCommands> {
    const { tasks, capacity } = this;
    const { config, startedAt } = this.#owner;
    return workerCommands(tasks, {
      active: () => describeActive(tasks),
      scheduled: () => describeScheduled(tasks),
      capacity,
      revoked: () => tasks.revoked.list(MAX_REVOKED_SHOWN),
      revoke: (ids, revocation) => tasks.revoke(ids, revocation),
      stats: () => describeStats(tasks, config, { startedAt, bounds: capacity.bounds, paused: this.#queues.paused }),
    });
  }

  /** Begins to take tasks. */
  begin(): void {
    this.tasks.begin();
    this.capacity.start();
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
    this.#deafen?.();
    this.tasks.revoked.stop();
    await Promise.allSettled([
      this.#coordinators?.stop(this.tasks.abandoned ? 0 : undefined),
      this.#mover?.close(),
      this.closeConsumers(),
    ]);
  }
}

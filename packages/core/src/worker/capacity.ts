// How many slots a worker has: set from outside, or by the backlog, never by both.

import { InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { Autoscaler, type SlotBounds, slotBounds } from "./autoscaler.ts";
import type { DeliveredTasks } from "./delivered-tasks.ts";
import { SLOTS, type WorkerConfig } from "./worker-options.ts";
import type { WorkerQueues } from "./worker-queues.ts";

/** The capacity of one worker. */
export class Capacity {
  readonly #config: WorkerConfig;
  readonly #tasks: DeliveredTasks;
  readonly #queues: Pick<WorkerQueues, "open">;
  readonly #autoscaler: Autoscaler | null;

  constructor(config: WorkerConfig, tasks: DeliveredTasks, queues: Pick<WorkerQueues, "open">) {
    this.#config = config;
    this.#tasks = tasks;
    this.#queues = queues;
    this.#autoscaler = config.autoscale && new Autoscaler(config.autoscale, this.#autoscalerPorts());
  }

  /** Most and fewest slots; null when their number is not by the backlog. */
  get bounds(): SlotBounds | null {
    return this.#autoscaler?.bounds ?? null;
  }

  start(): void {
    this.#autoscaler?.start();
  }

  stop(): void {
    this.#autoscaler?.stop();
  }

  /** @throws {InvalidArgumentError} there cannot be so many, or the worker is autoscaled. */
  resize(slots: number): void {
    const { hostname, pool } = this.#config;
    if (!SLOTS.is(slots)) throw new InvalidArgumentError(`${shown(slots)} slots are wanted; give ${SLOTS.wants}`);
    if (this.#autoscaler)
      throw new InvalidArgumentError(
        `worker ${hostname} is autoscaled, so that its slots cannot be set; change the bounds: control.autoscale(max, min)`,
      );
    if (pool === "solo" && slots !== 1)
      throw new InvalidArgumentError(`pool "solo" of worker ${hostname} runs one task at a time; use pool "async"`);
    this.#tasks.resize(slots);
  }

  /** So many more slots, or fewer. @throws as `resize`. */
  grow(count: number): void {
    this.resize(this.#tasks.slots.capacity + count);
  }

  /** @throws {InvalidArgumentError} there cannot be so many, or the worker is not autoscaled. */
  setBounds(one: number, other: number): SlotBounds {
    if (!SLOTS.is(one) || !SLOTS.is(other))
      throw new InvalidArgumentError(`autoscale is ${shown(one)} and ${shown(other)}; give ${SLOTS.wants} for each`);
    if (!this.#autoscaler)
      throw new InvalidArgumentError(
        `worker ${this.#config.hostname} is not autoscaled; start it with autoscale: [max, min], or set its slots: control.poolGrow(count)`,
      );
    const bounds = slotBounds(one, other);
    this.#autoscaler.change(bounds);
    return bounds;
  }

  #autoscalerPorts(): ConstructorParameters<typeof Autoscaler>[1] {
    const { slots, transport, clock, logger } = this.#tasks;
    return {
      clock,
      logger,
      load: () => slots.taken + slots.waiting,
      slots: () => slots.capacity,
      backlog: async () => {
        const counts = await Promise.all(this.#queues.open.map((queue) => transport.tasks.count(queue)));
        return counts.reduce((sum, { waiting }) => sum + waiting, 0);
      },
      resize: (count) => {
        logger.info({ slots: count }, `worker ${this.#config.hostname} has ${count} slots now`);
        this.#tasks.resize(count);
      },
    };
  }
}

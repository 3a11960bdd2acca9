// What a worker tells about itself: `inspect active`, `inspect scheduled` and `inspect stats`.

import { argumentsText } from "../client/arguments-text.ts";
import type { ActiveTask, ScheduledTask, WorkerStats } from "../model/control-command.ts";
import { VERSION } from "../model/version.ts";
import type { SlotBounds } from "./autoscaler.ts";
import type { DeliveredTasks } from "./delivered-tasks.ts";
import type { TaskActor } from "./task-actor.ts";
import type { WorkerConfig } from "./worker-options.ts";

/** The tasks whose handlers run. */
export function describeActive(tasks: DeliveredTasks): ActiveTask[] {
  return [...tasks.unsettled.values()]
    .filter((actor): actor is TaskActor => actor?.isRunning ?? false)
    .map((actor) => describe(actor, tasks));
}

function describe(actor: TaskActor, { hostname, clock }: DeliveredTasks): ActiveTask {
  const { message, delivery } = actor;
  return {
    id: message.id,
    name: message.shadow ?? message.name,
    type: message.name,
    ...argumentsText(message),
    hostname,
    timeStart: Math.round(clock.now() - (clock.monotonic() - actor.startedAt)),
    retries: message.retries,
    deliveryInfo: { queue: delivery.queue, redelivered: delivery.redelivered },
  };
}

/** The tasks that are held until they are due. */
export function describeScheduled(tasks: DeliveredTasks): ScheduledTask[] {
  const now = tasks.transport.now();
  return [...tasks.unsettled.values()].flatMap((actor) => {
    const eta = actor?.message.eta ?? null;
    if (!actor || eta === null || eta <= now || actor.isRunning) return [];
    const { id, name, shadow } = actor.message;
    return [{ id, name: shadow ?? name, eta, ...argumentsText(actor.message) }];
  });
}

/** What a worker knows of itself besides. */
export interface WorkerFacts {
  /** Monotonic time of its start. */
  readonly startedAt: number;
  readonly bounds: SlotBounds | null;
  /** Those of its queues that are paused. */
  readonly paused: readonly string[];
}

/** Figures of the worker. */
export function describeStats(
  tasks: DeliveredTasks,
  config: WorkerConfig,
  { startedAt, bounds, paused }: WorkerFacts,
): WorkerStats {
  return {
    total: Object.fromEntries(tasks.totals),
    pid: process.pid,
    uptime: Math.floor((tasks.clock.monotonic() - startedAt) / 1_000),
    pool: {
      implementation: config.pool,
      maxConcurrency: tasks.slots.capacity,
      running: tasks.slots.taken,
      ...tasks.pool.info(),
    },
    ...(bounds && { autoscaler: bounds }),
    unsettled: tasks.unsettled.size,
    queues: config.queues,
    paused,
    broker: { address: tasks.transport.address, connected: tasks.transport.connected },
    rss: process.memoryUsage.rss(),
    software: { name: "troupe", version: VERSION, node: process.version },
  };
}

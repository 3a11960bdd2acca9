// What a worker tells about itself: its tasks, and `inspect stats`.

import { argumentsText } from "../client/arguments-text.ts";
import type { ActiveTask, QueriedTask, ReservedTask, ScheduledTask, WorkerStats } from "../model/inspect-replies.ts";
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

/** The tasks that are here and not started; without those that wait until they are due. */
export function describeReserved(tasks: DeliveredTasks): ReservedTask[] {
  return [...tasks.unsettled.values()]
    .filter((actor): actor is TaskActor => (actor?.isWaiting ?? false) && !isEarly(actor, tasks))
    .map((actor) => ({ ...describeTask(actor, tasks), timeStart: null }));
}

/** The tasks that are held until they are due. */
export function describeScheduled(tasks: DeliveredTasks): ScheduledTask[] {
  return [...tasks.unsettled.values()].filter((actor) => isEarly(actor, tasks)).flatMap(describeEarly);
}

/** Those of some tasks that are here, by id. */
export function describeThese(tasks: DeliveredTasks, ids: readonly string[]): Record<string, QueriedTask> {
  const wanted = new Set(ids);
  const found: [string, QueriedTask][] = [];
  for (const task of describeScheduled(tasks)) found.push([task.id, ["scheduled", task]]);
  for (const task of describeReserved(tasks)) found.push([task.id, ["reserved", task]]);
  for (const task of describeActive(tasks)) found.push([task.id, ["active", task]]);
  return Object.fromEntries(found.filter(([id]) => wanted.has(id)));
}

function isEarly(actor: TaskActor | null, { transport }: DeliveredTasks): boolean {
  const eta = actor?.message.eta ?? null;
  return (actor?.isWaiting ?? false) && eta !== null && eta > transport.now();
}

function describeEarly(actor: TaskActor | null): ScheduledTask[] {
  const eta = actor?.message.eta ?? null;
  if (!actor || eta === null) return [];
  const { id, name, shadow } = actor.message;
  return [{ id, name: shadow ?? name, eta, ...argumentsText(actor.message) }];
}

function describe(actor: TaskActor, tasks: DeliveredTasks): ActiveTask {
  const { clock } = tasks;
  const now = clock.monotonic();
  const timeStart = Math.round(clock.now() - (now - (actor.startedAt ?? now)));
  return { ...describeTask(actor, tasks), timeStart };
}

function describeTask({ message, delivery }: TaskActor, { hostname }: DeliveredTasks): Omit<ActiveTask, "timeStart"> {
  return {
    id: message.id,
    name: message.shadow ?? message.name,
    type: message.name,
    ...argumentsText(message),
    hostname,
    retries: message.retries,
    deliveryInfo: { queue: delivery.queue, redelivered: delivery.redelivered },
  };
}

/** What a worker knows of itself besides. */
export interface WorkerFacts {
  /** Monotonic time of its start. */
  readonly startedAt: number;
  readonly bounds: SlotBounds | null;
  readonly queues: { readonly names: readonly string[]; readonly paused: readonly string[] };
}

/** Figures of the worker. */
export function describeStats(
  tasks: DeliveredTasks,
  config: WorkerConfig,
  { startedAt, bounds, queues }: WorkerFacts,
): WorkerStats {
  return {
    total: Object.fromEntries(tasks.totals),
    pid: process.pid,
    clock: tasks.transport.now(),
    uptime: Math.floor((tasks.clock.monotonic() - startedAt) / 1_000),
    pool: {
      implementation: config.pool,
      maxConcurrency: tasks.slots.capacity,
      running: tasks.slots.taken,
      ...tasks.pool.info(),
      maxTasksPerChild: config.children.maxTasks,
      maxMemoryPerChild: config.children.maxMemoryBytes,
      timeouts: { soft: config.timeLimits?.softMs || null, hard: config.timeLimits?.hardMs || null },
    },
    ...(bounds && { autoscaler: bounds }),
    prefetchCount: Math.max(tasks.slots.capacity * config.prefetchMultiplier, queues.names.length),
    unsettled: tasks.unsettled.size,
    queues: queues.names,
    paused: queues.paused,
    broker: { address: tasks.transport.address, connected: tasks.transport.connected },
    rss: process.memoryUsage.rss(),
    rusage: usedSoFar(),
    software: { name: "troupe", version: VERSION, node: process.version },
  };
}

function usedSoFar(): WorkerStats["rusage"] {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { userMs: userCPUTime / 1_000, systemMs: systemCPUTime / 1_000, maxRss: maxRSS * 1_024 };
}

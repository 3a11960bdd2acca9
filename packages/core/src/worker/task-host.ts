// What the worker gives to each of its tasks.

import type { FlowSender } from "../client/flow-sender.ts";
import type { Hooks } from "../client/hooks.ts";
import type { EventSender } from "../events/event-sender.ts";
import type { Flow } from "../model/flow.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Delivery } from "../transport/task-queue.ts";
import type { Transport } from "../transport/transport.ts";
import type { Pool } from "./pool.ts";
import type { WorkerRateLimits } from "./rate-limits.ts";
import type { RegisteredTask, TaskSource } from "./registered-task.ts";
import type { RevocationSource } from "./revoked-tasks.ts";
import type { Slots } from "./slots.ts";
import type { SpawnTask } from "./spawn-task.ts";
import type { WorkerTimeLimits } from "./time-limits.ts";

/** Freezes a canvas that takes the place of a task: its last step gets the task's id. */
export type Freeze = (signature: unknown, message: TaskMessage) => Flow;

/** Freezes a canvas under ids of its own, except where it names them. */
export type Compile = (signature: unknown, newId: () => string) => Flow;

/** The worker, as its tasks see it. */
export interface TaskHost {
  readonly transport: Transport;
  /** Sends what follows from tasks. */
  readonly sender: FlowSender;
  readonly tasks: TaskSource;
  readonly hooks: Hooks;
  readonly clock: Clock;
  readonly hostname: string;
  readonly logger: Logger;
  /** Whether lines about single tasks are written at all. */
  readonly logsTasks: boolean;
  /** Sends events of this worker. */
  readonly events: EventSender;
  /** Whether events tell what happens to tasks. */
  readonly tellsTasks: boolean;
  readonly revoked: RevocationSource;
  readonly slots: Slots;
  /** Second starts of tasks take turns, so that one that kills its worker does not use up its neighbours' starts. */
  readonly restarts: Slots;
  /** Most starts of one task, when it never comes to an end. */
  readonly maxDeliveries: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly pool: Pool;
  readonly timeLimits: WorkerTimeLimits;
  readonly rateLimits: WorkerRateLimits;
  readonly freeze: Freeze;
  readonly compile: Compile;
  /** Makes the actor of a task. */
  readonly spawn: SpawnTask;
  /** True while the worker stops: no handler is started any more. */
  readonly draining: boolean;
  /** True when nothing more is delivered to a worker that stops: what has not started goes back. */
  readonly givingBack: boolean;
  /** True after a cold stop: nothing more is stored or acknowledged. */
  readonly abandoned: boolean;
  /** Whether tasks of a queue go back there instead of being started. */
  holdsBack(queue: string): boolean;
  onStarted(task: RegisteredTask): void;
  /** A handler has ended, or is not needed, or not yet: another message may be asked for. */
  onEnded(): void;
  /** One that was not needed yet starts now: a message less may be asked for. */
  onResumed(): void;
  /** A delivery is settled. */
  onSettled(delivery: Delivery): void;
}

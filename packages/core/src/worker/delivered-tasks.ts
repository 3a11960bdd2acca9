// The tasks that a worker has been given and has not settled. Opens deliveries, gives each task an actor, shares out slots and
// credits, and empties itself when the worker stops.
//
// Bounds (I7): handlers that run ≤ slots; deliveries ≤ slots × prefetch multiplier (or queues) + `MAX_SETTLING`, above which no more
// are asked for.

import { type FlowSender, patientSender } from "../client/flow-sender.ts";
import type { Hooks } from "../client/hooks.ts";
import type { Outgoing } from "../client/outgoing.ts";
import type { SerializerName } from "../codec/serializer.ts";
import { EventSender } from "../events/event-sender.ts";
import type { LogicalClock } from "../events/logical-clock.ts";
import { meetsConditions, type Revocation } from "../model/revocation.ts";
import type { TimeLimits } from "../model/time-limits.ts";
import type { Clock } from "../platform/clock.ts";
import { type Deferred, deferred } from "../platform/deferred.ts";
import type { Logger } from "../platform/logger.ts";
import type { Delivery } from "../transport/task-queue.ts";
import type { Transport } from "../transport/transport.ts";
import { Credits } from "./credits.ts";
import type { Within } from "./execute-task.ts";
import { openDelivery } from "./open-delivery.ts";
import { HELD_BACK_MS } from "./outcome.ts";
import type { Pool } from "./pool.ts";
import type { ChildOrigin } from "./pools/child-messages.ts";
import { type RateSettings, WorkerRateLimits } from "./rate-limits.ts";
import type { RegisteredTask, TaskSource } from "./registered-task.ts";
import { RevokedTasks } from "./revoked-tasks.ts";
import { LOOK_AGAIN_MS, releaseTask, setAside } from "./settle-task.ts";
import { Slots } from "./slots.ts";
import type { SpawnTask } from "./spawn-task.ts";
import { TaskActor } from "./task-actor.ts";
import type { Compile, Freeze, TaskHost } from "./task-host.ts";
import { WorkerTimeLimits } from "./time-limits.ts";
import type { WorkerCommand } from "./worker-command.ts";

const MAX_SETTLING = 256;
type Stamps = Readonly<Record<string, unknown>>;

const NO_STAMPS: Stamps = {};
const MAX_TERMINATED = 100;

/** What the application gives to its workers. */
export interface WorkerPorts {
  readonly transport: Transport;
  readonly tasks: TaskSource;
  /** What surrounds the sending of calls; its hooks are told of tasks and workers too. */
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  /** Orders events. */
  readonly logical: LogicalClock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly within: Within;
  readonly accepted: ReadonlySet<SerializerName>;
  readonly maxDeliveries: number;
  /** Longest life of a chord, in milliseconds. */
  readonly actorMaxAgeMs: number;
  /** Freezes a canvas that takes the place of a task. */
  readonly freeze: Freeze;
  /** Freezes a canvas that is added to a chord. */
  readonly compile: Compile;
  /** Commands of the application's own. */
  readonly commands: readonly WorkerCommand[];
  /** The application's settings without secrets: those that differ from their defaults, or all. */
  readonly settings: (withDefaults: boolean) => Readonly<Record<string, unknown>>;
  /** Versions, platform and changed settings, as text. */
  readonly report: () => string;
  /** @throws {ConfigError} children could not import the application. */
  readonly children: () => ChildOrigin;
}

/** What this worker adds. */
export interface WorkerPart {
  readonly hostname: string;
  readonly concurrency: number;
  /** Messages for each slot: one runs, the others wait here. */
  readonly prefetchMultiplier: number;
  readonly queues: number;
  readonly timeLimits: TimeLimits | null;
  readonly pool: Pool;
  readonly rates: RateSettings;
  /** Whether events tell what happens to tasks. */
  readonly tellsTasks: boolean;
  readonly spawn: SpawnTask;
  /** Asks queue number `queue` for more messages. */
  readonly request: (queue: number, count: number) => void;
}

/** The tasks of one worker. */
export class DeliveredTasks implements TaskHost {
  readonly transport: Transport;
  readonly sender: FlowSender;
  readonly tasks: TaskSource;
  readonly hooks: Hooks;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly pool: Pool;
  readonly timeLimits: WorkerTimeLimits;
  readonly rateLimits: WorkerRateLimits;
  readonly maxDeliveries: number;
  readonly freeze: Freeze;
  readonly compile: Compile;
  readonly hostname: string;
  readonly logsTasks: boolean;
  readonly events: EventSender;
  tellsTasks: boolean;
  readonly spawn: SpawnTask;
  readonly revoked: RevokedTasks;
  readonly slots: Slots;
  readonly restarts = new Slots(1);
  /** Deliveries that are not settled, each with its actor; one that is being set aside has none. */
  readonly unsettled = new Map<Delivery, TaskActor | null>();
  /** Tasks started, by name. */
  readonly totals = new Map<string, number>();
  readonly #accepted: ReadonlySet<SerializerName>;
  // Stamps of the last ones, by id.
  readonly #terminated = new Map<string, Stamps>();
  readonly #credits: Credits;
  readonly #paused = new Set<string>();
  // Numbers of queues that were added and given a credit that no other gave up.
  readonly #extra = new Set<number>();
  readonly #prefetch: number;
  readonly #empty: Deferred<void> = deferred();
  #draining = false;
  #givingBack = false;
  #abandoned = false;
  #settling = 0;
  #owed = 0;
  // Messages that were asked for and for which there is no slot any more: in place of tasks that run by now, or before slots went.
  #ahead = 0;

  constructor(ports: WorkerPorts, part: WorkerPart) {
    this.transport = ports.transport;
    this.tasks = ports.tasks;
    this.hooks = ports.outgoing.hooks;
    this.clock = ports.clock;
    this.random = ports.random;
    this.timeLimits = new WorkerTimeLimits(ports.tasks, part.timeLimits);
    this.pool = part.pool;
    this.rateLimits = new WorkerRateLimits(ports, part.rates);
    this.maxDeliveries = ports.maxDeliveries;
    this.freeze = ports.freeze;
    this.compile = ports.compile;
    this.#accepted = ports.accepted;
    this.hostname = part.hostname;
    this.logger = ports.logger;
    this.events = new EventSender(part.hostname, ports);
    this.tellsTasks = part.tellsTasks;
    this.logsTasks = ports.logger.isLevelEnabled?.("info") ?? true;
    this.spawn = part.spawn;
    this.sender = patientSender(this, part.hostname, "recorded", ports.outgoing);
    this.revoked = new RevokedTasks(this, (id, revocation) => {
      if (this.unsettled.size > 0) this.revoke(id === null ? null : [id], revocation);
    });
    this.slots = new Slots(part.concurrency);
    this.#prefetch = part.prefetchMultiplier;
    this.#credits = new Credits(part.queues, part.request);
  }

  get draining(): boolean {
    return this.#draining;
  }

  get givingBack(): boolean {
    return this.#givingBack;
  }

  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** Asks all queues for their first messages. */
  begin(): void {
    this.#credits.grantAll(this.#windowOf(this.slots.capacity));
  }

  /** Has more slots, or fewer, from now on: what runs is finished. */
  resize(capacity: number): void {
    const more = this.#windowOf(capacity) - this.#windowOf(this.slots.capacity);
    this.slots.resize(capacity);
    this.pool.resize(capacity);
    if (more < 0) this.#ahead -= more;
    else for (let left = more; left > 0; left--) this.#askForMore();
  }

  /** Asks queue number `queue` for no more until it is resumed. */
  pause(queue: number): void {
    for (let freed = this.#credits.pause(queue); freed > 0; freed--) this.#askForMore();
  }

  /** Gives back what a queue has delivered and has not started, until it is resumed: only when nothing is delivered any more. */
  holdBack(queue: string): void {
    this.#paused.add(queue);
    for (const actor of this.unsettled.values())
      if (actor?.delivery.queue === queue) actor.releaseIfWaiting(HELD_BACK_MS);
  }

  /** Asks queue number `queue` again. */
  resume(queue: number, name: string): void {
    this.#paused.delete(name);
    if (!this.#draining) this.#ahead += this.#credits.resume(queue);
  }

  /** A place for one queue more, which gets nothing yet. @returns its number. */
  addQueue(): number {
    return this.#credits.add();
  }

  /** Asks queue number `queue`, which was added, for its first messages. */
  beginQueue(queue: number): void {
    if (!this.#draining && this.#credits.resume(queue) > 0) this.#extra.add(queue);
  }

  /** Asks queue number `queue` for no more; what is here of it is finished. */
  endQueue(queue: number, name: string): void {
    const freed = this.#credits.pause(queue);
    const surplus = this.#extra.delete(queue) ? 1 : 0;
    this.#paused.delete(name);
    if (freed < surplus) this.#ahead++;
    for (let left = freed - surplus; left > 0; left--) this.#askForMore();
  }

  /** Nothing of queue number `queue`, which was ended, can arrive any more. */
  removeQueue(queue: number): void {
    this.#credits.remove(queue);
  }

  holdsBack(queue: string): boolean {
    return this.#paused.size > 0 && this.#paused.has(queue);
  }

  #windowOf(capacity: number): number {
    return capacity * this.#prefetch;
  }

  /** A message came from queue number `queue`. */
  accept(delivery: Delivery, queue: number): void {
    this.#credits.used(queue);
    const opened = openDelivery(delivery, this.#accepted);
    if (opened.type === "task") {
      const actor = new TaskActor(opened.message, delivery, this);
      this.unsettled.set(delivery, actor);
      actor.receive();
      return;
    }
    this.unsettled.set(delivery, null);
    this.logger.error(
      { queue: delivery.queue, bytes: delivery.body.length },
      `a message was set aside (${opened.reason}): ${opened.detail}`,
    );
    this.onEnded();
    const settled = (): void => this.onSettled(delivery);
    setAside(delivery, opened.reason, opened.detail, this).then(settled, () => {
      if (!this.#abandoned) releaseTask(delivery, LOOK_AGAIN_MS);
      settled();
    });
  }

  /**
   * Decides those tasks here that are revoked now: those with these ids, or, where there are none, with the revocation's stamps.
   *
   * @returns ids of those that were terminated, now or a moment ago.
   */
  revoke(ids: readonly string[] | null, revocation: Revocation): string[] {
    const isMeant = (id: string, stamps: Stamps): boolean =>
      ids?.includes(id) ?? meetsConditions(stamps, revocation.stamps ?? {});
    for (const actor of this.unsettled.values()) {
      if (!actor) continue;
      const { id, canvas } = actor.message;
      const stamps = canvas?.stamps ?? NO_STAMPS;
      if (isMeant(id, stamps) && actor.revoke(revocation)) this.#noteTerminated(id, stamps);
    }
    return [...this.#terminated].filter(([id, stamps]) => isMeant(id, stamps)).map(([id]) => id);
  }

  #noteTerminated(id: string, stamps: Stamps): void {
    this.#terminated.set(id, stamps);
    const [oldest] = this.#terminated.keys();
    if (this.#terminated.size > MAX_TERMINATED && oldest !== undefined) this.#terminated.delete(oldest);
  }

  /** Requests of queue number `queue` came back unused. */
  unused(queue: number, count: number): void {
    if (!this.#draining) this.#ahead -= this.#credits.unused(queue, count, this.#ahead);
  }

  /** Starts nothing more. What waits stays here, until `drain`. */
  halt(): void {
    this.#draining = true;
    this.rateLimits.empty();
    this.restarts.empty();
    this.slots.empty();
  }

  /**
   * Starts nothing more and gives back what has not started: only when nothing is delivered any more, or a broker might give it to
   * a request of ours that nobody hears. Resolves when the rest is settled.
   */
  drain(): Promise<void> {
    this.halt();
    this.#givingBack = true;
    for (const actor of this.unsettled.values()) actor?.releaseIfWaiting(0);
    if (this.unsettled.size === 0) this.#empty.resolve();
    return this.#empty.promise;
  }

  /**
   * Tells running handlers to end; what they do from now on is neither stored nor acknowledged. Resolves when it is noted that
   * these starts do not count.
   */
  async abandon(reason: Error): Promise<void> {
    this.halt();
    this.#abandoned = true;
    const actors = [...this.unsettled.values()];
    for (const actor of actors) actor?.abort(reason);
    const noted = Promise.allSettled(actors.map(async (actor) => actor?.uncountStart()));
    this.unsettled.clear();
    this.#empty.resolve();
    await noted;
  }

  onStarted(task: RegisteredTask): void {
    this.totals.set(task.name, (this.totals.get(task.name) ?? 0) + 1);
  }

  onEnded(): void {
    this.#settling++;
    if (this.#settling <= MAX_SETTLING) this.#askForMore();
    else this.#owed++;
  }

  onResumed(): void {
    this.#settling--;
    if (this.#owed > 0) this.#owed--;
    else this.#ahead++;
  }

  onSettled(delivery: Delivery): void {
    if (!this.unsettled.delete(delivery)) return;
    this.#settling--;
    if (this.#owed > 0) {
      this.#owed--;
      this.#askForMore();
    }
    if (this.#draining && this.unsettled.size === 0) this.#empty.resolve();
  }

  #askForMore(): void {
    if (this.#draining) return;
    if (this.#ahead > 0) this.#ahead--;
    else this.#credits.release();
  }
}

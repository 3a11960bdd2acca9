// The cluster as events tell it: workers and tasks, folded from events in whatever order they come.
//
// Bounds (I7): so many workers and tasks; those that were not heard of for longest go. Events that come while it is frozen wait, up to
// `MOST_HELD`; then the oldest go.

import type { UnknownEvent } from "../model/event-map.ts";
import type { TaskView } from "./task-view.ts";
import { TaskStory } from "./task-view.ts";
import { WorkerStory, type WorkerView } from "./worker-view.ts";

/** What the state tells of. */
export interface StateListeners {
  /** After each event. */
  readonly onEvent?: ((event: UnknownEvent) => void) | undefined;
  /** A worker is there that was not. */
  readonly onNodeJoin?: ((worker: WorkerView) => void) | undefined;
  /** A worker has stopped, or was not heard of for two heartbeats. */
  readonly onNodeLeave?: ((worker: WorkerView) => void) | undefined;
}

/** How much it holds, and what it tells of. */
export interface ClusterStateOptions extends StateListeners {
  /** Most workers. @default 5,000 */
  readonly maxWorkers?: number | undefined;
  /** Most tasks. @default 10,000 */
  readonly maxTasks?: number | undefined;
}

/** Some of the tasks. */
export interface TaskQuery {
  /** Most tasks. @default all */
  readonly limit?: number | undefined;
  /** False: the oldest first. @default true */
  readonly newestFirst?: boolean | undefined;
}

/** What folding works with. */
export interface StatePorts {
  /** Wall clock: milliseconds since the epoch. */
  readonly now: () => number;
  /** The sender's wall clock and this one differ by so many milliseconds; told once for each worker. */
  readonly drifted: (hostname: string, driftMs: number) => void;
}

const MAX_WORKERS = 5_000;
const MAX_TASKS = 10_000;
const MOST_HELD = 10_000;
const DRIFT_MS = 16_000;

/** See the top of the file. */
export class ClusterState {
  /** Events that were folded in. */
  eventCount = 0;
  /** Tasks that were received. */
  taskCount = 0;
  readonly #ports: StatePorts;
  readonly #options: ClusterStateOptions;
  readonly #workers = new Map<string, WorkerStory>();
  readonly #tasks = new Map<string, TaskStory>();
  #held: UnknownEvent[] = [];
  #frozen = 0;

  constructor(ports: StatePorts, options: ClusterStateOptions = {}) {
    this.#ports = ports;
    this.#options = options;
  }

  /** All workers that were heard of, alive or not. */
  workers(): WorkerView[] {
    const now = this.#ports.now();
    return [...this.#workers.values()].map((worker) => worker.viewAt(now));
  }

  /** The worker of that name; null when it was not heard of. */
  worker(hostname: string): WorkerView | null {
    return this.#workers.get(hostname)?.viewAt(this.#ports.now()) ?? null;
  }

  /** Workers that are online and were heard of within two heartbeats. */
  aliveWorkers(): WorkerView[] {
    return this.workers().filter(({ alive }) => alive);
  }

  /** The task with that id; null when it was not heard of, or too long ago. */
  task(uuid: string): TaskView | null {
    return this.#tasks.get(uuid)?.view ?? null;
  }

  /** How many tasks it holds. */
  get tasksHeld(): number {
    return this.#tasks.size;
  }

  /** Tasks in the order of their last events: by clock, then time, then worker, then id. */
  tasksByTime({ limit = Number.POSITIVE_INFINITY, newestFirst = true }: TaskQuery = {}): TaskView[] {
    const all = [...this.#tasks.values()].map(({ view }) => view).toSorted(compareTasks);
    return (newestFirst ? all.toReversed() : all).slice(0, limit);
  }

  /** Those of one name. */
  tasksByType(name: string, query: TaskQuery = {}): TaskView[] {
    return this.#some((task) => task.name === name, query);
  }

  /** Those of one worker. */
  tasksByWorker(hostname: string, query: TaskQuery = {}): TaskView[] {
    return this.#some((task) => task.worker === hostname, query);
  }

  /** Those that a task called. */
  childrenOf(uuid: string, query: TaskQuery = {}): TaskView[] {
    return this.#some((task) => task.parentId === uuid, query);
  }

  #some(is: (task: TaskView) => boolean, { limit = Number.POSITIVE_INFINITY, newestFirst }: TaskQuery): TaskView[] {
    return this.tasksByTime({ newestFirst }).filter(is).slice(0, limit);
  }

  /** Names of the tasks it holds, sorted. */
  taskTypes(): string[] {
    const names = new Set<string>();
    for (const { view } of this.#tasks.values()) if (view.name !== null) names.add(view.name);
    return [...names].sort();
  }

  /** Forgets tasks: those that have ended, or all. */
  clear({ all = false }: { readonly all?: boolean } = {}): void {
    for (const [uuid, { view }] of this.#tasks) if (all || view.ready) this.#tasks.delete(uuid);
  }

  /** Runs `fn` while nothing changes; what comes meanwhile is folded in afterwards. */
  async freezeWhile<T>(fn: () => T | Promise<T>): Promise<T> {
    this.#frozen += 1;
    try {
      return await fn();
    } finally {
      this.#frozen -= 1;
      if (this.#frozen === 0) for (const event of this.#held.splice(0)) this.fold(event);
    }
  }

  /** Folds an event in. */
  fold(event: UnknownEvent): void {
    if (this.#frozen > 0) {
      this.#held.push(event);
      if (this.#held.length > MOST_HELD) this.#held.shift();
      return;
    }
    this.eventCount += 1;
    if (event.type === "task-received") this.taskCount += 1;
    if (event.type.startsWith("worker-") || !event.hostname.startsWith("gen")) this.#foldWorker(event);
    if (event.uuid !== undefined) this.#foldTask(event.uuid, event);
    this.#options.onEvent?.(event);
  }

  /** Tells which workers have not been heard of for too long. */
  expire(): void {
    const now = this.#ports.now();
    for (const worker of this.#workers.values()) this.#tellChange(worker, now);
  }

  #foldWorker(event: UnknownEvent): void {
    const { hostname, timestamp, localReceived } = event;
    const worker = this.#workers.get(hostname) ?? new WorkerStory(hostname);
    touch(this.#workers, hostname, worker, this.#options.maxWorkers ?? MAX_WORKERS);
    worker.add(event);
    const driftMs = localReceived - timestamp;
    if (Math.abs(driftMs) > DRIFT_MS && !worker.isDriftTold) {
      worker.isDriftTold = true;
      this.#ports.drifted(hostname, driftMs);
    }
    this.#tellChange(worker, this.#ports.now());
  }

  #foldTask(uuid: string, event: UnknownEvent): void {
    const task = this.#tasks.get(uuid) ?? new TaskStory(uuid);
    touch(this.#tasks, uuid, task, this.#options.maxTasks ?? MAX_TASKS);
    task.add(event);
  }

  #tellChange(worker: WorkerStory, now: number): void {
    const isAlive = worker.isAlive(now);
    if (isAlive === worker.isJoined) return;
    worker.isJoined = isAlive;
    const tell = isAlive ? this.#options.onNodeJoin : this.#options.onNodeLeave;
    tell?.(worker.viewAt(now));
  }
}

// To the end of a map that is as long as it may be: the first is the one that was not heard of for longest.
function touch<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}

function compareTasks(one: TaskView, other: TaskView): number {
  return (
    one.clock - other.clock ||
    one.timestamp - other.timestamp ||
    (one.worker ?? "").localeCompare(other.worker ?? "") ||
    one.uuid.localeCompare(other.uuid)
  );
}

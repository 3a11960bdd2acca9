// What workers answer to questions about themselves.

/** A running task, as `inspect active` shows it. */
export interface ActiveTask {
  readonly id: string;
  /** Shown name: `shadow` where the caller gave one. */
  readonly name: string;
  /** Registered name. */
  readonly type: string;
  /** Arguments as text, cut to 1,024 characters, or what the caller gave instead. */
  readonly args: string;
  readonly kwargs: string;
  readonly hostname: string;
  /** When the handler was started: milliseconds since the epoch. */
  readonly timeStart: number;
  readonly retries: number;
  readonly deliveryInfo: { readonly queue: string; readonly redelivered: boolean };
}

/** A task that a worker holds until it is due, as `inspect scheduled` shows it. */
export interface ScheduledTask {
  readonly id: string;
  /** Shown name: `shadow` where the caller gave one. */
  readonly name: string;
  /** When it is due: broker's time, in milliseconds since the epoch. */
  readonly eta: number;
  /** Arguments as text, cut to 1,024 characters, or what the caller gave instead. */
  readonly args: string;
  readonly kwargs: string;
}

/** A task that a worker has and has not started, as `inspect reserved` shows it: it waits for a slot, or for its turn. */
export type ReservedTask = Omit<ActiveTask, "timeStart"> & { readonly timeStart: null };

/** Where a task is in a worker, and what is known of it, as `inspect query_task` shows it. */
export type QueriedTask =
  | readonly ["active", ActiveTask]
  | readonly ["reserved", ReservedTask]
  | readonly ["scheduled", ScheduledTask];

/** A queue that a worker consumes. */
export interface ActiveQueue {
  readonly name: string;
  /** False while the broker has not opened it, which is tried again and again, and while it is paused. */
  readonly consuming: boolean;
  readonly paused: boolean;
}

/** Memory of a worker's process, in bytes; that of its children is not in it. */
export interface WorkerMemory {
  readonly rss: number;
  readonly heapTotal: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

/** A worker's figures, as `inspect stats` shows them. */
export interface WorkerStats {
  /** Tasks started since the worker started, by name. */
  readonly total: Readonly<Record<string, number>>;
  readonly pid: number;
  /** The broker's time, as the worker has it: milliseconds since the epoch. */
  readonly clock: number;
  /** Whole seconds since the worker started. */
  readonly uptime: number;
  readonly pool: {
    /** `async`, `solo`, `threads` or `processes`. */
    readonly implementation: string;
    readonly maxConcurrency: number;
    readonly running: number;
    /** Ids of its processes or threads. */
    readonly children: readonly number[];
    /** Children that took the place of another one. */
    readonly restarts: number;
    /** Null: no limit. */
    readonly maxTasksPerChild: number | null;
    /** In bytes; null: no limit. */
    readonly maxMemoryPerChild: number | null;
    /** Time limits of tasks that have none of their own, in milliseconds; null: none. */
    readonly timeouts: { readonly soft: number | null; readonly hard: number | null };
  };
  /** Most and fewest slots, where their number follows the backlog. */
  readonly autoscaler?: { readonly max: number; readonly min: number };
  /** Messages that the worker may have at a time: for each slot, one that runs and those that wait. */
  readonly prefetchCount: number;
  /** Delivered and not settled: running, waiting for a slot, or being settled. */
  readonly unsettled: number;
  readonly queues: readonly string[];
  /** Those of its queues that are paused. */
  readonly paused: readonly string[];
  readonly broker: { readonly address: string; readonly connected: boolean };
  /** Resident memory in bytes. */
  readonly rss: number;
  /** What the process has used since its start. */
  readonly rusage: {
    /** Processor time in milliseconds: of its own code, and of the system for it. */
    readonly userMs: number;
    readonly systemMs: number;
    /** Most resident memory, in bytes. */
    readonly maxRss: number;
  };
  readonly software: { readonly name: string; readonly version: string; readonly node: string };
}

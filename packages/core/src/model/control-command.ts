// Remote control: commands to workers and their replies.

/** Arguments of a command, by name. */
export type CommandArguments = Readonly<Record<string, unknown>>;

/** A question or order to workers. */
export interface ControlCommand {
  /** Name of the command: `ping`, `active`, `revoke`. */
  readonly command: string;
  readonly args: CommandArguments;
  /** Workers that shall answer; null: all. */
  readonly destination: readonly string[] | null;
  /** Where replies go: unique per call. */
  readonly ticket: string;
  /** Broker's time after which nobody waits for a reply: milliseconds since the epoch. */
  readonly expires: number;
}

/** One worker's answer. */
export interface ControlReply {
  readonly hostname: string;
  readonly value: unknown;
}

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

/** A worker's figures, as `inspect stats` shows them. */
export interface WorkerStats {
  /** Tasks started since the worker started, by name. */
  readonly total: Readonly<Record<string, number>>;
  readonly pid: number;
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
  };
  /** Most and fewest slots, where their number follows the backlog. */
  readonly autoscaler?: { readonly max: number; readonly min: number };
  /** Delivered and not settled: running, waiting for a slot, or being settled. */
  readonly unsettled: number;
  readonly queues: readonly string[];
  /** Those of its queues that are paused. */
  readonly paused: readonly string[];
  readonly broker: { readonly address: string; readonly connected: boolean };
  /** Resident memory in bytes. */
  readonly rss: number;
  readonly software: { readonly name: string; readonly version: string; readonly node: string };
}

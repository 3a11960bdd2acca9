// One call of a task, as it travels. The codec leaves out what has its default.

/** Version of the message format. A worker refuses messages of another version. */
export const MESSAGE_VERSION = 1;

/** Longest `shadow`, in characters. */
export const MAX_SHADOW = 256;
/** Longest `argsrepr` and `kwargsrepr`, in characters. */
export const MAX_REPR = 4_096;

/** One call of a task on its way to a worker. */
export interface TaskMessage {
  /** Task id; fixed by the caller. */
  readonly id: string;
  /** Generation: 0 at submit, one more for each retry and replacement. */
  readonly gen: number;
  /** Registered name of the task. */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Queue the message was sent to; every repeat goes to the same. */
  readonly queue: string;
  /** First task of the tree this call belongs to; the task's own id when it was called from outside. */
  readonly rootId: string;
  /** Task that made this call, or null. */
  readonly parentId: string | null;
  /** Client that wants the outcome pushed, or null. */
  readonly reply: string | null;
  /** Broker's time, in milliseconds since the epoch, after which the task must not start; or null. */
  readonly expires: number | null;
  /** Retries so far. */
  readonly retries: number;
  readonly ignoreResult: boolean;
  /** Run at most once: a claim is stored before the run, and nobody runs a claimed task. */
  readonly atMostOnce: boolean;
  /** The caller's own headers. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Name shown in logs and monitors instead of `name`, or null. */
  readonly shadow: string | null;
  /** Text shown instead of the arguments, or null. */
  readonly argsrepr: string | null;
  /** Text shown instead of the keyword arguments, or null. */
  readonly kwargsrepr: string | null;
  /** Who called: `<pid>@<host>`, for people. */
  readonly origin: string | null;
}

/** Key of one message of a task: unique per generation. */
export function messageKey(message: Pick<TaskMessage, "id" | "gen">): string {
  return `${message.id}-${message.gen}`;
}

/** Whether anything follows from this task or anybody may ask for it, so that it must leave a record. */
export function leavesRecord(message: TaskMessage, chosenId: boolean): boolean {
  return !message.ignoreResult || message.gen > 0 || chosenId;
}

// One call of a task, as it travels. The codec leaves out what has its default.

import type { Attempt } from "./attempt.ts";
import type { Errback, Flow, GroupPlace, Membership, TaskStep } from "./flow.ts";
import type { TimeLimits } from "./time-limits.ts";

/** Version of the message format. A worker refuses messages of another version. */
export const MESSAGE_VERSION = 1;

/** Highest priority. A task without one waits like one of priority 0. */
export const MAX_PRIORITY = 9;
/** Highest generation: the most retries, and replacements. */
export const MAX_GEN = 1_100;
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
  /** From 0 to `MAX_PRIORITY`, or null; every repeat has the same. @default null */
  readonly priority?: number | null;
  /** First task of the tree this call belongs to; the task's own id when it was called from outside. */
  readonly rootId: string;
  /** Task that made this call, or null. */
  readonly parentId: string | null;
  /** Client that wants the outcome pushed, or null. */
  readonly reply: string | null;
  /** When it is due, where it was to wait: broker's time, in milliseconds since the epoch; or null. */
  readonly eta: number | null;
  /** Broker's time, in milliseconds since the epoch, after which the task must not start; or null. */
  readonly expires: number | null;
  /** Retries so far. */
  readonly retries: number;
  /** Why it was retried; the last ones. @default none */
  readonly attempts?: readonly Attempt[];
  /** How long its handler may run, where the caller says so. @default as its worker says */
  readonly timeLimits?: TimeLimits;
  readonly ignoreResult: boolean;
  /** Run at most once: a claim is stored before the run, and nobody runs a claimed task. */
  readonly atMostOnce: boolean;
  /** Another call may take its place until it is started: a claim says which came first. @default false */
  readonly replaceable?: boolean;
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
  /** What follows from the task; null for a plain call. */
  readonly canvas: CanvasPart | null;
}

/** What a message carries of the canvas that it is a step of. */
export interface CanvasPart {
  /** Steps after this one. */
  readonly chain: Flow;
  /** Sent with the value when this task succeeds. */
  readonly link: readonly Flow[];
  /** Sent when this task fails. */
  readonly linkError: readonly Errback[];
  /** The actor that waits for the last step, or null. */
  readonly memberOf: Membership | null;
  readonly group: GroupPlace | null;
  readonly each: TaskStep["each"];
  /** Depth of replacements. */
  readonly nesting: number;
  readonly stamps: Readonly<Record<string, unknown>>;
}

/** Key of one message of a task: unique per generation. */
export function messageKey(message: Pick<TaskMessage, "id" | "gen">): string {
  return `${message.id}-${message.gen}`;
}

/** Whether anything follows from this task or anybody may ask for it, so that it must leave a record. */
export function leavesRecord(message: TaskMessage, chosenId: boolean): boolean {
  return !message.ignoreResult || message.gen > 0 || chosenId || message.canvas !== null;
}

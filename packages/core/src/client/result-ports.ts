// What result handles are made with.

import type { ErrorClass } from "../model/failure.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { Clock } from "../platform/clock.ts";
import type { Transport } from "../transport/transport.ts";
import type { ResultReceiver } from "./result-receiver.ts";
import type { RunningTasks } from "./running-task.ts";

/** What a result handle works with. */
export interface ResultPorts {
  /** Connects on first use. */
  readonly connect: () => Promise<{ readonly transport: Transport; readonly receiver: ResultReceiver }>;
  readonly clock: Clock;
  readonly running: RunningTasks;
  /** Who asks, for people: `<pid>@<host>`. */
  readonly origin: string;
  /** Error classes of the application that remote errors may become. */
  readonly errors: () => readonly ErrorClass[];
}

/** What is known of a call beyond its id. */
export interface ResultOrigin {
  /** The receiver's mark from before the task was submitted; null when it was submitted elsewhere. */
  readonly mark: number | null;
  /** The call ignores its result. */
  readonly ignored: boolean;
  /** The call was not sent, but found this task. @default false */
  readonly isDuplicate?: boolean;
  /** The outcome, when it is known already. */
  readonly final?: FinalRecord;
  /** The very error of a task that ran in this process. */
  readonly error?: Error;
}

/** Of a task that was called elsewhere. */
export const ELSEWHERE: ResultOrigin = { mark: null, ignored: false };

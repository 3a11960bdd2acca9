// Tasks that wait for their time, as `app.delayed`: lists them, cancels one, gives one another time.

import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs, MAX_DUE } from "../model/duration.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { checkTaskId } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import type { DelayedTask } from "../transport/delayed-tasks.ts";
import { argumentsText } from "./arguments-text.ts";
import type { CallerPorts } from "./caller.ts";
import { cancelDelayed } from "./cancel-delayed.ts";
import { type FlowSender, submittingSender } from "./flow-sender.ts";
import { rescheduleDelayed } from "./reschedule-delayed.ts";
import { submitPolicy } from "./submit-policy.ts";

/** A task that waits for its time. */
export interface DelayedTaskInfo {
  readonly id: string;
  /** Registered name. */
  readonly name: string;
  readonly queue: string;
  /** When it goes to its queue. */
  readonly due: Date;
  /** Latest start, or null. */
  readonly expires: Date | null;
  /** Arguments as text, cut to 1,024 characters, or what the caller gave instead. */
  readonly args: string;
  readonly kwargs: string;
  /** Retries so far: above 0, it waits for its next run. */
  readonly retries: number;
}

/** Options of `delayed.list`. */
export interface ListDelayedOptions {
  /** Most tasks; at most 1,000. @default 100 */
  readonly limit?: number | undefined;
}

/** Options of `delayed.cancel`. */
export interface CancelDelayedOptions {
  /** Told by the error of whoever waits for the task. @default "cancelled" */
  readonly reason?: string | undefined;
}

/** The new time of a task: one of the two. */
export interface NewTime {
  /** Time to the start, from now, by the broker's clock. */
  readonly countdown?: Duration | undefined;
  /** When it is due; a past date is now. */
  readonly eta?: Date | undefined;
}

const LIST_TABLE: OptionTable = { limit: rule.integer(1, 1_000) };
const CANCEL_TABLE: OptionTable = { reason: rule.textUpTo(256) };
const TIME_TABLE: OptionTable = { countdown: rule.duration, eta: rule.dueDate };
const DEFAULT_LIMIT = 100;

/** Tasks that wait for their time: called with `countdown` or `eta`, or to be retried. */
export class DelayedCalls {
  readonly #ports: CallerPorts;

  constructor(ports: CallerPorts) {
    this.#ports = ports;
  }

  /** The tasks that are due first. What waits for less than a second is not among them. */
  async list(options?: ListDelayedOptions): Promise<DelayedTaskInfo[]> {
    checkOptions(options, LIST_TABLE, { what: "option of a list of delayed tasks:", kind: "argument" });
    const { transport } = await this.#ports.connect();
    const tasks = await transport.delayed.list(options?.limit ?? DEFAULT_LIMIT);
    return tasks.map(describe).filter((task) => task !== null);
  }

  /**
   * Ends a task that waits: REVOKED, with the steps after it; no error callback is sent.
   *
   * @returns whether it is revoked now; false when it does not wait (any more).
   */
  async cancel(id: string, options?: CancelDelayedOptions): Promise<boolean> {
    checkOptions(options, CANCEL_TABLE, { what: "option of a cancel:", kind: "argument" });
    return cancelDelayed(checkTaskId(id), options?.reason ?? "cancelled", await this.#sender());
  }

  /**
   * Gives a task that waits another time. It keeps its id.
   *
   * @throws {InvalidArgumentError} the task does not wait (any more), or it is not exactly one time that is given.
   */
  async reschedule(id: string, time: NewTime): Promise<void> {
    checkOptions(time, TIME_TABLE, { what: "new time of a task:", kind: "argument" });
    const sender = await this.#sender();
    await rescheduleDelayed(checkTaskId(id), dueTime(time, sender.transport.now()), sender);
  }

  async #sender(): Promise<FlowSender> {
    const { connect, clock, retry, origin } = this.#ports;
    const { transport } = await connect();
    return submittingSender(submitPolicy(retry()), { transport, clock }, origin);
  }
}

function dueTime({ countdown, eta }: NewTime, now: number): number {
  if ((countdown == null) === (eta == null))
    throw new InvalidArgumentError('give a task one new time: { countdown: "10m" } or { eta: date }');
  const due = countdown == null ? Math.max(eta?.getTime() ?? 0, 0) : now + durationMs(countdown, "countdown");
  return Math.min(Math.ceil(due), MAX_DUE);
}

function describe({ body, dueAt }: DelayedTask): DelayedTaskInfo | null {
  try {
    const message = decodeTaskMessage(body);
    const { id, name, queue, expires, retries } = message;
    const latest = expires === null ? null : new Date(expires);
    return { id, name, queue, due: new Date(dueAt), expires: latest, ...argumentsText(message), retries };
  } catch {
    return null; // set aside when it comes to its queue
  }
}

// How long handlers may run in one worker. What the caller says comes first, then what was set while the worker runs, then the
// task's own options, then the worker's.

import { InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { checkTimeLimits, type TimeLimitOptions, type TimeLimits, timeLimitsOf } from "../model/time-limits.ts";
import type { RegisteredTask, TaskSource } from "./registered-task.ts";

/** Limits of one run, in milliseconds; null: none. */
export interface RunLimits {
  readonly softMs: number | null;
  readonly hardMs: number | null;
}

/** The time limits of one worker. */
export class WorkerTimeLimits {
  readonly #tasks: Pick<TaskSource, "get">;
  readonly #defaults: TimeLimits | null;
  // No more than there are tasks.
  readonly #changed = new Map<string, TimeLimits>();

  /** @param defaults - Of tasks that say nothing themselves. */
  constructor(tasks: Pick<TaskSource, "get">, defaults: TimeLimits | null) {
    this.#tasks = tasks;
    this.#defaults = defaults;
  }

  /**
   * Changes the limits of a task, for runs that start from now on. What is not given is as the task says.
   *
   * @throws {InvalidArgumentError} the task is not registered here, or the soft limit is not below the hard one.
   */
  set(name: string, options: TimeLimitOptions): void {
    if (!this.#tasks.get(name))
      throw new InvalidArgumentError(`task ${shown(name)} is not registered in this worker; correct the name`);
    checkTimeLimits(options, { what: `limit of task "${name}":`, kind: "argument" });
    const limits = timeLimitsOf(options);
    if (limits) this.#changed.set(name, limits);
    else this.#changed.delete(name);
  }

  /** The limits of runs whose callers say nothing; null when there are none. */
  ofTask(task: RegisteredTask): RunLimits | null {
    return this.of(task, {});
  }

  /** The limits of a run; null when there are none. */
  of({ name, config }: RegisteredTask, { timeLimits }: Pick<TaskMessage, "timeLimits">): RunLimits | null {
    // Most tasks have none.
    if (!timeLimits && !config.timeLimits && !this.#defaults && this.#changed.size === 0) return null;
    const said = [timeLimits, this.#changed.get(name), config.timeLimits, this.#defaults];
    const hardMs = first(said.map((limits) => limits?.hardMs));
    const softMs = first(said.map((limits) => limits?.softMs));
    if (hardMs === null) return softMs === null ? null : { softMs, hardMs };
    // Said in different places, a soft limit may come too late to be of use.
    return { softMs: softMs !== null && softMs < hardMs ? softMs : null, hardMs };
  }
}

function first(said: readonly (number | null | undefined)[]): number | null {
  // Zero says that there is none.
  return said.find((ms) => ms !== null && ms !== undefined) || null;
}

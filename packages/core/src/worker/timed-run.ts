// The clock of one run that has time limits: tells when it is over one of them.

import { SoftTimeLimitExceeded, TimeLimitExceeded } from "../model/errors.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import type { RunLimits } from "./time-limits.ts";

/** What a run that takes too long meets. */
export interface TimedSteps {
  /** Once. */
  onSoftLimit(error: SoftTimeLimitExceeded): void;
  /** Once; the handler still runs. */
  onHardLimit(error: TimeLimitExceeded): void;
}

/** One run; nothing is counted before `begin`. */
export class TimedRun {
  readonly #message: TaskMessage;
  readonly #limits: RunLimits;
  readonly #clock: Clock;
  readonly #steps: TimedSteps;
  #startedAt: number | null = null;
  #soft: Timer | null = null;
  #hard: Timer | null = null;

  constructor(message: TaskMessage, limits: RunLimits, clock: Clock, steps: TimedSteps) {
    this.#message = message;
    this.#limits = limits;
    this.#clock = clock;
    this.#steps = steps;
  }

  /** The handler starts. */
  begin(): void {
    const { softMs, hardMs } = this.#limits;
    this.#startedAt = this.#clock.monotonic();
    if (softMs !== null) this.#soft = this.#clock.after(softMs, () => this.#passSoft());
    if (hardMs !== null) this.#hard = this.#clock.after(hardMs, () => this.#passHard());
  }

  /** No timer fires while a handler blocks its thread: passes the soft limit if it is over. */
  look(): void {
    if (this.#soft && this.#isOver(this.#limits.softMs)) this.#passSoft();
  }

  /** The handler has ended. @returns what it has met when it ended too late. */
  end(): TimeLimitExceeded | null {
    this.cancel();
    return this.#isOver(this.#limits.hardMs) ? this.#hardError() : null;
  }

  cancel(): void {
    this.#soft?.cancel();
    this.#hard?.cancel();
    this.#soft = null;
    this.#hard = null;
  }

  #isOver(limitMs: number | null): boolean {
    if (limitMs === null || this.#startedAt === null) return false;
    return this.#clock.monotonic() - this.#startedAt >= limitMs;
  }

  #passSoft(): void {
    this.#soft?.cancel();
    this.#soft = null;
    const limitMs = this.#limits.softMs ?? 0;
    this.#steps.onSoftLimit(new SoftTimeLimitExceeded(this.#text("soft", limitMs), limitMs));
  }

  #passHard(): void {
    this.cancel();
    this.#steps.onHardLimit(this.#hardError());
  }

  #hardError(): TimeLimitExceeded {
    const limitMs = this.#limits.hardMs ?? 0;
    return new TimeLimitExceeded(this.#text("hard", limitMs), limitMs);
  }

  #text(which: string, limitMs: number): string {
    const { id, name } = this.#message;
    return `task ${id} (${name}) ran longer than its ${which} time limit of ${limitMs / 1_000} s; give it more time, or do less in it`;
  }
}

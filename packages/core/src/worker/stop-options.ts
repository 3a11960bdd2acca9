// How a worker is stopped.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import * as rule from "../model/option-rules.ts";

/** Options of `Worker.stop`. */
export interface StopOptions {
  /**
   * `warm`: take no more tasks, finish the running ones. `cold`: abort the running ones' signals and give their messages back
   * at once; they run again elsewhere, or, at most once, end in `WorkerLostError`. `soft`: warm for a limited time, then cold.
   * @default "warm"
   */
  readonly mode?: "warm" | "soft" | "cold" | undefined;
  /**
   * Longest time that running tasks are waited for; then the stop becomes a cold one.
   * @default the worker's `shutdownTimeout`; of a soft stop its `softShutdownTimeout`
   */
  readonly timeout?: Duration | undefined;
}

const STOP_OPTION_TABLE: OptionTable = {
  mode: rule.oneOf(["warm", "soft", "cold"]),
  timeout: rule.duration,
};

/** A stop, resolved. */
export interface Stop {
  readonly isCold: boolean;
  /** How long it may stay a warm one; null: as the worker says. */
  readonly limitMs: number | null;
}

/** @throws {InvalidArgumentError} an option is unknown or wrong. */
export function resolveStop(options: StopOptions | undefined, softLimitMs: number): Stop {
  checkOptions(options, STOP_OPTION_TABLE, { what: "stop option", kind: "argument" });
  const mode = options?.mode ?? "warm";
  const timeoutMs = options?.timeout == null ? null : durationMs(options.timeout, "timeout");
  return { isCold: mode === "cold", limitMs: timeoutMs ?? (mode === "soft" ? softLimitMs : null) };
}

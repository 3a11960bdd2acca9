// Limits on how long a handler runs, as options give them.

import { type OptionSubject, wrongOption } from "./check-options.ts";
import { type Duration, durationMs } from "./duration.ts";

/** Milliseconds; 0: no limit; null: nothing is said. */
export interface TimeLimits {
  readonly softMs: number | null;
  readonly hardMs: number | null;
}

/** The options that limit how long a handler runs. */
export interface TimeLimitOptions {
  readonly timeLimit?: Duration | null | undefined;
  readonly softTimeLimit?: Duration | null | undefined;
}

/** The limits that options give; null when they give none. */
export function timeLimitsOf({ timeLimit, softTimeLimit }: TimeLimitOptions): TimeLimits | null {
  if (timeLimit == null && softTimeLimit == null) return null;
  return {
    softMs: softTimeLimit == null ? null : durationMs(softTimeLimit, "softTimeLimit"),
    hardMs: timeLimit == null ? null : durationMs(timeLimit, "timeLimit"),
  };
}

/** @throws {ConfigError | InvalidArgumentError} the soft limit of these options would never come before their hard one. */
export function checkTimeLimits(options: TimeLimitOptions, subject: OptionSubject): void {
  const { softMs, hardMs } = timeLimitsOf(options) ?? { softMs: null, hardMs: null };
  if (!softMs || !hardMs || softMs < hardMs) return;
  throw wrongOption(
    subject,
    `${subject.what} "softTimeLimit" is ${softMs} ms, which is not below "timeLimit", ${hardMs} ms; give a shorter soft limit or a longer hard one`,
  );
}

// Durations as users write them: milliseconds, or a number with a unit. Inside, everything is milliseconds.

import { InvalidArgumentError } from "./errors.ts";
import { shown } from "./names.ts";

/** Milliseconds, or a string such as `"250ms"`, `"10s"`, `"5m"`, `"2h"`, `"1d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Latest time at which something can be due, in milliseconds since the epoch: in the year 2286. */
export const MAX_DUE = 9_999_999_999_999;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/**
 * Milliseconds of a duration.
 *
 * @param what - What the duration is for; named in the error.
 * @throws {InvalidArgumentError} not a duration, negative, or over ten years.
 */
export function durationMs(value: Duration, what: string): number {
  const ms = parseDuration(value);
  if (ms === null) {
    throw new InvalidArgumentError(
      `${what} is ${shown(value)}; give milliseconds from 0 to ten years, or a string such as "10s", "5m", "2h"`,
    );
  }
  return ms;
}

/** Milliseconds of a duration; null when it is none: not a number or text of that form, negative, or over ten years. */
export function parseDuration(value: unknown): number | null {
  const ms = typeof value === "number" ? value : parseText(value);
  return ms >= 0 && ms <= TEN_YEARS_MS ? ms : null;
}

function parseText(text: unknown): number {
  const match = typeof text === "string" && text.length <= 32 ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) : null;
  return match ? Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? Number.NaN) : Number.NaN;
}

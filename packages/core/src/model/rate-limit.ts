// How often tasks of one kind may start, as options give it.

import type { OptionRule } from "./check-options.ts";
import { InvalidArgumentError } from "./errors.ts";
import { shown } from "./names.ts";
import { isPlainObject } from "./option-rules.ts";

/** So many starts per second, or per second, minute or hour: `10`, `"10/s"`, `"100/m"`, `"1000/h"`. 0: no limit. */
export type Rate = number | `${number}${"" | "/s" | "/m" | "/h"}`;

/** For whom a rate counts: each worker by itself, or all workers of the namespace together. */
export type RateScope = "worker" | "cluster";

/** A rate, and for whom it counts; alone it counts for each worker by itself. */
export type RateLimit = Rate | { readonly rate: Rate; readonly scope?: RateScope | undefined };

/** A rate limit with everything filled in; `perMs` is above 0. */
export interface RateRule {
  readonly perMs: number;
  readonly scope: RateScope;
}

const WANTED = 'a number per second, or a string such as "10/s", "100/m", "1000/h"; 0 for none';
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const HIGHEST_PER_MS = 1_000;
/** What all workers share is counted in windows, whose records must outlive them. */
const LOWEST_SHARED_PER_MS = 2 / 3_600_000;

export const rateRule: OptionRule = { wants: WANTED, is: (value) => parseRate(value) !== null };

export const rateLimitRule: OptionRule = {
  wants: `${WANTED}; or { rate, scope }, where scope is "worker" or "cluster", and at least 2/h for a cluster`,
  is: (value) => parseRateLimit(value) !== null,
};

export const queueRatesRule: OptionRule = {
  wants: 'an object of queue names and rates of at least 2/h, such as { media: "10/s" }',
  is: (value) =>
    isPlainObject(value) && Object.values(value).every((rate) => parseRateLimit({ rate, scope: "cluster" }) !== null),
};

/**
 * The rule of a rate limit; null when there is no limit.
 *
 * @throws {InvalidArgumentError} it is none; says what is.
 */
export function rateRuleOf(limit: RateLimit, what: string): RateRule | null {
  const parsed = parseRateLimit(limit);
  if (parsed === null) throw new InvalidArgumentError(`${what} is ${shown(limit)}; give ${rateLimitRule.wants}`);
  return parsed.perMs === 0 ? null : parsed;
}

function parseRateLimit(limit: unknown): RateRule | null {
  if (!isPlainObject(limit)) return withRate(limit, "worker");
  const { rate, scope = "worker", ...rest } = limit;
  return (scope === "worker" || scope === "cluster") && Object.keys(rest).length === 0 ? withRate(rate, scope) : null;
}

function withRate(rate: unknown, scope: RateScope): RateRule | null {
  const perMs = parseRate(rate);
  if (perMs === null) return null;
  const isTooSlow = scope === "cluster" && perMs > 0 && perMs < LOWEST_SHARED_PER_MS;
  return isTooSlow ? null : { perMs, scope };
}

// Starts per millisecond.
function parseRate(rate: unknown): number | null {
  const perMs = typeof rate === "number" ? rate / 1_000 : parseText(rate);
  return perMs >= 0 && perMs <= HIGHEST_PER_MS ? perMs : null;
}

function parseText(text: unknown): number {
  const match = typeof text === "string" && text.length <= 32 ? /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(text) : null;
  return match ? Number(match[1]) / (UNIT_MS[match[2] ?? "s"] ?? Number.NaN) : Number.NaN;
}

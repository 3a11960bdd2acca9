// Options of revoking: type and check.

import type { OptionRule, OptionTable } from "./check-options.ts";
import { InvalidArgumentError } from "./errors.ts";
import { shown } from "./names.ts";
import * as rule from "./option-rules.ts";
import { MAX_REASON, MAX_STAMP_VALUES, type StampConditions, type StampValue } from "./revocation.ts";

/** How to revoke. */
export interface RevokeOptions {
  /**
   * End the task also while it runs: its signal is aborted, its thread or process ended where the pool has one, and what it returns is
   * refused. @default false: what runs goes on, and its outcome counts
   */
  readonly terminate?: boolean | undefined;
  /** Why; part of the error, and its `reason`. At most 1,024 characters. @default "revoked", or "terminated" */
  readonly reason?: string | undefined;
}

/** The rules of `RevokeOptions`. */
export const REVOKE_RULES = { terminate: rule.flag, reason: rule.textUpTo(MAX_REASON) } satisfies OptionTable;

/** Values of a stamped header. */
const STAMP_VALUES: OptionRule = {
  wants: "a string, a number, true, false, or a list of them",
  is: (value) => valuesOf(value).length > 0 && valuesOf(value).every(isStampValue),
};

/**
 * The conditions that a user gives as headers with a value or values each.
 *
 * @throws {InvalidArgumentError} there is none, or too many, or a value cannot be one of a stamp.
 */
export function conditionsFrom(headers: Readonly<Record<string, StampValue | readonly StampValue[]>>): StampConditions {
  if (!rule.isPlainObject(headers) || Object.keys(headers).length === 0)
    throw new InvalidArgumentError(
      `stamps to revoke by are ${shown(headers)}; give headers, for example { customer: "c-1" }`,
    );
  const entries = Object.entries(headers).map(([header, value]) => {
    if (!STAMP_VALUES.is(value))
      throw new InvalidArgumentError(`stamp "${header}" is ${shown(value)}; it takes ${STAMP_VALUES.wants}`);
    return [header, valuesOf(value).filter(isStampValue)] as const;
  });
  const count = entries.reduce((sum, [, values]) => sum + values.length, 0);
  if (count > MAX_STAMP_VALUES)
    throw new InvalidArgumentError(
      `${count} values of stamps are too many for one revocation; give at most ${MAX_STAMP_VALUES}`,
    );
  return Object.fromEntries(entries);
}

function valuesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isStampValue(value: unknown): value is StampValue {
  return (
    typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))
  );
}

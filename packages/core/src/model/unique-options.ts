// Options of work that must not be done twice: what counts as the same, for how long, and what becomes of a second call.

import { checkOptions, type OptionRule, type OptionSubject, type OptionTable } from "./check-options.ts";
import { type Duration, durationMs } from "./duration.ts";
import { InvalidArgumentError } from "./errors.ts";
import * as rule from "./option-rules.ts";

/** Which calls of a task are one. */
export interface UniqueOptions {
  /**
   * `unique`: one at a time; while the first waits or runs, a second call finds it. `throttle`: the first one of each period `for`.
   * `debounce`: the last one, when there was none for the period `for`. `replace`: a call takes the place of one that still waits.
   * @default "unique"
   */
  readonly mode?: "unique" | "throttle" | "debounce" | "replace" | undefined;
  /** Calls of a task with the same key are the same. @default all arguments */
  readonly key?: string | undefined;
  /** The period of `throttle` and `debounce`; of `unique`, how long the first one counts at most. @default until it has ended */
  readonly for?: Duration | undefined;
  /** A second call gets the handle of the first (`existing`), or is rejected with `TaskExistsError` (`reject`). @default "existing" */
  readonly onDuplicate?: "existing" | "reject" | undefined;
}

/** The same of a task, where the key may be computed from the arguments. */
export interface TaskUniqueOptions<A extends readonly unknown[] = readonly unknown[]>
  extends Omit<UniqueOptions, "key"> {
  /** Calls with the same key are the same. Computed by whoever calls. @default all arguments */
  readonly key?: string | KeyOf<A> | undefined;
}

// As of a method, so that the options of any task are options of a task.
type KeyOf<A extends readonly unknown[]> = { call(...args: A): string }["call"];

const TABLE: OptionTable = {
  mode: rule.oneOf(["unique", "throttle", "debounce", "replace"]),
  key: {
    wants: "a text or a function that gives one",
    is: (value) => rule.text.is(value) || typeof value === "function",
  },
  for: rule.duration,
  onDuplicate: rule.oneOf(["existing", "reject"]),
};

/** The rule of the option `unique`, as far as its value alone can be judged. */
export const UNIQUE_RULE: OptionRule = {
  wants: "an object with mode, key, for or onDuplicate",
  is: rule.isPlainObject,
};

/** Options of unique work with all defaults filled in. */
export interface UniqueRule {
  readonly mode: NonNullable<UniqueOptions["mode"]>;
  readonly key: TaskUniqueOptions["key"] | null;
  readonly forMs: number | null;
  readonly rejects: boolean;
}

/** @throws {InvalidArgumentError} an option is unknown or wrong, or does not fit the mode. */
export function uniqueRule(options: TaskUniqueOptions | null | undefined, of: string): UniqueRule | null {
  if (options == null) return null;
  const subject: OptionSubject = { what: `option unique of ${of}:`, kind: "argument" };
  checkOptions(options, TABLE, subject);
  const { mode = "unique", key = null, onDuplicate } = options;
  const forMs = options.for == null ? null : durationMs(options.for, "for");
  if (forMs === null && (mode === "throttle" || mode === "debounce"))
    throw new InvalidArgumentError(`${subject.what} mode "${mode}" needs a period; give for: "10s"`);
  if (forMs !== null && mode === "replace")
    throw new InvalidArgumentError(`${subject.what} mode "replace" has no period; use "debounce", or leave "for" out`);
  return { mode, key, forMs, rejects: onDuplicate === "reject" };
}

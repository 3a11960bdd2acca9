// Checks the options that users give against a table: an unknown name is refused with its nearest match, a wrong value with
// what is wanted, and an option of later versions with a clear word instead of being ignored.

import { ConfigError, InvalidArgumentError, UnsupportedError } from "./errors.ts";
import { shown } from "./names.ts";
import { nearestName } from "./nearest-name.ts";

/** What an option wants, in words, and whether a value is that. */
export interface OptionRule {
  readonly wants: string;
  readonly is: (value: unknown) => boolean;
  /** The value is not shown in errors. */
  readonly secret?: boolean;
}

/** Options by name; `later`: known to the API, but not offered by this version. */
export type OptionTable = Readonly<Record<string, OptionRule | "later">>;

/** What is checked, for the error. */
export interface OptionSubject {
  /** What the options belong to: `setting`, `option of task "proj.add"`. */
  readonly what: string;
  readonly kind: "setting" | "argument";
}

/**
 * Checks options. `undefined` and `null` mean "not given", for one option and for all of them.
 *
 * @throws {ConfigError | InvalidArgumentError} unknown name or wrong value; names it, with the nearest match or what is wanted.
 * @throws {UnsupportedError} known, but not offered by this version.
 */
export function checkOptions(options: object | null | undefined, table: OptionTable, subject: OptionSubject): void {
  if (options === undefined || options === null) return;
  if (typeof options !== "object" || Array.isArray(options))
    throw wrongOption(
      subject,
      `wrong ${subject.what.replace(/:$/, "")}: ${shown(options)}; give an object with names and values`,
    );
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && value !== null) checkOption(name, value, table, subject);
  }
}

/**
 * The rule of an option.
 *
 * @throws as `checkOptions`, of the name.
 */
export function ruleOf(name: string, table: OptionTable, subject: OptionSubject): OptionRule {
  const rule = Object.hasOwn(table, name) ? table[name] : undefined;
  if (rule === undefined) throw wrongOption(subject, `unknown ${subject.what} ${shown(name)}; ${hint(name, table)}`);
  if (rule === "later")
    throw new UnsupportedError(`${subject.what} "${name}" is not supported by this version of Troupe: remove it`);
  return rule;
}

function checkOption(name: string, value: unknown, table: OptionTable, subject: OptionSubject): void {
  const rule = ruleOf(name, table, subject);
  if (!rule.is(value))
    throw wrongOption(
      subject,
      `${subject.what} "${name}" is ${rule.secret ? "wrong" : shown(value)}; it takes ${rule.wants}`,
    );
}

function hint(name: string, table: OptionTable): string {
  const known = Object.keys(table).filter((candidate) => table[candidate] !== "later");
  if (known.length === 0) return "there are none";
  const match = nearestName(name, known);
  return match === null ? `known are ${known.join(", ")}` : `did you mean "${match}"?`;
}

/** The error of an option that is not what it must be. */
export function wrongOption(subject: OptionSubject, message: string): Error {
  return subject.kind === "setting" ? new ConfigError(message) : new InvalidArgumentError(message);
}

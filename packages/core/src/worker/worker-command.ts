// The shape of a command that workers obey: its name, what arguments it takes, what it does. The commands themselves are in
// `worker-commands.ts`.

import { checkOptions, type OptionRule, type OptionTable } from "../model/check-options.ts";
import type { CommandArguments } from "../model/control-command.ts";
import { InvalidArgumentError } from "../model/errors.ts";

/** One row of the table of commands. */
export interface WorkerCommand {
  /** Name on the wire: letters, digits and `_`. */
  readonly name: string;
  /**
   * Runs it. What it gives, or the promise, is the reply; what it throws is replied as `{ error }`.
   *
   * @throws {InvalidArgumentError} the arguments are not what the command takes.
   */
  readonly run: (args: CommandArguments) => unknown;
}

/** What a command takes: a rule for each argument, and which must be given. */
export interface Takes<A extends object> {
  readonly rules: { readonly [Name in keyof A]-?: OptionRule };
  readonly needed?: readonly (keyof A & string)[];
}

/** A command without arguments. */
export function plainCommand(name: string, run: () => unknown): WorkerCommand {
  return commandWith<object>(name, { rules: {} }, run);
}

/** A command whose arguments are checked before `run` gets them; those that are null or undefined are left out. */
export function commandWith<A extends object>(
  name: string,
  { rules, needed = [] }: Takes<A>,
  run: (args: A) => unknown,
): WorkerCommand {
  const table: OptionTable = { ...rules };
  return {
    name,
    run: (args) => {
      checkOptions(args, table, { what: `argument of command "${name}":`, kind: "argument" });
      const given = Object.fromEntries(
        Object.entries(args).filter(([, value]) => value !== undefined && value !== null),
      );
      const missing = needed.find((key) => !Object.hasOwn(given, key));
      if (missing !== undefined)
        throw new InvalidArgumentError(`command "${name}" needs "${missing}"; give ${rules[missing].wants}`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rules have just checked each of its fields
      return run(given as A);
    },
  };
}

// The commands of an application's own: their table, and how they are called.

import type { AskOptions } from "../client/ask-options.ts";
import type { Replies } from "../client/ask-workers.ts";
import type { Control } from "../client/control.ts";
import { checkOptions, type OptionRule, type OptionTable } from "../model/check-options.ts";
import type { CommandArguments } from "../model/control-command.ts";
import { AlreadyRegisteredError, InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import type { Wire } from "../model/task-types.ts";
import {
  ARGUMENT_TYPES,
  type CommandArgument,
  type CommandDescription,
  type CommandInput,
  type CommandKind,
  type CommandOptions,
  ruleOfArgument,
  TAKEN_NAMES,
} from "../model/user-command.ts";
import type { Worker } from "../worker/worker.ts";
import { commandWith, type WorkerCommand } from "../worker/worker-command.ts";

/** Handles a command in a worker, in its own thread. */
type AnyCommandHandler = (worker: Worker, args: CommandArguments) => unknown;

/** Sends a command of one's own to workers. @returns the replies by worker: what its handler gave, or `{ error }` where it failed. */
export type CommandCall<A extends readonly CommandArgument[], R> = (
  ...args: Record<never, never> extends CommandInput<A>
    ? [args?: CommandInput<A>, options?: AskOptions]
    : [args: CommandInput<A>, options?: AskOptions]
) => Promise<Replies<Wire<Awaited<R>> | { readonly error: string }>>;

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const ARGUMENT_NAME: OptionRule = {
  wants: "letters, digits and _, a letter first",
  is: (value) => typeof value === "string" && NAME.test(value),
};
const ARGUMENT_TABLE: OptionTable = {
  name: ARGUMENT_NAME,
  type: rule.oneOf(ARGUMENT_TYPES),
  optional: rule.flag,
  variadic: rule.flag,
};
const OPTION_TABLE: OptionTable = {
  args: {
    wants: 'a list of arguments, for example [{ name: "folder", type: "string" }]',
    is: (value) => Array.isArray(value) && value.every(rule.isPlainObject),
  },
  help: rule.text,
  alias: ARGUMENT_NAME,
  timeout: rule.duration,
  hidden: rule.flag,
};

interface Entry extends CommandDescription {
  readonly handler: AnyCommandHandler;
}

/** See the top of the file. */
export class UserCommands {
  readonly #entries = new Map<string, Entry>();

  /** All, by name. */
  get all(): ReadonlyMap<string, CommandDescription> {
    return this.#entries;
  }

  /** @throws {AlreadyRegisteredError | InvalidArgumentError} a name is taken or wrong, or an option is. */
  add(
    [kind, name]: readonly [kind: CommandKind, name: string],
    optionsOrHandler: unknown,
    given: unknown,
    control: Pick<Control, "broadcast">,
  ): object {
    const hasOptions = typeof optionsOrHandler !== "function";
    const options = (hasOptions ? (optionsOrHandler ?? {}) : {}) as CommandOptions;
    const handler = hasOptions ? given : optionsOrHandler;
    if (typeof name !== "string" || !NAME.test(name))
      throw new InvalidArgumentError(
        `command name ${shown(name)} is not allowed; use letters, digits and _, a letter first`,
      );
    this.#checkFree(name);
    if (!isHandler(handler)) throw new InvalidArgumentError(`command "${name}" needs a handler function`);
    checkOptions(options, OPTION_TABLE, { what: `option of command "${name}":`, kind: "argument" });
    if (options.alias !== undefined) this.#checkFree(options.alias, name);
    checkArguments(name, options.args ?? []);
    this.#entries.set(name, { kind, options, handler });
    const { timeout } = options;
    return (values?: CommandArguments, ask?: AskOptions) =>
      control.broadcast(name, values, timeout === undefined ? ask : { ...ask, timeout: ask?.timeout ?? timeout });
  }

  /** Their rows in the table of commands of a worker. */
  rowsFor(worker: Worker): readonly WorkerCommand[] {
    return [...this.#entries].map(([name, { options, handler }]) => {
      const { args = [] } = options;
      const rules = Object.fromEntries(args.map((arg) => [arg.name, ruleOfArgument(arg)]));
      const needed = args.filter(({ optional }) => !optional).map((arg) => arg.name);
      return commandWith<CommandArguments>(name, { rules, needed }, (given) => handler(worker, given));
    });
  }

  #checkFree(name: string, own?: string): void {
    const isTaken =
      name === own || [...this.#entries].some(([other, { options }]) => other === name || options.alias === name);
    if (isTaken || TAKEN_NAMES.has(name))
      throw new AlreadyRegisteredError(`there is a command "${name}" already; give this one another name`);
  }
}

// The shell takes arguments by their places.
function checkArguments(command: string, args: readonly CommandArgument[]): void {
  for (const [place, arg] of args.entries()) {
    checkOptions(arg, ARGUMENT_TABLE, { what: `argument of command "${command}":`, kind: "argument" });
    if (arg.name === undefined)
      throw new InvalidArgumentError(`an argument of command "${command}" has no name; give one`);
    const before = args[place - 1];
    if (before?.variadic)
      throw new InvalidArgumentError(`argument "${before.name}" of command "${command}" is variadic; make it the last`);
    if (before?.optional && !arg.optional)
      throw new InvalidArgumentError(
        `argument "${arg.name}" of command "${command}" must be given, and stands behind one that need not; put it before`,
      );
  }
}

function isHandler(value: unknown): value is AnyCommandHandler {
  return typeof value === "function";
}

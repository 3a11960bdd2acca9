// The commands of an application's own: their table, and how they are called.

import type { AskOptions } from "../client/ask-options.ts";
import type { Replies } from "../client/ask-workers.ts";
import type { Control } from "../client/control.ts";
import { checkOptions, type OptionTable } from "../model/check-options.ts";
import type { CommandArguments } from "../model/control-command.ts";
import { AlreadyRegisteredError, InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import type { Wire } from "../model/task-types.ts";
import {
  ARGUMENT_TYPES,
  BUILT_IN_COMMANDS,
  type CommandArgument,
  type CommandInput,
  type CommandOptions,
  ruleOfArgument,
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
const ARGUMENT_TABLE: OptionTable = {
  name: { wants: "letters, digits and _", is: (value) => typeof value === "string" && NAME.test(value) },
  type: rule.oneOf(ARGUMENT_TYPES),
  optional: rule.flag,
  variadic: rule.flag,
};
const OPTION_TABLE: OptionTable = {
  args: {
    wants: 'a list of arguments, for example [{ name: "folder", type: "string" }]',
    is: (value) => Array.isArray(value) && value.every(rule.isPlainObject),
  },
};

interface Entry {
  readonly args: readonly CommandArgument[];
  readonly handler: AnyCommandHandler;
}

/** See the top of the file. */
export class UserCommands {
  readonly #entries = new Map<string, Entry>();

  /** @throws {AlreadyRegisteredError | InvalidArgumentError} the name is taken or wrong, or an option is. */
  add(name: string, optionsOrHandler: unknown, given: unknown, control: Pick<Control, "broadcast">): object {
    const hasOptions = typeof optionsOrHandler !== "function";
    const options = (hasOptions ? (optionsOrHandler ?? {}) : {}) as CommandOptions;
    const handler = hasOptions ? given : optionsOrHandler;
    if (typeof name !== "string" || !NAME.test(name))
      throw new InvalidArgumentError(
        `command name ${shown(name)} is not allowed; use letters, digits and _, a letter first`,
      );
    if (BUILT_IN_COMMANDS.includes(name) || this.#entries.has(name))
      throw new AlreadyRegisteredError(`there is a command "${name}" already; give this one another name`);
    if (!isHandler(handler)) throw new InvalidArgumentError(`command "${name}" needs a handler function`);
    const what = `option of command "${name}":`;
    checkOptions(options, OPTION_TABLE, { what, kind: "argument" });
    const args = options.args ?? [];
    for (const arg of args) {
      checkOptions(arg, ARGUMENT_TABLE, { what: `argument of command "${name}":`, kind: "argument" });
      if (arg.name === undefined)
        throw new InvalidArgumentError(`an argument of command "${name}" has no name; give one`);
    }
    this.#entries.set(name, { args, handler });
    return (values?: CommandArguments, ask?: AskOptions) => control.broadcast(name, values, ask);
  }

  /** Their rows in the table of commands of a worker. */
  rowsFor(worker: Worker): readonly WorkerCommand[] {
    return [...this.#entries].map(([name, { args, handler }]) => {
      const rules = Object.fromEntries(args.map((arg) => [arg.name, ruleOfArgument(arg)]));
      const needed = args.filter(({ optional }) => !optional).map((arg) => arg.name);
      return commandWith<CommandArguments>(name, { rules, needed }, (given) => handler(worker, given));
    });
  }
}

function isHandler(value: unknown): value is AnyCommandHandler {
  return typeof value === "function";
}

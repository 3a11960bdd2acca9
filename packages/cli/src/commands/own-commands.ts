// The commands of an application's own, below `inspect` and `control`: added when the command line may mean one of them, for the
// application's modules have to be loaded to know them.

import type { CommandArgument, CommandDescription, CommandKind, Troupe } from "@troupe/core";
import { Argument, type Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { type ParseWord, parserOf } from "../parse-argument.ts";
import type { Start } from "../session.ts";
import { throwWrongWords } from "../wrong-words.ts";
import { withExample } from "./ask-options.ts";
import { give } from "./give-order.ts";
import { askQuestion } from "./inspect.ts";

const HELP_FLAGS = new Set(["-h", "--help"]);

/** Has the program add them before it looks for what is below `inspect` and `control`. */
export function addOwnCommands(program: Command, start: Start): void {
  program.hook("preSubcommand", async (_program, subcommand) => {
    const words = program.args.slice(1);
    const parent = subcommand.name() === "help" ? program.commands.find((one) => one.name() === words[0]) : subcommand;
    const kind = parent?.name();
    if (!parent || (kind !== "inspect" && kind !== "control")) return;
    const wantsHelp = subcommand !== parent || words.some((word) => HELP_FLAGS.has(word));
    if (wantsHelp || !isBuiltIn(words, parent))
      await load(program, start, (app) => addAll(kind, parent, app, start), wantsHelp);
  });
}

function isBuiltIn(words: readonly string[], parent: Command): boolean {
  const [name = ""] = parent.parseOptions([...words]).operands;
  return parent.commands.some((command) => command.name() === name || command.aliases().includes(name));
}

// Help is shown of what is known, also where the application cannot be loaded.
async function load(program: Command, start: Start, add: (app: Troupe) => void, wantsHelp: boolean): Promise<void> {
  await start(program, async (session) => {
    if (!session.hasApp) return EXIT.done;
    try {
      const loaded = await session.load();
      await session.include(loaded);
      add(loaded.app);
    } catch (error) {
      if (!wantsHelp) throw error;
      session.output.note(`commands of the application are not shown: ${String(error)}`);
    }
    return EXIT.done;
  });
}

function addAll(kind: CommandKind, parent: Command, app: Troupe, start: Start): void {
  for (const [name, description] of app.commands) {
    if (description.kind === kind) addOne(name, description, parent, start);
  }
}

function addOne(name: string, { kind, options }: CommandDescription, parent: Command, start: Start): void {
  const { args = [], help, alias, timeout, hidden = false } = options;
  const command = parent.command(name, { hidden }).description(help ?? "a command of the application");
  if (alias !== undefined) command.alias(alias);
  for (const arg of args) command.addArgument(argumentOf(arg));
  const words = args.filter(({ optional }) => !optional).map((arg) => ` <${arg.name}>`);
  throwWrongWords(withExample(command, `${kind} ${name}${words.join("")}`), `${kind} ${name}`);
  command.action(() => {
    const given = valuesOf(args, command.processedArgs);
    return kind === "inspect"
      ? askQuestion(command, [name, given], start, timeout)
      : give(command, start, (to, ask) => to.broadcast(name, given, ask), timeout);
  });
}

function argumentOf({ name, type = "string", optional, variadic }: CommandArgument): Argument {
  const word = variadic ? `${name}...` : name;
  const parse = parserOf(type);
  return new Argument(optional ? `[${word}]` : `<${word}>`, type).argParser(variadic ? collecting(parse) : parse);
}

function collecting(parse: ParseWord): (word: string, before: unknown) => unknown[] {
  return (word, before) => [...(Array.isArray(before) ? before : []), parse(word)];
}

// What was left out is not sent, so that handlers see it as left out.
function valuesOf(args: readonly CommandArgument[], values: readonly unknown[]): Record<string, unknown> {
  const given = args.map(({ name, variadic }, place): [string, unknown] => {
    const value = values[place];
    return [name, variadic && Array.isArray(value) && value.length === 0 ? undefined : value];
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

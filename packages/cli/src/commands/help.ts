// `help`: shows the help of a command. Commander's own would show that of commands which only later versions have.

import type { Command } from "commander";
import { usageError } from "../exit-code.ts";
import { refuseLaterCommand } from "./later.ts";

/** Adds the command. */
export function addHelp(program: Command): void {
  program
    .command("help")
    .summary("show the help of a command")
    .description("Shows the help of a command.")
    .argument("[command...]", 'name of the command, for example "worker" or "inspect active"')
    .action((names: string[]) => find(names, program).outputHelp());
}

function find(names: readonly string[], program: Command): Command {
  let command = program;
  for (const name of names) {
    refuseLaterCommand(name);
    const found = command.commands.find((candidate) => candidate.name() === name);
    if (!found) throw usageError(`there is no command "${names.join(" ")}"; see actor-cli --help`);
    command = found;
  }
  return command;
}

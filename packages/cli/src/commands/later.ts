// Commands of later versions: known by name, so that asking for one is answered clearly.

import type { Command } from "commander";
import { usageError } from "../exit-code.ts";

const LATER = ["beat", "monitor", "dev", "shell"];

/** Adds the commands, hidden from the help. */
export function addLaterCommands(program: Command): void {
  for (const name of LATER) {
    program
      .command(name, { hidden: true })
      .argument("[anything...]")
      .allowUnknownOption()
      .helpOption(false)
      .action(() => refuseLaterCommand(name));
  }
}

/** @throws {CliError} the name is that of a command of later versions. */
export function refuseLaterCommand(name: string): void {
  if (LATER.includes(name))
    throw usageError(`command "${name}" is not supported by this version of Troupe; see actor-cli --help`);
}

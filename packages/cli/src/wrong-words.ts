// Words that do not fit a command, and the command that they were given to.

import { type Command, CommanderError } from "commander";

/** What commander throws, with the words of the command: `inspect active`; empty for the program itself. */
export class WrongWords extends CommanderError {
  readonly command: string;

  constructor(error: CommanderError, command: string) {
    super(error.exitCode, error.code, error.message);
    this.command = command;
  }
}

/** Makes a command and all below it throw `WrongWords`. */
export function throwWrongWords(command: Command, name = ""): void {
  command.exitOverride((error) => {
    throw new WrongWords(error, name);
  });
  for (const below of command.commands) throwWrongWords(below, `${name} ${below.name()}`.trim());
}

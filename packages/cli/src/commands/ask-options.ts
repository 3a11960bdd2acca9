// The options of commands that talk to workers: whom they are for, and how long to wait.

import type { AskOptions, Duration } from "@troupe/core";
import type { Command } from "commander";
import { usageError } from "../exit-code.ts";
import { DURATION_HELP, parseCount, parseDuration, parseList } from "../parse-values.ts";
import type { Session } from "../session.ts";

/** As they are given. */
export interface GivenAsk {
  readonly destination?: string[];
  readonly pattern?: string;
  readonly timeout: Duration;
  readonly limit?: number;
}

/** Adds them to a command, and so to all below it. */
export function askOptions(command: Command): Command {
  return command
    .option("-d, --destination <names>", "these workers only: full names, with commas between them", parseList)
    .option("--pattern <glob>", 'workers whose full names fit, "*" for any characters')
    .option("-t, --timeout <duration>", `longest wait for replies: ${DURATION_HELP}`, parseDuration, "1s")
    .option("--limit <count>", "so many replies are enough", parseCount);
}

/**
 * What is asked for. Notes it when several workers have one name.
 *
 * @param longest - Wait of this command, unless one is given.
 * @throws {CliError} a name has no host.
 */
export function askOf(command: Command, { output }: Pick<Session, "output">, longest?: Duration): Required<AskOptions> {
  const { destination, pattern, timeout, limit } = command.optsWithGlobals<GivenAsk>();
  const short = destination?.find((name) => !name.includes("@"));
  if (short !== undefined)
    throw usageError(
      `worker name "${short}" has no host; give the full name as "status" shows it, for example ${short}@host`,
    );
  const isGiven = command.getOptionValueSourceWithGlobals("timeout") !== "default";
  const heard = new Set<string>();
  const onReply = (name: string): void => {
    if (heard.has(name)) output.note(`several workers are named ${name}; the reply of one is shown`);
    heard.add(name);
  };
  return { destination, pattern, timeout: isGiven || longest === undefined ? timeout : longest, limit, onReply };
}

/** A duration as it was given. */
export function shownTimeout(timeout: Duration | undefined): string {
  return typeof timeout === "number" ? `${timeout} ms` : (timeout ?? "");
}

/** Adds an example to a command's help. */
export function withExample(command: Command, example: string): Command {
  return command.addHelpText("after", `\nExample:\n  actor-cli -A proj ${example}`);
}

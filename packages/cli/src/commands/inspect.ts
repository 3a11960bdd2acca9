// `status` and `inspect`: ask workers and print who replied what.

import type { Duration, Inspect } from "@troupe/core";
import type { Command } from "commander";
import { CliError, EXIT, type ExitCode, usageError } from "../exit-code.ts";
import { type AnyReplies, printReplies } from "../output/replies-text.ts";
import { DURATION_HELP, parseDuration, parseList } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";

interface AskOptions {
  readonly destination?: string[];
  readonly timeout: Duration;
}

type Question = "ping" | "active" | "scheduled" | "registered" | "revoked" | "stats";

const QUESTIONS: readonly (readonly [name: Question, description: string])[] = [
  ["ping", "which workers are there"],
  ["active", "the tasks that run now"],
  ["scheduled", 'the tasks that each worker holds until they are due, within a second (others: "delayed list")'],
  ["registered", "the names of the tasks that each worker knows"],
  ["revoked", "what is revoked, as each worker keeps it"],
  ["stats", "each worker's figures: tasks started, pool, queues, memory"],
];

const EXIT_HELP = "Exit code: 0 replies came, 1 nobody replied, or not all of --destination.";

/** Adds `status`. */
export function addStatus(program: Command, start: Start): void {
  const status = program
    .command("status")
    .summary("show the workers that are online")
    .description(`Shows the workers that are online.\n${EXIT_HELP}`);
  askOptions(status).action((options: AskOptions, command: Command) =>
    start(command, (session) => ask("ping", options, session, false)),
  );
}

/** Adds `inspect` and its commands. */
export function addInspect(program: Command, start: Start): void {
  const inspect = program
    .command("inspect")
    .summary("ask workers about themselves")
    .helpCommand(false)
    .description(`Asks workers and prints their replies.\n${EXIT_HELP}`);
  askOptions(inspect);
  for (const [name, description] of QUESTIONS) {
    inspect
      .command(name)
      .description(description)
      .action((_options: unknown, command: Command) =>
        start(command, (session) => ask(name, command.optsWithGlobals<AskOptions>(), session, true)),
      );
  }
}

function askOptions(command: Command): Command {
  return command
    .option("-d, --destination <names>", "ask these workers only: full names, with commas between them", parseList)
    .option("-t, --timeout <duration>", `longest wait for replies: ${DURATION_HELP}`, parseDuration, "1s");
}

async function ask(question: Question, options: AskOptions, session: Session, withBody: boolean): Promise<ExitCode> {
  const { destination, timeout } = options;
  const short = destination?.find((name) => !name.includes("@"));
  if (short !== undefined)
    throw usageError(
      `worker name "${short}" has no host; give the full name as "status" shows it, for example ${short}@host`,
    );
  const replies = await session.withClient((app) => repliesTo(question, app.control.inspect({ destination, timeout })));
  const count = Object.keys(replies).length;
  if (count > 0 || session.output.json) printReplies(replies, session.output, withBody);
  if (count === 0) throw new CliError(`No nodes replied within time constraint (${shownTimeout(timeout)})`);
  const missing = (destination ?? []).filter((name) => !(name in replies));
  if (missing.length > 0)
    throw new CliError(`no reply from ${missing.join(", ")} within time constraint (${shownTimeout(timeout)})`);
  return EXIT.done;
}

function repliesTo(question: Question, inspect: Inspect): Promise<AnyReplies> {
  return inspect[question]();
}

function shownTimeout(timeout: Duration): string {
  return typeof timeout === "number" ? `${timeout} ms` : timeout;
}

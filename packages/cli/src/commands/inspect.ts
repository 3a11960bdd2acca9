// `status` and `inspect`: ask workers and print who replied what.

import type { AskOptions, Duration } from "@troupe/core";
import type { Command } from "commander";
import { CliError, EXIT, type ExitCode } from "../exit-code.ts";
import { printReplies } from "../output/replies-text.ts";
import type { Session, Start } from "../session.ts";
import { askOf, askOptions, shownTimeout, withExample } from "./ask-options.ts";

/** A question: its words, and the arguments that they make. */
interface Question {
  readonly name: string;
  /** Celery's other name. */
  readonly alias?: string;
  readonly words?: string;
  readonly description: string;
  readonly example?: string;
  readonly options?: (command: Command) => Command;
  readonly args?: (words: readonly string[], options: { readonly withDefaults?: boolean }) => Record<string, unknown>;
  readonly timeout?: Duration;
}

const QUESTIONS: readonly Question[] = [
  { name: "ping", description: "which workers are there" },
  { name: "active", alias: "dump_active", description: "the tasks that run now" },
  { name: "reserved", alias: "dump_reserved", description: "the tasks that each worker has and has not started" },
  {
    name: "scheduled",
    alias: "dump_schedule",
    description: 'the tasks that each worker holds until they are due, within a second (others: "delayed list")',
  },
  {
    name: "query_task",
    words: "<ids...>",
    description: "where tasks are: active, reserved or scheduled, in the workers that have them",
    example: "query_task 1e6f8c9e-6a47-4a3b-8f53-2a1d2a0c7b11",
    args: (ids) => ({ ids }),
  },
  { name: "revoked", alias: "dump_revoked", description: "what is revoked, as each worker keeps it" },
  {
    name: "registered",
    alias: "dump_tasks",
    words: "[attributes...]",
    description: "the names of the tasks that each worker knows, with these of their options",
    example: "registered rateLimit timeLimit",
    args: (attributes) => (attributes.length > 0 ? { attributes } : {}),
  },
  { name: "active_queues", description: "the queues that each worker consumes" },
  { name: "stats", description: "each worker's figures: tasks started, pool, queues, memory" },
  {
    name: "conf",
    alias: "dump_conf",
    description: "the settings of each worker that differ from their defaults, without secrets",
    example: "conf --with-defaults",
    options: (command) => command.option("--with-defaults", "all settings"),
    args: (_words, { withDefaults }) => (withDefaults ? { withDefaults } : {}),
  },
  { name: "report", description: "versions, platform and changed settings of each worker" },
  { name: "clock", description: "the broker's time, as each worker has it: milliseconds since 1970" },
  { name: "memory", alias: "memsample", description: "memory of each worker's process, in bytes" },
  {
    name: "objgraph",
    description: "each worker writes a heap snapshot to a file on its machine; it stands still meanwhile",
    timeout: "60s",
  },
];

const EXIT_HELP = "Exit code: 0 replies came, 1 nobody replied, or not all of --destination.";

/** Adds `status`. */
export function addStatus(program: Command, start: Start): void {
  const status = program
    .command("status")
    .summary("show the workers that are online")
    .description(`Shows the workers that are online.\n${EXIT_HELP}`);
  withExample(askOptions(status), "status --pattern 'web*@*'").action((_options: unknown, command: Command) =>
    start(command, (session) => ask(["ping", {}], askOf(command, session), session)),
  );
}

/** Adds `inspect` and its commands. */
export function addInspect(program: Command, start: Start): void {
  const inspect = program
    .command("inspect")
    .summary("ask workers about themselves")
    .helpCommand(false)
    .description(`Asks workers and prints their replies.\n${EXIT_HELP}`);
  withExample(askOptions(inspect), "inspect active -d w1@host");
  for (const question of QUESTIONS) addQuestion(question, inspect, start);
}

function addQuestion(question: Question, inspect: Command, start: Start): void {
  const { name, alias, words, description, example = name } = question;
  const command = withExample(inspect.command(name).description(description), `inspect ${example}`);
  if (alias !== undefined) command.alias(alias);
  if (words !== undefined) command.argument(words);
  question.options?.(command);
  command.action((...given: unknown[]) => {
    const [texts] = words === undefined ? [[]] : given;
    const args = question.args?.(Array.isArray(texts) ? texts : [], command.opts()) ?? {};
    return askQuestion(command, [name, args], start, question.timeout);
  });
}

/** Asks and prints the replies. @param longest - Wait for this question, unless one is given. */
export function askQuestion(
  command: Command,
  question: readonly [name: string, args: Record<string, unknown>],
  start: Start,
  longest?: Duration,
): Promise<void> {
  return start(command, (session) => ask(question, askOf(command, session, longest), session, true));
}

async function ask(
  [question, args]: readonly [name: string, args: Record<string, unknown>],
  options: AskOptions,
  session: Session,
  withBody = false,
): Promise<ExitCode> {
  const { destination, timeout, limit } = options;
  const replies = await session.withClient((app) => app.control.broadcast(question, args, options));
  const count = Object.keys(replies).length;
  if (count > 0 || session.output.json) printReplies(replies, session.output, withBody);
  if (count === 0) throw new CliError(`No nodes replied within time constraint (${shownTimeout(timeout)})`);
  const missing = limit === undefined ? (destination ?? []).filter((name) => !(name in replies)) : [];
  if (missing.length > 0)
    throw new CliError(`no reply from ${missing.join(", ")} within time constraint (${shownTimeout(timeout)})`);
  return EXIT.done;
}

// `dead`: dead letters – lists, shows, replays and drops them.

import type { LetterFilter, LetterOutcome, ReplayOptions, Troupe } from "@troupe/core";
import { type Command, Option } from "commander";
import { CliError, EXIT, type ExitCode, usageError } from "../exit-code.ts";
import { letterLine, letterText } from "../output/letter-text.ts";
import type { Output } from "../output/output.ts";
import { jsonText } from "../output/value-text.ts";
import { parseCount, parseJsonList, parseJsonObject } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";

interface FilterOptions {
  readonly queue?: string;
  readonly reason?: string;
  readonly name?: string;
  readonly before?: string;
}

interface ListOptions extends FilterOptions {
  readonly limit: number;
}

interface BulkOptions extends FilterOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
}

interface ReplayFlags extends BulkOptions {
  readonly to?: string;
  readonly args?: unknown[];
  readonly kwargs?: Record<string, unknown>;
}

/** Letters between two words on how far it is. */
const TELL_EVERY = 1_000;

/** Adds `dead` and its commands. */
export function addDead(program: Command, start: Start): void {
  const dead = program
    .command("dead")
    .summary("list, show, replay and drop dead letters")
    .helpCommand(false)
    .description("Dead letters: messages that no worker could or may settle.");
  addList(dead, start);
  addShow(dead, start);
  addReplay(dead, start);
  addDrop(dead, start);
}

function addList(dead: Command, start: Start): void {
  filterOptions(dead.command("list").description("lists dead letters, newest first, one on a line"))
    .option("-n, --limit <count>", "most letters, up to 1,000", parseCount, 20)
    .action((options: ListOptions, command: Command) => start(command, (session) => list(options, session)));
}

function addShow(dead: Command, start: Start): void {
  dead
    .command("show")
    .description("shows a dead letter with all that is known, and its message where that is no task")
    .argument("<id>", "id of the letter")
    .action((id: string, _options: unknown, command: Command) => start(command, (session) => show(id, session)));
}

function addReplay(dead: Command, start: Start): void {
  bulkOptions(
    dead
      .command("replay")
      .description(
        "sends the tasks of dead letters again, under new ids, and drops the letters\n" +
          "Exit code: 0 all were sent, 1 some could not be; they are kept.",
      )
      .argument("[ids...]", "ids of letters; none: those that the options choose"),
  )
    .option("--to <queue>", "queue to send to (default: the letter's)")
    .option("-a, --args <json>", "other arguments, as one JSON list", parseJsonList)
    .option("-k, --kwargs <json>", "other keyword arguments, as a JSON object", parseJsonObject)
    .action((ids: string[], options: ReplayFlags, command: Command) =>
      start(command, (session) => replay(ids, options, session)),
    );
}

function addDrop(dead: Command, start: Start): void {
  bulkOptions(
    dead
      .command("drop")
      .description("removes dead letters for good\nExit code: 0 done, 1 a letter was not there.")
      .argument("[ids...]", "ids of letters; none: those that the options choose"),
  ).action((ids: string[], options: BulkOptions, command: Command) =>
    start(command, (session) => drop(ids, options, session)),
  );
}

function filterOptions(command: Command): Command {
  return command
    .option("--queue <name>", "those that came from this queue")
    .option("--reason <word>", 'those with this reason, for example "worker-lost"')
    .option("--name <task>", "those with a task of this registered name")
    .option("--before <id>", "those older than this letter");
}

function bulkOptions(command: Command): Command {
  return filterOptions(command)
    .addOption(new Option("--all", "all letters").conflicts(["queue", "reason", "name", "before"]))
    .option("-y, --yes", "do not ask");
}

function list(options: ListOptions, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ deadLetters }) => {
    const letters = await deadLetters.list({ ...filterOf(options), limit: options.limit });
    if (output.json) output.print(jsonText(letters, 2));
    else for (const letter of letters) output.print(letterLine(letter));
    const total = await deadLetters.count(options.queue);
    const oldest = letters.at(-1);
    const more = oldest && letters.length === options.limit ? `; for older ones: --before ${oldest.id}` : "";
    const where = options.queue === undefined ? "in all" : `of queue ${options.queue}`;
    output.note(`${letters.length} shown, ${total} ${where}${more}`);
    return EXIT.done;
  });
}

function show(id: string, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ deadLetters }) => {
    const letter = await deadLetters.get(id);
    if (!letter) throw noLetter(id);
    output.print(output.json ? jsonText(letter, 2) : letterText(letter));
    return EXIT.done;
  });
}

function replay(ids: readonly string[], flags: ReplayFlags, session: Session): Promise<ExitCode> {
  const options: ReplayOptions = { queue: flags.to, args: flags.args, kwargs: flags.kwargs };
  return session.withClient(async (app) => {
    if (ids.length > 0) return replayEach(checkIds(ids, flags), options, app, session.output);
    const filter = await chosen("Replay", flags, app, session);
    const onLetter = teller("replayed", session.output);
    const { replayed, failed } = await app.deadLetters.replay(filter, { ...options, onLetter });
    if (session.output.json) session.output.print(jsonText({ replayed, failed }));
    else session.output.print(`Replayed ${lettersText(replayed)}.`);
    if (failed > 0) throw new CliError(`${lettersText(failed)} could not be replayed; they are kept`);
    return EXIT.done;
  });
}

async function replayEach(
  ids: readonly string[],
  options: ReplayOptions,
  { deadLetters }: Troupe,
  output: Output,
): Promise<ExitCode> {
  for (const id of ids) {
    const result = await deadLetters.replay(id, options);
    output.print(output.json ? jsonText({ id, taskId: result.id }) : result.id);
  }
  return EXIT.done;
}

function drop(ids: readonly string[], options: BulkOptions, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async (app) => {
    if (ids.length > 0) return dropEach(checkIds(ids, options), app, output);
    const filter = await chosen("Drop", options, app, session);
    const dropped = await app.deadLetters.drop(filter, { onLetter: teller("dropped", output) });
    output.print(output.json ? jsonText({ dropped }) : `Dropped ${lettersText(dropped)}.`);
    return EXIT.done;
  });
}

async function dropEach(ids: readonly string[], { deadLetters }: Troupe, output: Output): Promise<ExitCode> {
  const missing: string[] = [];
  for (const id of ids) if (!(await deadLetters.drop(id))) missing.push(id);
  const dropped = ids.length - missing.length;
  output.print(output.json ? jsonText({ dropped }) : `Dropped ${lettersText(dropped)}.`);
  if (missing.length > 0) throw noLetter(missing.join(", "));
  return EXIT.done;
}

function checkIds(ids: readonly string[], { all, queue, reason, name, before }: BulkOptions): readonly string[] {
  if (!all && [queue, reason, name, before].every((option) => option === undefined)) return ids;
  throw usageError("letters are chosen twice: give their ids, or options, not both");
}

async function chosen(verb: string, options: BulkOptions, { deadLetters }: Troupe, session: Session) {
  const filter = filterOf(options);
  const words = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  if (words.length === 0 && !options.all)
    throw usageError("no letters are chosen; give their ids, or --queue, --reason, --name, --before, or --all");
  const total = await deadLetters.count(options.queue);
  const which = words.length === 0 ? "" : ` with ${words.join(", ")}`;
  const isCounted = [filter.reason, filter.name, filter.before].every((option) => option === undefined);
  const count = isCounted ? lettersText(total) : `all dead letters${which}, of ${total}`;
  await session.confirm(`${verb} ${isCounted ? `${count}${which}` : count}?`, options.yes ?? false);
  return filter;
}

function filterOf({ queue, reason, name, before }: FilterOptions): LetterFilter {
  return { queue, reason, name, before };
}

function teller(done: string, output: Output): (outcome: LetterOutcome) => void {
  let count = 0;
  return ({ letter, error }) => {
    count += 1;
    if (error) output.note(`letter ${letter.id}: ${error.message}`);
    if (count % TELL_EVERY === 0) output.note(`${count} letters ${done}`);
  };
}

function lettersText(count: number): string {
  return `${count} dead ${count === 1 ? "letter" : "letters"}`;
}

function noLetter(ids: string): CliError {
  return new CliError(`there is no dead letter ${ids}; see "dead list"`);
}

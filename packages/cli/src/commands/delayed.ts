// `delayed`: tasks that wait for their time – lists them, cancels them, gives one another time.

import type { DelayedTaskInfo, Duration } from "@troupe/core";
import type { Command } from "commander";
import { CliError, EXIT, type ExitCode } from "../exit-code.ts";
import { oneLine } from "../output/plain-text.ts";
import { jsonText } from "../output/value-text.ts";
import { DURATION_HELP, parseCount, parseDate, parseDuration } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";

interface NewTimeOptions {
  readonly countdown?: Duration;
  readonly eta?: Date;
}

/** Adds `delayed` and its commands. */
export function addDelayed(program: Command, start: Start): void {
  const delayed = program
    .command("delayed")
    .summary("list, cancel and reschedule tasks that wait for their time")
    .helpCommand(false)
    .description("Tasks that wait for their time: called with a countdown or a date, or to be retried.");
  delayed
    .command("list")
    .description("lists tasks, the one that is due first first, one on a line")
    .option("-n, --limit <count>", "most tasks, up to 1,000", parseCount, 20)
    .action((options: { readonly limit: number }, command: Command) =>
      start(command, (session) => list(options.limit, session)),
    );
  delayed
    .command("cancel")
    .description("ends tasks before they start\nExit code: 0 done, 1 a task does not wait (any more).")
    .argument("<ids...>", "ids of tasks")
    .option("--reason <text>", "told to whoever waits for the task", "cancelled")
    .action((ids: string[], options: { readonly reason: string }, command: Command) =>
      start(command, (session) => cancel(ids, options.reason, session)),
    );
  delayed
    .command("reschedule")
    .description("gives a task another time; it keeps its id")
    .argument("<id>", "id of the task")
    .option("--countdown <duration>", `time to the start, from now: ${DURATION_HELP}`, parseDuration)
    .option("--eta <date>", "when it is due, for example 2030-01-31T12:00:00Z", parseDate)
    .action((id: string, options: NewTimeOptions, command: Command) =>
      start(command, (session) => reschedule(id, options, session)),
    );
}

function list(limit: number, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ delayed }) => {
    const tasks = await delayed.list({ limit });
    if (output.json) output.print(jsonText(tasks, 2));
    else for (const task of tasks) output.print(taskLine(task));
    output.note(tasks.length === limit ? `the first ${limit}; for more: --limit` : `${tasks.length} in all`);
    return EXIT.done;
  });
}

function cancel(ids: readonly string[], reason: string, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ delayed }) => {
    const missing: string[] = [];
    for (const id of ids) if (!(await delayed.cancel(id, { reason }))) missing.push(id);
    const cancelled = ids.filter((id) => !missing.includes(id));
    if (output.json) output.print(jsonText({ cancelled, missing }));
    else for (const id of cancelled) output.print(`Cancelled ${oneLine(id)}.`);
    if (missing.length > 0) throw new CliError(`not waiting (any more): ${missing.join(", ")}; see "delayed list"`);
    return EXIT.done;
  });
}

function reschedule(id: string, { countdown, eta }: NewTimeOptions, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async ({ delayed }) => {
    await delayed.reschedule(id, { countdown, eta });
    output.print(output.json ? jsonText({ id }) : `Rescheduled ${oneLine(id)}.`);
    return EXIT.done;
  });
}

/** `2026-05-01T12:00:00.000Z  default  proj.add[<id>] args=[ 2, 2 ] kwargs={} retries=0` */
function taskLine({ due, queue, name, id, args, kwargs, retries, expires }: DelayedTaskInfo): string {
  const latest = expires === null ? "" : ` expires=${expires.toISOString()}`;
  return oneLine(
    `${due.toISOString()}  ${queue}  ${name}[${id}] args=${args} kwargs=${kwargs} retries=${retries}${latest}`,
  );
}

// `call`: sends a task by name and waits for its result.

import type { ApplyOptions, Duration, Troupe } from "@troupe/core";
import { type Command, Option } from "commander";
import { EXIT, type ExitCode, usageError } from "../exit-code.ts";
import { printRecord } from "../output/result-text.ts";
import { jsonText } from "../output/value-text.ts";
import {
  DURATION_HELP,
  parseDate,
  parseDuration,
  parseJsonList,
  parseJsonObject,
  parseLatest,
  parseTaskArgument,
} from "../parse-values.ts";
import type { Session, Start } from "../session.ts";
import { waitFor } from "../wait-for.ts";

interface CallOptions {
  readonly args?: unknown[];
  readonly kwargs?: Record<string, unknown>;
  readonly queue?: string;
  readonly routingKey?: string;
  readonly taskId?: string;
  readonly countdown?: Duration;
  readonly eta?: Date;
  readonly expires?: Duration | Date;
  readonly serializer?: "msgpack" | "json";
  readonly timeout?: Duration;
  readonly wait: boolean;
}

/** After this time without a result, one is told what is being waited for. */
const PATIENCE_MS = 3_000;

const SHOWN_TASKS = 10;

/** Adds the command. */
export function addCall(program: Command, start: Start): void {
  program
    .command("call")
    .summary("call a task by name and print its result")
    .description(
      "Calls a task by name, waits for it and prints what it returned. Ending the wait does not end the task.\n" +
        "Exit code: 0 the task succeeded (with --no-wait: the broker has it), 1 it failed or did not finish in time.",
    )
    .argument("<task>", 'registered name, for example "proj.tasks.add"')
    .argument("[args...]", "arguments: each is read as JSON if it is JSON, else as text ('\"2\"' is the text 2)")
    .option("-a, --args <json>", "all arguments as one JSON list, instead of [args...]", parseJsonList)
    .option("-k, --kwargs <json>", "keyword arguments as a JSON object", parseJsonObject)
    .option("--queue <name>", "queue to send to (default: the task's, its route's, or the default queue)")
    .option("--routing-key <key>", "leads to the queues that are bound to it, instead of --queue")
    .option("--task-id <id>", "id to run under; a call repeated with it runs once (default: a new one)")
    .addOption(
      new Option("--countdown <duration>", `time to the start: ${DURATION_HELP}`)
        .argParser(parseDuration)
        .conflicts("eta"),
    )
    .option("--eta <date>", "when the task is due, for example 2030-01-31T12:00:00Z", parseDate)
    .option("--expires <when>", `latest start, a date or a duration: ${DURATION_HELP}`, parseLatest)
    .addOption(new Option("--serializer <name>", "how arguments are encoded").choices(["msgpack", "json"]))
    .option(
      "-t, --timeout <duration>",
      `longest wait for the result: ${DURATION_HELP} (default: no limit)`,
      parseDuration,
    )
    .option("--no-wait", "print the task's id and do not wait")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  actor-cli -A proj call proj.tasks.add 2 2\n" +
        `  actor-cli -A proj call proj.tasks.add -a '[2, 2]' -k '{"debug": true}' --timeout 10s\n` +
        "  actor-cli -A proj call proj.tasks.add 2 2 --no-wait",
    )
    .action((task: string, words: string[], options: CallOptions, command: Command) =>
      start(command, (session) => call(task, argumentsOf(words, options), options, session)),
    );
}

function argumentsOf(words: readonly string[], options: CallOptions): readonly unknown[] {
  if (options.args === undefined) return words.map(parseTaskArgument);
  if (words.length === 0) return options.args;
  throw usageError("arguments are given twice: write them after the task's name or as --args, not both");
}

function call(task: string, args: readonly unknown[], options: CallOptions, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async (app, loaded) => {
    // Only these know the tasks' own options: queue, serializer, parameter names.
    await session.include(loaded);
    const result = await app.sendTask(task, args, applyOptions(options));
    if (!app.tasks.has(task)) output.note(unknownTask(task, app));
    if (!options.wait) {
      output.print(output.json ? jsonText({ id: result.id }) : result.id);
      return EXIT.done;
    }
    const reminder = setTimeout(() => {
      output.note(
        `waiting for task ${result.id}; it goes on when you stop waiting: see "result ${result.id}". Is there a worker for its queue? See "status".`,
      );
    }, PATIENCE_MS);
    try {
      await waitFor(result, options.timeout, output);
    } finally {
      clearTimeout(reminder);
    }
    return printRecord(await result.info(), output);
  });
}

function applyOptions(options: CallOptions): ApplyOptions {
  const { kwargs, queue, routingKey, taskId, countdown, eta, expires, serializer } = options;
  return { kwargs, queue, routingKey, taskId, countdown, eta, expires, serializer };
}

function unknownTask(task: string, app: Troupe): string {
  const names = [...app.tasks.keys()].slice(0, SHOWN_TASKS);
  const known =
    names.length === 0 ? "it has none" : `it has ${names.join(", ")}${names.length < app.tasks.size ? ", …" : ""}`;
  return `task "${task}" is not registered in application "${app.name}" and was sent by its name only (${known})`;
}

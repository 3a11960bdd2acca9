// `result`: prints the outcome of a task, or its state while there is none.

import type { Duration } from "@troupe/core";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { lines } from "../output/plain-text.ts";
import { printRecord } from "../output/result-text.ts";
import { DURATION_HELP, parseDuration } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";
import { waitFor } from "../wait-for.ts";

interface ResultOptions {
  readonly timeout?: Duration;
  readonly traceback?: boolean;
}

/** Adds the command. */
export function addResult(program: Command, start: Start): void {
  program
    .command("result")
    .summary("print the result of a task")
    .description(
      "Prints what a task returned, or its error. While it is not finished, prints its state: PENDING, STARTED or its own.\n" +
        "An unknown or expired id is PENDING, too. Does not wait unless told to.\n" +
        "Exit code: 0 the task succeeded or is not finished, 1 it failed or did not finish in time.",
    )
    .argument("<id>", "id of the task")
    .option("-t, --timeout <duration>", `wait so long for the task to finish: ${DURATION_HELP}`, parseDuration)
    .option("--traceback", "print the stack of the task's error instead")
    .action((id: string, options: ResultOptions, command: Command) =>
      start(command, (session) => showResult(id, options, session)),
    );
}

function showResult(id: string, options: ResultOptions, session: Session): Promise<ExitCode> {
  const { output } = session;
  return session.withClient(async (app) => {
    const result = app.result(id);
    if (options.timeout !== undefined) await waitFor(result, options.timeout, output);
    const record = await result.info();
    if (!options.traceback || output.json) return printRecord(record, output);
    if (record.traceback !== null) output.print(lines(record.traceback));
    else output.note(`task ${id} has no traceback: it is ${record.state}`);
    return record.error === null ? EXIT.done : EXIT.failed;
  });
}

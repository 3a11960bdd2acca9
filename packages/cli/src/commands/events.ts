// `events`: shows what workers and tasks tell of themselves, as it happens.

import type { Command } from "commander";
import { dumpEvents } from "../events/dump-events.ts";
import { type ExitCode, usageError } from "../exit-code.ts";
import type { Session, Start } from "../session.ts";
import { untilInterrupted } from "../until-interrupted.ts";

interface EventsOptions {
  readonly dump?: boolean;
  readonly pattern: string;
}

/** Adds the command. */
export function addEvents(program: Command, start: Start): void {
  program
    .command("events")
    .summary("show events as they happen")
    .description(
      "Shows what workers and tasks tell of themselves, until Ctrl-C. Workers tell of tasks if they were started with -E, or\n" +
        'after "control enable_events".',
    )
    .option("--dump", "print a line for each event; with --json a JSON object")
    .option("--pattern <glob>", 'with --dump: events whose names fit, "*" for any characters', "*")
    .action((options: EventsOptions, command: Command) => start(command, (session) => showEvents(options, session)));
}

function showEvents({ dump, pattern }: EventsOptions, session: Session): Promise<ExitCode> {
  if (!dump) throw usageError("it is not said how to show events; give --dump");
  return session.withClient((app) => dumpEvents(app, pattern, session.output, () => untilInterrupted(process)));
}

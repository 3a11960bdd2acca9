// `events`: shows what workers and tasks tell of themselves, as it happens.

import type { Duration, Rate } from "@troupe/core";
import type { Command } from "commander";
import { dumpEvents } from "../events/dump-events.ts";
import { loadCamera } from "../events/load-camera.ts";
import { runCamera } from "../events/run-camera.ts";
import { type ExitCode, usageError } from "../exit-code.ts";
import { DURATION_HELP, parseDuration, parseRate } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";
import { untilInterrupted } from "../until-interrupted.ts";

interface EventsOptions {
  readonly dump?: boolean;
  readonly pattern?: string;
  readonly camera?: string;
  readonly frequency?: Duration;
  readonly maxRate?: Rate;
}

/** Adds the command. */
export function addEvents(program: Command, start: Start): void {
  program
    .command("events")
    .summary("show events as they happen, or the state that they tell to a camera")
    .description(
      "Shows what workers and tasks tell of themselves, until Ctrl-C: line by line, or again and again to a function of\n" +
        'yours. Workers tell of tasks if they were started with -E, or after "control enable_events".',
    )
    .option("--dump", "print a line for each event; with --json a JSON object")
    .option("--pattern <glob>", 'with --dump: events whose names fit, "*" for any characters (default: all)')
    .option("--camera <module>", "show the state of workers and tasks to what a module exports: path/to/module:export")
    .option(
      "--frequency <duration>",
      `with --camera: time between shots: ${DURATION_HELP} (default: 1s)`,
      parseDuration,
    )
    .option("--max-rate <rate>", "with --camera: most shots: 10/s, 10/m, 10/h", parseRate)
    .action((options: EventsOptions, command: Command) => start(command, (session) => showEvents(options, session)));
}

async function showEvents(options: EventsOptions, session: Session): Promise<ExitCode> {
  const { dump, pattern, camera, frequency, maxRate } = options;
  const { output } = session;
  const stopped = (): Promise<void> => untilInterrupted(process);
  if (dump) {
    if ((camera ?? frequency ?? maxRate) !== undefined)
      throw usageError("--camera, --frequency and --max-rate do not go with --dump; leave out either");
    return session.withClient((app) => dumpEvents(app, pattern ?? "*", output, stopped));
  }
  if (camera === undefined) throw usageError("it is not said how to show events; give --dump or --camera");
  if (pattern !== undefined)
    throw usageError("--pattern goes with --dump; a camera sees the state that all events tell");
  const loaded = await loadCamera(camera, session.folder, session.importModule);
  return session.withClient((app) => runCamera(app, { ...loaded, every: frequency, maxRate }, output, stopped));
}

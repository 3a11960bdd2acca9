// The command line of `actor-cli`: global options and commands. What a command does is in `commands/`.

import { VERSION } from "@troupe/core";
import { Command, Option } from "commander";
import { addExamples } from "./add-examples.ts";
import { addCall } from "./commands/call.ts";
import { addCompletion } from "./commands/completion.ts";
import { addControl } from "./commands/control.ts";
import { addDead } from "./commands/dead.ts";
import { addDelayed } from "./commands/delayed.ts";
import { addEvents } from "./commands/events.ts";
import { addExplain } from "./commands/explain.ts";
import { addGraph } from "./commands/graph.ts";
import { addHelp } from "./commands/help.ts";
import { addInspect, addStatus } from "./commands/inspect.ts";
import { addLaterCommands } from "./commands/later.ts";
import { addList } from "./commands/list.ts";
import { addMulti } from "./commands/multi.ts";
import { addOwnCommands } from "./commands/own-commands.ts";
import { addPurge } from "./commands/purge.ts";
import { addQueue } from "./commands/queue.ts";
import { addReport } from "./commands/report.ts";
import { addResult } from "./commands/result.ts";
import { addWorker } from "./commands/worker.ts";
import { parseLevel } from "./parse-values.ts";
import type { Start } from "./session.ts";
import { throwWrongWords } from "./wrong-words.ts";

/**
 * Makes the program. It throws `WrongWords` where the words are wrong, and prints nothing but help.
 *
 * @param start - Runs what a command does.
 */
export function makeProgram(start: Start): Command {
  const program = new Command("actor-cli")
    .description("Runs, asks and calls workers of a Troupe application.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} });
  addGlobalOptions(program);
  addWorker(program, start);
  addMulti(program, start);
  addCall(program, start);
  addResult(program, start);
  addGraph(program, start);
  addExplain(program, start);
  addStatus(program, start);
  addInspect(program, start);
  addDelayed(program, start);
  addDead(program, start);
  addQueue(program, start);
  addList(program, start);
  addPurge(program, start);
  addControl(program, start);
  addOwnCommands(program, start);
  addEvents(program, start);
  addReport(program, start);
  addCompletion(program, start);
  addHelp(program);
  addLaterCommands(program);
  throwWrongWords(program);
  program.addHelpText("after", ABOUT);
  addExamples(program);
  return program;
}

function addGlobalOptions(program: Command): void {
  program
    .addOption(
      new Option(
        "-A, --app <path>",
        "module of the application: path/to/app, path/to/app:export, a folder, or a package",
      ).env("TROUPE_APP"),
    )
    .option("-b, --broker <url>", "broker to use instead of the application's; several with commas between them")
    .option("--workdir <folder>", "folder to change to first")
    .option(
      "-l, --loglevel <level>",
      "least level of the log on standard error: trace, debug, info, warn, error, fatal, silent (default: worker: warn, else: error)",
      parseLevel,
    )
    .option("-q, --quiet", "print results only: no banner, no notes")
    .option("-j, --json", "print results as JSON")
    .option("-C, --no-color", "no colours")
    .addOption(new Option("--result-backend <url>").hideHelp());
}

const ABOUT = `
Global options may stand before or after the command.

The application is the export "app" of the module, else "troupe", else any Troupe that it exports; in a folder, that of
its index module, else of its modules "troupe" and "app". Modules end in .ts, .mts, .js or .mjs; TypeScript needs no build.

Exit codes: 0 done, 1 failed or nobody replied, 2 wrong usage, 69 no broker reached.

Examples:
  actor-cli -A proj worker -l info
  actor-cli -A proj call proj.tasks.add 2 2
  actor-cli -A proj -b nats://127.0.0.1:4222 inspect active`;

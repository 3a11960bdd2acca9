// `multi`: starts, stops and restarts several workers in the background. Nothing is stored: a node is known by its pid file.

import { type Command, Option } from "commander";
import { EXIT, type ExitCode, usageError } from "../exit-code.ts";
import { parseMultiWords } from "../multi/multi-words.ts";
import { MULTI_ALIASES, MULTI_COMMANDS, runMultiCommand } from "../multi/run-multi.ts";
import { DURATION_HELP, parseDuration } from "../parse-values.ts";
import type { Session, Start } from "../session.ts";

/** Adds the command. */
export function addMulti(program: Command, start: Start): void {
  const multi = program
    .command("multi")
    .summary("start, stop and restart several workers in the background")
    .usage("<command> <nodes...> [options] [options of worker]")
    .description(
      "Starts, stops and restarts workers in the background. Nothing is stored: a node is known by its pid file, so give " +
        "all commands the same --pidfile, and restart what start was given.",
    )
    .argument("<command>", [...MULTI_COMMANDS.keys(), "help"].join(", "))
    .argument("[words...]", "names of nodes, or their count, and options of worker")
    .option("--range-prefix <text>", "what nodes are called that are given by their count", "troupe")
    .addOption(
      new Option(
        "--timeout <duration>",
        `stopwait, restart: how long a node may take to stop; then it is stopped cold: ${DURATION_HELP} (default: no limit)`,
      ).argParser(parseDuration),
    )
    .option("--nosplash", "do not print the version")
    .option("--verbose", "print the command line of each node that is started")
    .addHelpText("after", HELP);
  multi.action((command: string, words: string[], _options: unknown, given: Command) =>
    start(given, (session) => runMulti(command, words, multi, session)),
  );
}

const HELP = `
Commands:
${[...MULTI_COMMANDS].map(([name, { help }]) => `  ${name.padEnd(9)} ${help}`).join("\n")}

An option with a selector is for these nodes only, and comes before one without: numbers count nodes from 1.

Pid and log files are in the current folder if nothing else is said. Tokens in --pidfile, --logfile and other values:
%n name of the node, %h its host, %p both, %d domain, %i 0, %I nothing. What follows -- is given to the workers as it is.

Exit codes: 0 done; 1 some nodes failed, or were down when they were to be stopped; 69 they run, but have no broker yet.

Examples:
  actor-cli multi start w1 -A proj -l INFO
  actor-cli multi stopwait w1 --timeout 30s
  actor-cli multi start w1 -A proj -l INFO --pidfile=/var/run/troupe/%n.pid --logfile=/var/log/troupe/%n%I.log
  actor-cli multi start 10 -A proj -l INFO -Q:1-3 images,video -Q:4,5 data -Q default -L:4,5 debug
  actor-cli multi show foo bar -c:foo 5 -A proj`;

async function runMulti(name: string, given: readonly string[], multi: Command, session: Session): Promise<ExitCode> {
  const command = MULTI_COMMANDS.get(MULTI_ALIASES.get(name) ?? name);
  if ([name, ...given].some((word) => word === "-h" || word === "--help") || name === "help") {
    multi.outputHelp();
    return EXIT.done;
  }
  if (!command) throw usageError(`multi has no command "${name}"; it has ${[...MULTI_COMMANDS.keys()].join(", ")}`);
  return runMultiCommand(command, parseMultiWords(given, multi), session);
}

// The program `actor-cli`: parses the command line, runs the command, and ends with its exit code. Errors become one line.

import { statSync } from "node:fs";
import type { Command } from "commander";
import { terminalAsk } from "./confirm.ts";
import { CliError, EXIT, type ExitCode, exitCodeOf, usageError } from "./exit-code.ts";
import { moduleImporter } from "./import-module.ts";
import { withVerbatimMulti } from "./multi/multi-words.ts";
import { makeLog } from "./output/log.ts";
import { Output } from "./output/output.ts";
import { lines } from "./output/plain-text.ts";
import { makeProgram } from "./program.ts";
import { type GlobalOptions, Session } from "./session.ts";
import { WrongWords } from "./wrong-words.ts";

async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  let output = new Output({ quiet: false, json: false, color: true }, process.stdout, process.stderr);
  let isDebugging = false;
  let session: Session | null = null;
  const program = makeProgram(async (command, run) => {
    const options = globalOptionsOf(command);
    output = new Output(
      { quiet: options.quiet ?? false, json: options.json ?? false, color: options.color },
      process.stdout,
      process.stderr,
    );
    isDebugging = options.loglevel === "debug" || options.loglevel === "trace";
    session ??= makeSession(options, output); // --workdir is relative, and so entered once
    exitCode = await run(session);
  });
  try {
    await program.parseAsync(withVerbatimMulti(argv, program), { from: "user" });
    return exitCode;
  } catch (error) {
    return error instanceof WrongWords ? misused(error, output) : failed(error, output, isDebugging);
  }
}

function globalOptionsOf(command: Command): GlobalOptions {
  const options = command.optsWithGlobals<GlobalOptions & { readonly resultBackend?: string }>();
  if (options.resultBackend !== undefined)
    throw usageError("option --result-backend is not supported: the broker keeps the results; leave it out");
  return options;
}

function makeSession(options: GlobalOptions, output: Output): Session {
  if (options.workdir !== undefined) enter(options.workdir);
  const format = { pretty: output.isTerminal && !output.json, color: output.colorsErrors };
  return new Session(options, {
    output,
    importModule: moduleImporter(),
    folder: process.cwd(),
    ask: terminalAsk(),
    makeLog: (level, worker, file) =>
      file === null
        ? makeLog(level, worker, format, (line) => process.stderr.write(line))
        : makeLog(level, worker, { pretty: false, color: false }, (line) => file.write(line)),
  });
}

function enter(folder: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(`--workdir ${folder} is not a folder; give one that exists`);
  process.chdir(folder);
}

function failed(error: unknown, output: Output, isDebugging: boolean): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && isDebugging ? lines(error.stack ?? "") : null;
  output.error(message, error instanceof CliError ? (error.details ?? stack) : stack);
  return exitCodeOf(error);
}

// Help and version are "errors" of commander, too; they are printed already.
function misused(error: WrongWords, output: Output): ExitCode {
  if (error.exitCode === 0) return EXIT.done;
  if (error.code !== "commander.help") {
    const message = error.message
      .replace(/^error: /, "")
      .replace(/\n/g, " ")
      .replace(/\.$/, "");
    output.error(`${message}; see ${["actor-cli", error.command, "--help"].filter(Boolean).join(" ")}`);
  }
  return EXIT.usage;
}

// The reader of a pipe may leave before all is written: `actor-cli inspect stats | head -1`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed);
});

// A command ends when it is done, not when nothing keeps the process alive: a worker on memory: has no connection at all,
// and one that has lost its broker none for the moment.
setInterval(() => {}, 2 ** 30);

const code = await main(process.argv.slice(2));
// The user's modules may hold timers and connections that would keep the process alive; what is written goes out first.
process.stdout.write("", () => process.exit(code));

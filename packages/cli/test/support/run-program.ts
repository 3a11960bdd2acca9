// Runs command lines in this process, over an application that a test made.

import { memoryTransport, Troupe } from "@troupe/core";
import type { Command, CommanderError } from "commander";
import { expect } from "vitest";
import type { Ask } from "../../src/confirm.ts";
import { CliError } from "../../src/exit-code.ts";
import { makeLog } from "../../src/output/log.ts";
import { makeProgram } from "../../src/program.ts";
import { type GlobalOptions, Session } from "../../src/session.ts";
import { recordedOutput } from "./recorded-output.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** How a run ended, and what it printed. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly options: GlobalOptions | null;
}

/** Runs a command line over an application that is exported by ./proj. */
export async function run(
  words: readonly string[],
  app: Troupe = new Troupe("proj"),
  onEnd: (out: string) => void = () => {},
  ask: Ask = null,
): Promise<Run> {
  const folder = scratchFolder({ "proj.ts": "" });
  let result: Run = { code: null, out: "", err: "", options: null };
  const program = makeProgram(async (command: Command, action) => {
    const options = command.optsWithGlobals<GlobalOptions>();
    const { output, out, err } = recordedOutput({ json: options.json ?? false, quiet: options.quiet ?? false });
    const session = new Session(options, {
      output,
      folder,
      importModule: async () => ({ app }),
      ask,
      makeLog: (level, worker) => makeLog(level, worker, { pretty: false, color: false }, () => {}),
    });
    const code = await action(session).finally(() => onEnd(out()));
    result = { code, out: out(), err: err(), options };
  });
  await program.parseAsync(words, { from: "user" });
  return result;
}

/** What a command that fails has printed before. */
export async function failing(words: readonly string[], app: Troupe): Promise<{ readonly out: string }> {
  let printed = "";
  const ended = run(words, app, (out) => {
    printed = out;
  });
  await expect(ended).rejects.toBeInstanceOf(CliError);
  return { out: printed };
}

/** Why a command line is not understood. */
export function refused(words: readonly string[]): Promise<Error> {
  return run(words).then(
    () => {
      throw new Error(`not refused: ${words.join(" ")}`);
    },
    (error: CommanderError) => error,
  );
}

/** A broker in this process that the commands take for a real one. */
export function reachable(name: string): { readonly app: Troupe; readonly peer: Troupe } {
  const transport = new Proxy(memoryTransport(), {
    get: (target, key) => {
      const value: unknown = key === "address" ? "test:" : Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    app: new Troupe(name, { broker: transport }),
    peer: new Troupe(name, { broker: transport, logLevel: "silent" }),
  };
}

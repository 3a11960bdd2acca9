// Starts this program a second time, in the folder it was started in: --workdir is read by the new process, too.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

const FOLDER = process.cwd();

/**
 * Starts it.
 *
 * @param words - Its command line. Default: that of this process.
 */
export function spawnAgain(options: SpawnOptions, words: readonly string[] = process.argv.slice(2)): ChildProcess {
  const [, program = ""] = process.argv;
  return spawn(process.execPath, [...process.execArgv, program, ...words], { cwd: FOLDER, ...options });
}

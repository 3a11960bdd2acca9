// Starts a stopped worker again with the same command line, under the same process id: Node cannot replace its own process, so
// this one stays as the parent of the new one, passes signals on, and ends as it ends.

import type { ChildProcess } from "node:child_process";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { spawnAgain } from "../spawn-again.ts";

const PASSED_ON: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

/** Marks processes that have such a parent, for it does their restarts. */
const MARK = "TROUPE_RUN_AGAIN";

/** Runs the program again, and again after each SIGHUP. Resolves with the exit code of the last run. */
export async function runAgain(): Promise<ExitCode> {
  let child = start();
  let hungUp = false;
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
  process.on("SIGHUP", () => {
    hungUp = true;
    child.kill("SIGTERM");
  });
  for (;;) {
    const code = await ended(child);
    if (!hungUp) return code;
    hungUp = false;
    child = start();
  }
}

/** Whether this process may restart itself: a terminal that is closed hangs up for good, and a parent does it for its child. */
export function mayRunAgain(): boolean {
  return !process.stdin.isTTY && !isRunAgain();
}

/** Whether this process is such a new one: its parent has the place that the worker has, and the pid file. */
export function isRunAgain(): boolean {
  return process.env[MARK] === String(process.ppid);
}

/**
 * Tells such a new process that its parent is gone, killed: nobody finds it by the pid file any more, and another start may take
 * its place.
 */
export function onParentGone(listener: () => void): void {
  if (isRunAgain()) process.once("disconnect", listener);
}

function start(): ChildProcess {
  const env = { ...process.env, [MARK]: String(process.pid) };
  return spawnAgain({ stdio: ["inherit", "inherit", "inherit", "ipc"], env });
}

function ended(child: ChildProcess): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(Object.values(EXIT).find((known) => known === code) ?? EXIT.failed));
  });
}

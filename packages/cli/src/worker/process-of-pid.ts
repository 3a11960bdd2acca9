// What a process id stands for now: ids are used again, by any program.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expandWorkerName } from "@troupe/core";

/** A worker of that name, or one that does not tell its name; another program; or nothing. */
export type ProcessKind = "worker" | "other" | "gone";

/** @param hostname - full name of the worker that the id is said to be of. */
export function processKind(pid: number, hostname: string): ProcessKind {
  if (!isThere(pid)) return "gone";
  const words = commandLine(pid);
  return words === null || isWorker(words, hostname) ? "worker" : "other";
}

/** Whether a command line is that of this worker. One that names another worker is not. */
export function isWorker(words: readonly string[], hostname: string): boolean {
  const isProgram = words.some((word) => /(^|\/)actor-cli(\.js)?$|\/cli\/dist\/main\.js$/.test(word));
  if (!isProgram || !words.includes("worker")) return false;
  const name = nameIn(words);
  return name === null || nameOf(name) === hostname;
}

// Whatever has that id now, a zombie included: one whose parent does not wait for it is no process any more.
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
  return !/^State:\s+Z/m.test(read(`/proc/${pid}/status`) ?? "");
}

/** Null: it cannot be told. */
function commandLine(pid: number): readonly string[] | null {
  if (process.platform === "linux") return read(`/proc/${pid}/cmdline`)?.split("\0") ?? null;
  if (process.platform === "win32") return null;
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
  } catch {
    return null;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function nameIn(words: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    if (word === "-n" || word === "--hostname") return words[index + 1] ?? null;
    const joined = /^(?:--hostname=|-n)(.+)$/.exec(word)?.[1];
    if (joined !== undefined) return joined;
  }
  return null;
}

function nameOf(pattern: string): string | null {
  try {
    return expandWorkerName(pattern);
  } catch {
    return null;
  }
}

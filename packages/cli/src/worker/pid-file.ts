// The file that holds a worker's process id: at most one worker lives by it. It is made whole or not at all, belongs to whoever
// made it, and is gone when the worker ends, unless it was killed; what a dead worker left is replaced.

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CliError } from "../exit-code.ts";
import { processKind } from "./process-of-pid.ts";

/** Whom a pid file tells of. */
export interface PidOwner {
  /** Null: what it holds is no process id. */
  readonly pid: number | null;
  readonly kind: "worker" | "other" | "gone";
}

/** Whom a pid file tells of; null: there is no such file. @throws {CliError} it cannot be read. */
export function pidOwner(file: string, hostname: string): PidOwner | null {
  const text = readPidFile(file);
  if (text === null) return null;
  const pid = /^[1-9]\d*\s*$/.test(text) ? Number(text) : null;
  return { pid, kind: pid === null ? "gone" : processKind(pid, hostname) };
}

/** @throws {CliError} a worker lives by this file. */
export function refuseLive(file: string, hostname: string): void {
  const owner = pidOwner(file, hostname);
  if (owner?.kind !== "worker" || owner.pid === process.pid) return;
  throw new CliError(
    `worker ${hostname} runs already, its process id is ${owner.pid} by ${file}; stop it first, or give this one another name or --pidfile`,
  );
}

/**
 * Writes this process's id; the file is removed when the process ends.
 *
 * @param note - Told that a stale file is replaced.
 * @throws {CliError} a worker lives by this file, or it cannot be written.
 */
export function claimPidFile(file: string, hostname: string, note: (text: string) => void): void {
  const own = `${file}.${process.pid}`;
  refuseLive(file, hostname);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(own, `${process.pid}\n`);
    if (!isFree(file, own)) {
      note(
        `pid file ${file} is stale: it holds ${shownPid(readPidFile(file))}, which is no worker ${hostname}; replaced`,
      );
      replaceStale(file, own, hostname);
    }
  } catch (error) {
    throw error instanceof CliError ? error : unwritable(file, error);
  } finally {
    rmSync(own, { force: true });
  }
  process.once("exit", () => releasePidFile(file));
}

// Removes the file if it is still this process's.
function releasePidFile(file: string): void {
  if (readPidFile(file)?.trim() === String(process.pid)) rmSync(file, { force: true });
}

// A link is made only where nothing is, and what it shows is complete from the first moment.
function isFree(file: string, own: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

// Another start may do the same now: what is taken away is looked at once more, and given back if it is no longer stale.
function replaceStale(file: string, own: string, hostname: string): void {
  const taken = `${own}.stale`;
  try {
    renameSync(file, taken);
    if (pidOwner(taken, hostname)?.kind === "worker") isFree(file, taken);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  rmSync(taken, { force: true });
  if (isFree(file, own)) return;
  refuseLive(file, hostname);
  throw new CliError(`pid file ${file} is written by another start of worker ${hostname}; try again`);
}

function readPidFile(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw new CliError(`pid file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function shownPid(text: string | null): string {
  return text === null ? "nothing" : JSON.stringify(text.trim().slice(0, 20));
}

function unwritable(file: string, error: unknown): CliError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CliError(
    `pid file ${file} cannot be written: ${reason}; give a --pidfile in a folder that is this user's`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

// Gives up root's rights: the worker, its files and its children are another user's from here on.

import { execFileSync } from "node:child_process";
import { InvalidArgumentError } from "commander";
import { CliError, usageError } from "../exit-code.ts";

/** Whom to become, by name or number, and the mask of the files that are made. */
export interface UserOptions {
  readonly uid?: string;
  readonly gid?: string;
  readonly umask?: number;
}

/** @throws {InvalidArgumentError} it is no mask in octal digits. */
export function parseUmask(text: string): number {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  throw new InvalidArgumentError("Give octal digits, for example 027.");
}

/** @throws {CliError} there is no such user or group, or this process may not become it. */
export function becomeUser({ uid, gid, umask }: UserOptions): void {
  if (umask !== undefined) process.umask(umask);
  if (uid === undefined && gid === undefined) return;
  const self = process.getuid?.();
  if (self === undefined) throw usageError(`--uid and --gid mean nothing on ${process.platform}; leave them out`);
  if (self !== 0)
    throw new CliError(`--uid and --gid are for a start by root; this process is user ${self}: leave them out`);
  takeOn(uid, gid === undefined ? numberOf("-g", uid ?? "") : wordOrNumber(gid));
}

function takeOn(user: string | undefined, group: number | string): void {
  const groups = user === undefined ? [] : numbersOf("-G", user);
  const number = user === undefined ? null : numberOf("-u", user);
  try {
    process.setgroups?.([group, ...groups]);
    process.setgid?.(group);
    if (number !== null) process.setuid?.(number);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`this process cannot become user ${user ?? "root"}, group ${group}: ${reason}`);
  }
}

function numberOf(what: "-u" | "-g", user: string): number {
  return numbersOf(what, user)[0] ?? 0;
}

// Node gives no number for a name.
function numbersOf(what: "-u" | "-g" | "-G", user: string): readonly number[] {
  try {
    const answer = execFileSync("id", [what, "--", user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return answer.trim().split(" ").map(Number);
  } catch {
    throw usageError(`there is no user "${user}"; give --uid the name or number of one that is known here`);
  }
}

function wordOrNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

// A worker in the background: the program is started anew in a session of its own, and this process ends when that one is ready,
// waits for a broker, or is gone.

import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { CliError, EXIT, type ExitCode } from "../exit-code.ts";
import { openLog } from "../output/log-file.ts";
import { lines } from "../output/plain-text.ts";
import { spawnAgain } from "../spawn-again.ts";

/** How the start went, as the new process says it: ready, or what it waits for. */
type Word = { readonly troupe: "ready" } | { readonly troupe: "waits"; readonly why: string };

/** What a detached worker tells the process that started it. */
export interface StartReport {
  ready(): void;
  /** There is no broker yet; it goes on trying. */
  waits(why: string): void;
}

/** How a detached start went. */
export interface DetachedStart {
  readonly pid: number;
  /** What it waits for; null: it is ready. */
  readonly waitsFor: string | null;
}

const MARK = "TROUPE_DETACHED";
/** Most of what a worker wrote before it ended that is shown. */
const LAST_WORDS_BYTES = 16_384;

/**
 * Starts the program in the background.
 *
 * @param logfile - What it writes goes there.
 * @throws {CliError} it ended before it was ready; with what it wrote.
 */
export async function startDetached(logfile: string): Promise<DetachedStart> {
  const fd = openLog(logfile);
  const before = statSync(logfile).size;
  const child = spawnAgain({
    detached: true,
    stdio: ["ignore", fd, fd, "ipc"],
    env: { ...process.env, [MARK]: String(process.pid) },
  });
  closeSync(fd);
  // One that is told to stop waiting ends what it started.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill("SIGTERM"));
  const word = await firstWord(child);
  if (typeof word === "object" && word !== null) {
    if (child.connected) child.disconnect();
    child.unref();
    return { pid: child.pid ?? 0, waitsFor: word.troupe === "waits" ? word.why : null };
  }
  const code = Object.values(EXIT).find((known) => known === word && known !== EXIT.done) ?? EXIT.failed;
  throw failed(code, wordsSince(before, logfile), logfile);
}

/** How a detached worker tells; null where this process is none. */
export function startReport(): StartReport | null {
  const isDetached = process.env[MARK] === String(process.ppid) && process.send !== undefined;
  if (!isDetached) return null;
  delete process.env[MARK];
  // Whoever started it may be gone.
  const tell = (word: Word): void => {
    if (process.connected) process.send?.(word, () => process.connected && process.disconnect());
  };
  return { ready: () => tell({ troupe: "ready" }), waits: (why) => tell({ troupe: "waits", why }) };
}

function firstWord(child: ChildProcess): Promise<Word | number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
    child.on("message", (message) => {
      if (isWord(message)) resolve(message);
    });
  });
}

// The application's own code may send messages, too.
function isWord(message: unknown): message is Word {
  if (typeof message !== "object" || message === null || !("troupe" in message)) return false;
  return message.troupe === "ready" || message.troupe === "waits";
}

function wordsSince(before: number, logfile: string): string {
  const size = statSync(logfile).size;
  const start = Math.max(before, size - LAST_WORDS_BYTES);
  const bytes = Buffer.alloc(Math.max(size - start, 0));
  const fd = openSync(logfile, "r");
  const read = readSync(fd, bytes, 0, bytes.length, start);
  closeSync(fd);
  return bytes.toString("utf8", 0, read).trim();
}

// What the worker said of itself is all there is to say.
function failed(code: ExitCode, words: string, logfile: string): CliError {
  const [, message = null] = /^Error: (.+)$/m.exec(words) ?? [];
  if (message === null)
    return new CliError(
      `the worker ended before it was ready; see ${logfile}`,
      code,
      words === "" ? null : lines(words),
    );
  const after = words.slice(words.indexOf(message) + message.length).trim();
  return new CliError(message, code, after === "" ? null : lines(after));
}

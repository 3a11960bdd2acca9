// The log of a command, on standard error: readable lines in a terminal, JSON lines elsewhere. Control characters in what
// is logged are shown as escapes, for names and error messages come from whoever can reach the broker.

import type { Logger } from "@troupe/core";
import { pino } from "pino";
import type { LogLevel } from "../parse-values.ts";
import { lines, oneLine, safeJson } from "./plain-text.ts";

/** How lines look. */
export interface LogFormat {
  /** Lines for people; else JSON. */
  readonly pretty: boolean;
  readonly color: boolean;
}

/** What the line says already, or what the reader of a terminal knows. */
const HIDDEN = "pid,worker,task,taskId,runtimeMs";

/** A log, and a way to say what is said at every level. */
export interface CommandLog {
  readonly logger: Logger;
  /** Writes a line, in the form of the log, whatever its level. */
  readonly announce: (line: string) => void;
}

/**
 * Makes a log.
 *
 * @param worker - Name of the worker that writes, a field of each line; null for other commands.
 * @param write - Takes a whole line, with its end.
 */
export async function makeLog(
  level: LogLevel,
  worker: string | null,
  format: LogFormat,
  write: (line: string) => void,
): Promise<CommandLog> {
  const print = format.pretty ? await prettyPrinter(format.color) : safeJson;
  const base = { pid: process.pid, ...(worker !== null && { worker }) };
  const logger = pino(
    { level, base, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => write(print(line)) },
  );
  const always = logger.child({}, { level: "info" });
  return { logger, announce: (line) => always.info(line) };
}

async function prettyPrinter(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import("pino-pretty");
  const pretty = prettyFactory({
    colorize,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
    ignore: HIDDEN,
    singleLine: true,
  });
  return (line) => {
    const { err, ...entry } = fieldsOf(line);
    const stack = typeof err === "object" && err !== null && "stack" in err ? String(err.stack) : null;
    return pretty({ ...entry, msg: messageOf(entry) }) + (stack === null ? "" : `${stack.replace(/^/gm, "    ")}\n`);
  };
}

// What a handler logs does not say which task it is.
function messageOf({ msg, task, taskId }: Readonly<Record<string, unknown>>): unknown {
  if (typeof msg !== "string" || typeof taskId !== "string" || msg.includes(taskId)) return msg;
  return `${typeof task === "string" ? task : "task"}[${taskId}]: ${msg}`;
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  const entry = safe(JSON.parse(line), "");
  return typeof entry === "object" && entry !== null ? { ...entry } : {};
}

function safe(value: unknown, key: string): unknown {
  if (typeof value === "string") return key === "stack" ? lines(value) : oneLine(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => safe(item, ""));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [oneLine(name), safe(item, name)]));
}

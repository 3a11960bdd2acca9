// Words of the command line to values: durations, numbers, lists, log levels, task arguments.

import type { Duration } from "@troupe/core";
import { InvalidArgumentError } from "commander";

/** Levels of the log, from much to nothing. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

const LEVELS: ReadonlyMap<string, LogLevel> = new Map<string, LogLevel>([
  ["trace", "trace"],
  ["debug", "debug"],
  ["info", "info"],
  ["warn", "warn"],
  ["warning", "warn"],
  ["error", "error"],
  ["critical", "fatal"],
  ["fatal", "fatal"],
  ["silent", "silent"],
]);

/** How durations are written, for help texts. */
export const DURATION_HELP = 'milliseconds, or a text such as "500ms", "2s", "5m"';

/** @throws {InvalidArgumentError} not a level, in any case. */
export function parseLevel(text: string): LogLevel {
  const level = LEVELS.get(text.toLowerCase());
  if (level) return level;
  throw new InvalidArgumentError("Give one of trace, debug, info, warn, error, fatal, silent.");
}

/** @throws {InvalidArgumentError} not a duration. */
export function parseDuration(text: string): Duration {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (isUnitDuration(text)) return text;
  throw new InvalidArgumentError(`Give ${DURATION_HELP}.`);
}

function isUnitDuration(text: string): text is Extract<Duration, string> {
  return /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text);
}

/** @throws {InvalidArgumentError} not a whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("Give a whole number from 1.");
}

/** Words between commas. @throws {InvalidArgumentError} there is none. */
export function parseList(text: string): string[] {
  const words = text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  if (words.length > 0) return words;
  throw new InvalidArgumentError("Give names with commas between them.");
}

/** @throws {InvalidArgumentError} not a JSON list. */
export function parseJsonList(text: string): unknown[] {
  const value = parseJson(text);
  if (Array.isArray(value)) return value;
  throw new InvalidArgumentError("Give a JSON list, for example '[2, 2]'.");
}

/** @throws {InvalidArgumentError} not a JSON object. */
export function parseJsonObject(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new InvalidArgumentError(`Give a JSON object, for example '{"debug": true}'.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/**
 * One argument of a task: JSON where the word is JSON, else the word itself. `'"2"'` is the text 2.
 *
 * @throws {InvalidArgumentError} a whole number that would lose digits.
 */
export function parseTaskArgument(word: string): unknown {
  const value = jsonOr(word);
  if (typeof value === "number" && /^-?\d+$/.test(word) && !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`The number ${word} would lose digits; send it as text: '"${word}"'.`);
  }
  return value;
}

function jsonOr(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}

// Words of the command line to values: durations, numbers, lists, log levels, task arguments.

import type { Duration, Rate } from "@troupe/core";
import { InvalidArgumentError } from "commander";
import { usageError } from "./exit-code.ts";

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

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/;

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

/** @throws {InvalidArgumentError} not a rate. */
export function parseRate(text: string): Rate {
  if (isRate(text)) return text;
  throw new InvalidArgumentError('Give a rate such as "10/s", "10/m", "10/h".');
}

function isRate(text: string): text is Extract<Rate, string> {
  return /^\d+(\.\d+)?(\/[smh])?$/.test(text);
}

/** A date with its time zone, for it is read by people elsewhere. @throws {InvalidArgumentError} it is none. */
export function parseDate(text: string): Date {
  const date = new Date(text);
  if (DATE.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("Give a date with its time zone, for example 2030-01-31T12:00:00Z.");
}

/** A duration or a date. @throws {InvalidArgumentError} it is neither. */
export function parseLatest(text: string): Duration | Date {
  return /^\d{4}-/.test(text) || !/^\d/.test(text) ? parseDate(text) : parseDuration(text);
}

/** @throws {InvalidArgumentError} not a whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("Give a whole number from 1.");
}

/** Two whole numbers, as `10,2`. @throws {InvalidArgumentError} it is something else. */
export function parseBounds(text: string): [number, number] {
  const [one, other, ...rest] = text.split(",").map((word) => (/^\d+$/.test(word.trim()) ? Number(word) : 0));
  if (one && other && rest.length === 0) return [one, other];
  throw new InvalidArgumentError("Give two whole numbers from 1 with a comma between them, for example 10,2.");
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

/** @throws {InvalidArgumentError} not JSON, or with a number that would lose digits. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const inexact = inexactNumber(text);
  if (inexact !== undefined) throw new InvalidArgumentError(wouldChange(inexact));
  return value;
}

// Texts of the JSON are passed over, for a number in them is text.
function inexactNumber(json: string): string | undefined {
  const parts = json.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g) ?? [];
  return parts.find((part) => !part.startsWith('"') && !isExact(part));
}

// A whole number with all its digits; fractions are rounded everywhere.
function isExact(number: string): boolean {
  return /^-?\d+$/.test(number) ? Number.isSafeInteger(Number(number)) : Number.isFinite(Number(number));
}

function wouldChange(number: string): string {
  return `The number ${number} would lose digits; send it as text: "${number}".`;
}

/**
 * One argument of a task: JSON where the word is JSON, else the word itself. `'"2"'` is the text 2.
 *
 * @throws {CliError} it holds a whole number that would lose digits.
 */
export function parseTaskArgument(word: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(word);
  } catch {
    return word;
  }
  const inexact = inexactNumber(word);
  if (inexact !== undefined) throw usageError(`argument ${word} cannot be sent as it is. ${wouldChange(inexact)}`);
  return value;
}

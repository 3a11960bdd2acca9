// The rules that option tables are made of.

import type { OptionRule } from "./check-options.ts";
import { type Duration, durationMs, MAX_DUE, parseDuration } from "./duration.ts";
import { isQueueName, isTaskId } from "./names.ts";
import { isRoutingKey } from "./topic.ts";

export const flag: OptionRule = { wants: "true or false", is: (value) => typeof value === "boolean" };
export const text: OptionRule = { wants: "a string", is: (value) => typeof value === "string" };

/** A string that is not longer than `most` characters. */
export function textUpTo(most: number): OptionRule {
  return {
    wants: `a string of at most ${most} characters`,
    is: (value) => typeof value === "string" && value.length <= most,
  };
}

export const texts: OptionRule = {
  wants: "a list of strings",
  is: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
};
export const differentTexts: OptionRule = {
  wants: "a list of strings, each once",
  is: (value) => texts.is(value) && Array.isArray(value) && new Set(value).size === value.length,
};
export const plainObject: OptionRule = { wants: "an object", is: isPlainObject };
export const routingKey: OptionRule = {
  wants: 'words of letters, digits, _ and -, with dots between them: "media.video.high"',
  is: isRoutingKey,
};
export const queueName: OptionRule = {
  wants: "a queue name: 1 to 64 letters, digits, _ and -, with single dots between them",
  is: isQueueName,
};
export const taskId: OptionRule = { wants: "1 to 128 letters, digits and _ . : @ -", is: isTaskId };
export const duration: OptionRule = {
  wants: 'milliseconds or a string such as "10s", "5m", "2h"',
  is: (value) => parseDuration(value) !== null,
};
export const dueDate: OptionRule = {
  wants: "a Date up to the year 2286",
  is: (value) => value instanceof Date && value.getTime() <= MAX_DUE,
};
export const errorClasses: OptionRule = {
  wants: "a list of error classes",
  is: (value) => Array.isArray(value) && value.every(isClass),
};

/** A duration that is not shorter than `least`. */
export function durationFrom(least: Duration): OptionRule {
  return {
    wants: `milliseconds or a string such as "10s", "5m", "2h", not less than ${least}`,
    is: (value) => (parseDuration(value) ?? -1) >= durationMs(least, "the least duration"),
  };
}

/** An integer in a range. */
export function integer(min: number, max: number): OptionRule {
  return {
    wants: `an integer from ${min} to ${max}`,
    is: (value) => typeof value === "number" && Number.isInteger(value) && value >= min && value <= max,
  };
}

/** One of some strings. */
export function oneOf(values: readonly string[]): OptionRule {
  return {
    wants: `one of ${values.map((value) => `"${value}"`).join(", ")}`,
    is: (value) => typeof value === "string" && values.includes(value),
  };
}

/** A list of some strings, at least one. */
export function someOf(values: readonly string[]): OptionRule {
  return {
    wants: `a list of ${values.map((value) => `"${value}"`).join(", ")}, at least one`,
    is: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((item) => typeof item === "string" && values.includes(item)),
  };
}

/** Whether a value is an object made by a literal, not an instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isClass(value: unknown): boolean {
  return typeof value === "function" && typeof value.prototype === "object";
}

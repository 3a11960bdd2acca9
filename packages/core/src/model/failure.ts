// Errors as plain data and back. Nothing from the wire is ever constructed by name: a class is used only when the
// receiver already knows it, and its constructor does not run.

import * as errors from "./errors.ts";

/** An error as it travels: plain data with bounded sizes. */
export interface Failure {
  /** Name of the error's class. */
  readonly type: string;
  readonly message: string;
  /** Stack as the remote process saw it. */
  readonly stack?: string;
  /** `code` of the error where it has one: a text, or a number as gRPC and database drivers give. */
  readonly code?: string | number;
  /** The error's own further properties: texts, numbers, true and false; at most 16. */
  readonly details?: Readonly<Record<string, Detail>>;
  /** Task that it happened in, where the record is another one's: of a step after it. */
  readonly taskId?: string;
  readonly cause?: Failure;
  /** Members of an AggregateError, at most ten. */
  readonly errors?: readonly Failure[];
}

/** A property of an error that travels. */
type Detail = string | number | boolean;

/** A class that `errorFromFailure` may give an error to. */
export type ErrorClass = abstract new (...args: never[]) => Error;

const MAX_DEPTH = 8;
const MAX_ERRORS = 50;
const MAX_MESSAGE = 8_192;
const MAX_STACK = 16_384;
const MAX_MEMBERS = 10;
const MAX_DETAILS = 16;
const MAX_DETAIL = 1_024;

// What travels by itself, or is the receiver's to say.
const NOT_DETAILS = new Set(["stack", "cause", "errors", "code", "taskId"]);

/** Whether what was thrown is of a class. It may be a proxy that throws when it is looked at. */
export function isInstance<T>(thrown: unknown, constructor: abstract new (...args: never[]) => T): thrown is T {
  try {
    return thrown instanceof constructor;
  } catch {
    return false;
  }
}

/** Plain data of anything that was thrown: an Error, a string, null, a proxy that throws. */
export function failureOf(thrown: unknown): Failure {
  return failureWithin(thrown, 0, { left: MAX_ERRORS });
}

// On an error from plain data: that data.
const CARRIED: unique symbol = Symbol("carried");

/** An error that was thrown elsewhere, and goes on as the very data that it came as. */
export function carriedError(failure: Failure): Error {
  return Object.defineProperty(errorFromFailure(failure, []), CARRIED, { value: failure });
}

function carriedBy(error: Error): Failure | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the function above knows the symbol
  return CARRIED in error ? (error[CARRIED] as Failure) : null;
}

// `budget`: errors that may still be taken, of causes and members together.
function failureWithin(thrown: unknown, depth: number, budget: { left: number }): Failure {
  budget.left--;
  try {
    return thrown instanceof Error
      ? (carriedBy(thrown) ?? failureOfError(thrown, depth, budget))
      : { type: "Error", message: cut(textOf(thrown), MAX_MESSAGE) };
  } catch {
    return { type: "Error", message: "the thrown value could not be read" };
  }
}

function failureOfError(error: Error, depth: number, budget: { left: number }): Failure {
  const code: unknown = "code" in error ? error.code : undefined;
  const deeper = depth < MAX_DEPTH && budget.left > 0;
  return {
    type: cut(String(error.name || error.constructor.name), 128),
    message: cut(String(error.message), MAX_MESSAGE),
    ...(typeof error.stack === "string" && { stack: cut(error.stack, MAX_STACK) }),
    ...(typeof code === "string" && { code: cut(code, 128) }),
    ...(typeof code === "number" && Number.isFinite(code) && { code }),
    ...detailsOf(error),
    ...(error.cause !== undefined && deeper && { cause: failureWithin(error.cause, depth + 1, budget) }),
    ...(error instanceof AggregateError &&
      deeper && {
        errors: error.errors.slice(0, MAX_MEMBERS).map((member) => failureWithin(member, depth + 1, budget)),
      }),
  };
}

/** The properties that travel of an error, or of what claims to be one. */
export function detailsOf(error: object): Pick<Failure, "details"> {
  // A getter may throw, and none is a plain property.
  const properties = Object.entries(Object.getOwnPropertyDescriptors(error)).filter(([, { enumerable }]) => enumerable);
  const values = properties.map(([key, { value }]): [string, unknown] => [key, value]);
  const details = values.filter(isDetail).slice(0, MAX_DETAILS);
  return details.length > 0 ? { details: Object.fromEntries(details) } : {};
}

function isDetail(entry: [string, unknown]): entry is [string, Detail] {
  const [key, value] = entry;
  if (NOT_DETAILS.has(key) || key in Error.prototype || key.length > MAX_DETAIL) return false;
  return typeof value === "string"
    ? value.length <= MAX_DETAIL
    : typeof value === "number" || typeof value === "boolean";
}

/** What was thrown, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown), { cause: thrown });
}

/**
 * An Error from plain data: of the same class for built-in errors, Troupe's own and those in `known`; else a `RemoteError`.
 *
 * @param known - Classes of the receiver that may be used, by their `name`.
 * @param id - Task that failed: `taskId` of the error, unless it was another one: a step before, or the member that failed a chord (Q41).
 */
export function errorFromFailure(failure: Failure, known: readonly ErrorClass[], id?: string): Error {
  const taskId = culpritOf(failure) ?? failure.taskId ?? id;
  const options = failure.cause ? { cause: errorFromFailure(failure.cause, known, taskId) } : undefined;
  const error = new Error(failure.message, options);
  Object.setPrototypeOf(error, classOf(failure.type, known).prototype);
  for (const [key, value] of Object.entries(failure.details ?? {})) define(error, key, value);
  define(error, "name", failure.type);
  define(error, "stack", failure.stack ?? `${failure.type}: ${failure.message}`);
  define(error, "code", failure.code ?? (error instanceof errors.RemoteError ? "TROUPE_REMOTE" : undefined));
  define(error, "taskId", taskId);
  if (failure.errors)
    define(
      error,
      "errors",
      failure.errors.map((member) => errorFromFailure(member, known, taskId)),
    );
  return error;
}

/** The member whose failure is that of its chord. */
export function culpritOf({ type, details }: Failure): string | undefined {
  const dependency = type === "ChordError" ? details?.["dependency"] : undefined;
  return typeof dependency === "string" ? dependency : undefined;
}

const BUILT_IN: readonly ErrorClass[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError,
];
const OWN: readonly ErrorClass[] = Object.values(errors);

function classOf(type: string, known: readonly ErrorClass[]): ErrorClass {
  return [...known, ...BUILT_IN, ...OWN].find((candidate) => candidate.name === type) ?? errors.RemoteError;
}

// As in any other Error.
const HIDDEN = new Set(["name", "stack", "errors"]);

function define(error: Error, key: string, value: unknown): void {
  if (value !== undefined)
    Object.defineProperty(error, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: !HIDDEN.has(key),
    });
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

function textOf(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  if (typeof thrown === "object" && thrown !== null) return JSON.stringify(thrown) ?? "[object]";
  return String(thrown);
}

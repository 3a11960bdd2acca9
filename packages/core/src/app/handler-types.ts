// Types of the handlers that an application registers.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AnySignature } from "../client/signature.ts";
import type { FailedRequest } from "../model/flow.ts";
import type { TaskOptions as AnyTaskOptions } from "../model/task-options.ts";
import type { TaskContext } from "../worker/task-context.ts";

/**
 * Any function; parameters and result are inferred from the function itself. A type with a parameter list would give those
 * types to parameters that have none, or only a default.
 */
export type AnyFunction = Function;

/** A handler whose parameters come from the task's input schema. */
export type ParsedHandler<O extends unknown[], R> = (this: TaskContext, ...args: O) => R;

/** Handles an error. `traceback` is null where nothing was thrown: for the body of a chord that did not run. */
// oxlint-disable-next-line eslint/max-params -- the own parameters of a handler are inferred only where those before stand by themselves
type ErrorHandler<A extends unknown[]> = (
  this: TaskContext,
  request: FailedRequest,
  error: Error,
  traceback: string | null,
  ...own: A
) => unknown;

/** An error handler of any kind. */
export type AnyErrorHandler = ErrorHandler<never[]>;

/** What an error handler takes besides request, error and traceback. */
export type OwnParameters<F extends AnyErrorHandler> =
  Parameters<F> extends [unknown, unknown, unknown, ...infer A] ? A : [];

/**
 * Options of `app.task`. Call options win over them, they win over settings.
 *
 * @typeParam A - Positional arguments of the task, for its hooks.
 * @typeParam R - What its handler gives.
 */
export interface TaskOptions<A extends readonly unknown[] = readonly unknown[], R = unknown>
  extends AnyTaskOptions<A, R, AnySignature> {}

/** Options of a task whose arguments are parsed by a schema. */
export type ParsingOptions<I extends unknown[], O extends unknown[]> = Omit<TaskOptions<I>, "input"> & {
  readonly input: StandardSchemaV1<I, O>;
};

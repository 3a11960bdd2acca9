// What `get` does with any number of results: how long to wait, where not to, and what comes of it.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import { GetInsideTaskError } from "../model/errors.ts";
import * as rule from "../model/option-rules.ts";
import type { Bounds } from "./bounded-wait.ts";
import { firstOpen, type Handle, OUTCOME, PORTS, type TaskHandle } from "./handle.ts";
import { inOrderOfEnd, type ListenOptions, listenToAll } from "./listening.ts";

/** Options of `get`. */
export interface GetOptions<P extends boolean = boolean> {
  /** Longest wait. @default no limit */
  readonly timeout?: Duration | undefined;
  /** False: resolve with the error instead of rejecting. @default true */
  readonly propagate?: P | undefined;
  /** Stops the wait, not the task. */
  readonly signal?: AbortSignal | undefined;
  /** Allow the call inside a task, where it can starve the worker. @default false */
  readonly allowInTask?: boolean | undefined;
}

/** Options of `join`. */
export interface JoinOptions extends GetOptions {
  /** Called with each value as it arrives; nothing is collected. @default values are collected */
  readonly callback?: ((id: string, value: unknown) => void) | undefined;
}

const GET_OPTION_TABLE: OptionTable = {
  timeout: rule.duration,
  propagate: rule.flag,
  signal: { wants: "an AbortSignal", is: (value) => value instanceof AbortSignal },
  allowInTask: rule.flag,
};
const JOIN_OPTION_TABLE: OptionTable = {
  ...GET_OPTION_TABLE,
  callback: { wants: "a function", is: (value) => typeof value === "function" },
};

/** The options given to `get`. @throws {InvalidArgumentError} one is unknown or wrong. */
export function getOptions(options: GetOptions | undefined): GetOptions {
  checkOptions(options, GET_OPTION_TABLE, { what: "option of get", kind: "argument" });
  return options ?? {};
}

/** The options given to `join`. @throws {InvalidArgumentError} one is unknown or wrong. */
export function getJoinOptions(options: JoinOptions | undefined): JoinOptions {
  checkOptions(options, JOIN_OPTION_TABLE, { what: "option of join", kind: "argument" });
  return options ?? {};
}

/** Waits for results; gives their values, and errors with `propagate: false`. `id`: of all of them, for errors. */
export async function getResults(id: string, results: readonly Handle[], options: GetOptions): Promise<unknown[]> {
  refuseInTask(id, results, options);
  await listenToAll(results, listenOptionsOf(id, options));
  return results.map((result) => result[OUTCOME]());
}

/** The tasks of some results, with their values, in the order in which they end. */
export async function* iterateResults(
  id: string,
  results: readonly Handle[],
  options: GetOptions,
): AsyncGenerator<[TaskHandle, unknown]> {
  refuseInTask(id, results, options);
  for await (const task of inOrderOfEnd(results, listenOptionsOf(id, options))) yield [task, task[OUTCOME]()];
}

/** As `getResults`; with `callback`, gives nothing and calls it with each value as it arrives. */
export async function joinResults(id: string, results: readonly Handle[], options: JoinOptions): Promise<unknown[]> {
  if (!options.callback) return getResults(id, results, options);
  for await (const [task, value] of iterateResults(id, results, options)) options.callback(task.id, value);
  return [];
}

/** @throws {GetInsideTaskError} a task runs here, and a result is not known yet. */
export function refuseInTask(id: string, results: readonly Handle[], { allowInTask }: GetOptions): void {
  if (!allowInTask && firstOpen(results)?.[PORTS].running.getStore()) throw new GetInsideTaskError(id);
}

/** @throws {InvalidArgumentError} the timeout is no duration. */
export function boundsOf({ timeout, signal }: GetOptions): Bounds {
  return { timeoutMs: timeout == null ? null : durationMs(timeout, "timeout"), signal };
}

function listenOptionsOf(id: string, options: GetOptions): ListenOptions {
  return { id, propagate: options.propagate !== false, bounds: boundsOf(options) };
}

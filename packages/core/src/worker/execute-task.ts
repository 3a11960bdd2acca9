// Runs a handler: message and task to outcome, in steps: bind the arguments, parse them, call, name the outcome.
// Never throws, never stores, never acknowledges. Stays synchronous as long as the handler does.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Ignore, InvalidArgumentError, Reject, SoftTimeLimitExceeded } from "../model/errors.ts";
import { isInstance } from "../model/failure.ts";
import { shown } from "../model/names.ts";
import { Retry } from "../model/retry.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { askedRetry, automaticRetry, type Exhausted } from "./ask-retry.ts";
import { bindArguments, type Call } from "./bind-arguments.ts";
import { type Outcome, REQUEUE_DELAY_MS, type RetryOutcome } from "./outcome.ts";
import type { RegisteredTask } from "./registered-task.ts";
import { inPlaceOf, Replacement } from "./replacement.ts";
import { isAround, runSurrounded } from "./run-surrounded.ts";
import type { TaskContext } from "./task-context.ts";

/** Calls `fn` as part of the run of a task. */
export type Within = (context: TaskContext, fn: () => unknown) => unknown;

type Schema = StandardSchemaV1<unknown[], unknown[]>;

/** Runs a task. The promise, if any, never rejects. */
export function executeTask(
  task: RegisteredTask,
  message: TaskMessage,
  context: TaskContext,
  within: Within,
): Outcome | Promise<Outcome> {
  if (isSurrounded(task)) return executeSurrounded(task, message, context, within);
  try {
    const value = runHandler(task, message, context, within);
    if (isThenable(value)) {
      return Promise.resolve(value).then(success, (error: unknown) => outcomeOf(error, task, message));
    }
    return success(value);
  } catch (error) {
    return outcomeOf(error, task, message);
  }
}

function isSurrounded({ around, config }: RegisteredTask): boolean {
  return config.hooks?.beforeStart != null || (around !== undefined && isAround(around));
}

function executeSurrounded(
  task: RegisteredTask,
  message: TaskMessage,
  context: TaskContext,
  within: Within,
): Promise<Outcome> {
  const run = {
    message,
    context,
    own: task.config.hooks,
    within: (fn: () => unknown) => within(context, fn),
    handler: (changed: TaskMessage) => runHandler(task, changed, context, within),
    failed: (error: unknown) => outcomeOf(error, task, message),
  };
  return runSurrounded(run, task.around ?? null);
}

/**
 * Calls the handler with the arguments of a message: bound, and parsed where the task has an input schema.
 *
 * @throws {InvalidArgumentError} the arguments do not fit; as a rejection when the schema parses asynchronously.
 * @throws {unknown} what the handler throws.
 */
export function runHandler(task: RegisteredTask, message: TaskMessage, context: TaskContext, within: Within): unknown {
  const each = message.canvas?.each ?? "once";
  if (each !== "once") return runEach(task, itemsOf(message, each), context, within);
  return runCall(task, message, context, within);
}

function runCall(task: RegisteredTask, call: Call, context: TaskContext, within: Within): unknown {
  const run = (args: unknown[]): unknown => within(context, () => task.handler.apply(context, args));
  const args = bindArguments(task, call);
  return task.config.input ? runParsed(task.config.input, args, task, run) : run(args);
}

// The items of `map` and the argument tuples of `starmap`, one call after the other.
async function runEach(
  task: RegisteredTask,
  calls: readonly Call[],
  context: TaskContext,
  within: Within,
): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const call of calls) values.push(await runCall(task, call, context, within));
  return values;
}

function itemsOf({ args, kwargs, name }: TaskMessage, each: "item" | "tuple"): readonly Call[] {
  const items = args[0];
  if (!Array.isArray(items))
    throw new InvalidArgumentError(`${each === "item" ? "map" : "starmap"} of task "${name}" has no list`);
  return items.map((item: unknown) => {
    if (each === "item") return { args: [item], kwargs };
    if (Array.isArray(item)) return { args: item, kwargs };
    throw new InvalidArgumentError(`starmap of task "${name}" has ${shown(item)} in its list, not a list of arguments`);
  });
}

function success(value: unknown): Outcome {
  return { state: "SUCCESS", value };
}

function outcomeOf(thrown: unknown, task: RegisteredTask, message: TaskMessage): Outcome {
  const error = softLimitIn(thrown) ?? thrown;
  if (isInstance(error, Replacement)) return { state: "REPLACED", flow: inPlaceOf(message, error.flow) };
  if (isInstance(error, Ignore)) return { state: "IGNORED" };
  if (isInstance(error, Reject)) {
    // At most once means that it is not queued again either.
    const requeue = error.requeue && task.config.acksLate && !message.atMostOnce;
    return requeue ? { state: "RELEASED", delayMs: REQUEUE_DELAY_MS } : { state: "REJECTED", error };
  }
  const { retry } = task.config;
  if (isInstance(error, Retry)) return askedFor(askedRetry(message, error, retry), task);
  return automaticRetry(message, error, retry) ?? failure(error, task);
}

// Node's own functions reject with an AbortError that has the signal's reason as its cause.
function softLimitIn(thrown: unknown): SoftTimeLimitExceeded | null {
  if (!isInstance(thrown, Error) || thrown.name !== "AbortError") return null;
  return isInstance(thrown.cause, SoftTimeLimitExceeded) ? thrown.cause : null;
}

function askedFor(asked: RetryOutcome | Exhausted, task: RegisteredTask): Outcome {
  return asked.state === "EXHAUSTED" ? failure(asked.error, task) : asked;
}

function failure(error: unknown, { config }: RegisteredTask): Outcome {
  return { state: "FAILURE", error, expected: config.throws.some((expected) => isInstance(error, expected)) };
}

function runParsed(input: Schema, args: unknown[], task: RegisteredTask, run: (args: unknown[]) => unknown): unknown {
  const result = input["~standard"].validate(args);
  if (!isThenable(result)) return run(parsed(result, task));
  return Promise.resolve(result).then((settled) => run(parsed(settled, task)));
}

function parsed(result: StandardSchemaV1.Result<unknown[]>, task: RegisteredTask): unknown[] {
  if (!result.issues) {
    if (Array.isArray(result.value)) return result.value;
    throw new InvalidArgumentError(
      `the input schema of task "${task.name}" gave ${shown(result.value)}, not a list of arguments; give one of the argument list: z.tuple([…])`,
    );
  }
  const issues = result.issues.slice(0, 5).map((issue) => `args${pathOf(issue.path)}: ${issue.message}`);
  throw new InvalidArgumentError(`arguments of task "${task.name}" do not fit its input schema: ${issues.join("; ")}`);
}

function pathOf(path: StandardSchemaV1.Issue["path"]): string {
  const keys = (path ?? []).map((part) =>
    typeof part === "object" && part !== null && "key" in part ? part.key : part,
  );
  return keys.map((key) => `[${String(key)}]`).join("");
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return "then" in value && typeof value.then === "function";
}

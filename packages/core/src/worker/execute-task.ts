// Runs a handler: message and task to outcome, in steps: bind the arguments, parse them, call, name the outcome.
// Never throws, never stores, never acknowledges. Stays synchronous as long as the handler does.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Ignore, InvalidArgumentError, Reject } from "../model/errors.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { bindArguments } from "./bind-arguments.ts";
import type { Outcome } from "./outcome.ts";
import type { RegisteredTask } from "./registered-task.ts";
import type { TaskContext } from "./task-context.ts";

/** Calls `fn` as part of the run of a task. */
export type Within = (context: TaskContext, fn: () => unknown) => unknown;

type Schema = StandardSchemaV1<unknown[], unknown[]>;

/** A pause before a message that was rejected with `requeue` is delivered again. */
const REQUEUE_DELAY_MS = 1_000;

/** Runs a task. The promise, if any, never rejects. */
export function executeTask(
  task: RegisteredTask,
  message: TaskMessage,
  context: TaskContext,
  within: Within,
): Outcome | Promise<Outcome> {
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

/**
 * Calls the handler with the arguments of a message: bound, and parsed where the task has an input schema.
 *
 * @throws {InvalidArgumentError} the arguments do not fit; as a rejection when the schema parses asynchronously.
 * @throws {unknown} what the handler throws.
 */
export function runHandler(task: RegisteredTask, message: TaskMessage, context: TaskContext, within: Within): unknown {
  const run = (args: unknown[]): unknown => within(context, () => task.handler.apply(context, args));
  const args = bindArguments(task, message);
  return task.config.input ? runParsed(task.config.input, args, task, run) : run(args);
}

function success(value: unknown): Outcome {
  return { state: "SUCCESS", value };
}

function outcomeOf(error: unknown, task: RegisteredTask, message: TaskMessage): Outcome {
  if (isInstance(error, Ignore)) return { state: "IGNORED" };
  if (isInstance(error, Reject)) {
    // At most once means that it is not queued again either.
    const requeue = error.requeue && task.config.acksLate && !message.atMostOnce;
    return requeue ? { state: "RELEASED", delayMs: REQUEUE_DELAY_MS } : { state: "REJECTED", error };
  }
  return { state: "FAILURE", error, expected: task.config.throws.some((expected) => isInstance(error, expected)) };
}

function runParsed(input: Schema, args: unknown[], task: RegisteredTask, run: (args: unknown[]) => unknown): unknown {
  const result = input["~standard"].validate(args);
  return result instanceof Promise ? result.then((settled) => run(parsed(settled, task))) : run(parsed(result, task));
}

function parsed(result: StandardSchemaV1.Result<unknown[]>, task: RegisteredTask): unknown[] {
  if (!result.issues) return result.value;
  const issues = result.issues.slice(0, 5).map((issue) => `args${pathOf(issue.path)}: ${issue.message}`);
  throw new InvalidArgumentError(`arguments of task "${task.name}" do not fit its input schema: ${issues.join("; ")}`);
}

function pathOf(path: StandardSchemaV1.Issue["path"]): string {
  const keys = (path ?? []).map((part) =>
    typeof part === "object" && part !== null && "key" in part ? part.key : part,
  );
  return keys.map((key) => `[${String(key)}]`).join("");
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return "then" in value && typeof value.then === "function";
}

// What a handler throws may be a proxy that throws when it is looked at.
function isInstance<T>(value: unknown, constructor: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof constructor;
  } catch {
    return false;
  }
}

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
    const run = (args: unknown[]): unknown => within(context, () => task.handler.apply(context, args));
    const { input } = task.config;
    const args = bindArguments(task, message);
    const value = input ? runParsed(input, args, task, run) : run(args);
    if (isThenable(value))
      return Promise.resolve(value).then(success, (error: unknown) => outcomeOf(error, task, message));
    return success(value);
  } catch (error) {
    return outcomeOf(error, task, message);
  }
}

function success(value: unknown): Outcome {
  return { state: "SUCCESS", value };
}

function outcomeOf(error: unknown, task: RegisteredTask, message: TaskMessage): Outcome {
  if (error instanceof Ignore) return { state: "IGNORED" };
  if (error instanceof Reject) {
    // At most once means that it is not queued again either.
    const requeue = error.requeue && task.config.acksLate && !message.atMostOnce;
    return requeue ? { state: "RELEASED", delayMs: REQUEUE_DELAY_MS } : { state: "REJECTED", error };
  }
  return { state: "FAILURE", error, expected: task.config.throws.some((expected) => error instanceof expected) };
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
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

// Arguments as text, for logs, `inspect` and dead letters: what the caller gave instead of them, or they themselves, cut.

import { inspect } from "node:util";
import type { TaskMessage } from "../model/task-message.ts";

const MAX_TEXT = 1_024;

/** Arguments and keyword arguments of a task. */
export function argumentsText(message: Pick<TaskMessage, "args" | "kwargs" | "argsrepr" | "kwargsrepr">): {
  readonly args: string;
  readonly kwargs: string;
} {
  return {
    args: message.argsrepr ?? valueText(message.args),
    kwargs: message.kwargsrepr ?? valueText(message.kwargs),
  };
}

/** A value as text, cut. */
export function valueText(value: unknown): string {
  const text = inspect(value, {
    depth: 3,
    maxArrayLength: 20,
    maxStringLength: 200,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

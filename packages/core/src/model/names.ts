// Which names are allowed. Checked at every entry: API, CLI and messages from the wire.

import { InvalidArgumentError } from "./errors.ts";

const TASK_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}$/;
const QUEUE_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?!\.|$)){0,63}$/;
const WORKER_NAME = /^[A-Za-z0-9_.-]{1,64}@[A-Za-z0-9_.-]{1,128}$/;
const TASK_ID = /^[A-Za-z0-9_.:@-]{1,128}$/;

/** Whether a text can name a task: 1 to 128 of letters, digits and `_ . : / -`. */
export function isTaskName(value: unknown): value is string {
  return typeof value === "string" && TASK_NAME.test(value);
}

/** Whether a text can name a queue: 1 to 64 of letters, digits, `_`, `-` and single dots. */
export function isQueueName(value: unknown): value is string {
  return typeof value === "string" && QUEUE_NAME.test(value);
}

/** Whether a text can be a task id: 1 to 128 of letters, digits and `_ . : @ -`. */
export function isTaskId(value: unknown): value is string {
  return typeof value === "string" && TASK_ID.test(value);
}

/** Whether a text can name a worker: `name@host`. */
export function isWorkerName(value: unknown): value is string {
  return typeof value === "string" && WORKER_NAME.test(value);
}

/** @throws {InvalidArgumentError} with the rule that `value` breaks. */
export function checkTaskName(value: unknown): string {
  if (isTaskName(value)) return value;
  throw new InvalidArgumentError(
    `task name ${shown(value)} is not allowed; use 1 to 128 letters, digits and _ . : / -, for example "proj.tasks.add"`,
  );
}

/** @throws {InvalidArgumentError} with the rule that `value` breaks. */
export function checkQueueName(value: unknown): string {
  if (isQueueName(value)) return value;
  throw new InvalidArgumentError(
    `queue name ${shown(value)} is not allowed; use 1 to 64 letters, digits, _ and -, with single dots between them`,
  );
}

/** @throws {InvalidArgumentError} with the rule that `value` breaks. */
export function checkTaskId(value: unknown): string {
  if (isTaskId(value)) return value;
  throw new InvalidArgumentError(`task id ${shown(value)} is not allowed; use 1 to 128 letters, digits and _ . : @ -`);
}

/** Any value as text for an error message, cut to 100 characters. Never throws. */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

// More items than 100 characters can show.
const MAX_ITEMS = 51;

function textOf(value: unknown, isItem = false): string {
  try {
    if (Array.isArray(value)) return isItem ? "[…]" : `[${itemsOf(value)}]`;
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    return `a ${typeof value} that cannot be shown`;
  }
}

function itemsOf(list: readonly unknown[]): string {
  return Array.from(list.slice(0, MAX_ITEMS), (item) => textOf(item, true)).join(", ");
}

// Tells who calls that a task has expired already. It is sent all the same, so that it has an outcome, and what waits for it hears of
// that.

import { type Flow, type TaskStep, taskStepsOf } from "../model/flow.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Logger } from "../platform/logger.ts";

/** Of a call. */
export function warnIfExpired(
  { id, name, expires }: Pick<TaskMessage, "id" | "name" | "expires">,
  now: number,
  logger: () => Logger,
): void {
  if (expires === null || expires > now) return;
  const text = `task ${id} (${name}) had expired when it was called, at ${new Date(expires).toISOString()}; it will be REVOKED`;
  logger().warn({ taskId: id }, text);
}

/** Of a canvas: in one line, which may be about many. What counts from a step's own sending is not over yet. */
export function warnIfStepsExpired(flow: Flow, now: number, logger: () => Logger): void {
  let first: TaskStep | null = null;
  let others = 0;
  for (const step of taskStepsOf(flow)) {
    const { expires, expiresMs } = step.options;
    if (expiresMs !== 0 && (expires === undefined || expires > now)) continue;
    if (first) others++;
    else first = step;
  }
  if (!first) return;
  const which = `task ${first.id} (${first.name})${others > 0 ? `, and ${others} more of its canvas,` : ""}`;
  const at = new Date(first.options.expires ?? now).toISOString();
  logger().warn(
    { taskId: first.id },
    `${which} had expired when the canvas was sent, at ${at}; ${others > 0 ? "they" : "it"} will be REVOKED`,
  );
}

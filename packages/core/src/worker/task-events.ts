// Tells in events what happens to tasks: after it is stored, so that no event is wrong (I15 of the checklist of reliability). Asked for
// by `TaskHost.tellsTasks` first, so that workers without events pay nothing.

import { valueText } from "../client/arguments-text.ts";
import { calledFields } from "../client/event-fields-of.ts";
import { type Failure, failureOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Delivery } from "../transport/task-queue.ts";
import type { FinalVerdict } from "./outcome.ts";
import type { Ended, StoredOutcome } from "./settle-task.ts";
import type { TaskHost } from "./task-host.ts";

const MAX_EXCEPTION = 1_024;
const MAX_TRACEBACK = 4_096;

type EventHost = Pick<TaskHost, "events" | "tasks" | "abandoned">;

/** It arrived. */
export function tellReceived(message: TaskMessage, { redelivered }: Delivery, host: EventHost): void {
  if (!isTold(message, host)) return;
  host.events.task("task-received", calledFields(message), redelivered || message.gen > 0);
}

/** Its handler is about to run. */
export function tellStarted(message: TaskMessage, host: EventHost): void {
  if (isTold(message, host)) host.events.task("task-started", { uuid: message.id });
}

/** It ended, and that is stored; unless another worker stored it, who told it there. */
export function tellEnded(
  { message, runtimeMs }: Ended,
  verdict: FinalVerdict,
  stored: StoredOutcome,
  host: EventHost,
): void {
  const { record, isAdopted } = stored;
  if (isAdopted || host.abandoned || !isTold(message, host)) return;
  const { events } = host;
  const uuid = message.id;
  switch (record.state) {
    case "SUCCESS":
      events.task("task-succeeded", { uuid, result: valueText(record.value), runtimeMs });
      break;
    case "FAILURE":
      events.task("task-failed", { uuid, ...failedFields(record.error) });
      break;
    case "REVOKED":
      events.task("task-revoked", { uuid, ...revokedFields(verdict) });
      break;
    case "REJECTED":
      events.task("task-rejected", { uuid, requeue: false });
      break;
    case "IGNORED":
      events.task("task-ignored", { uuid });
      break;
  }
}

/** A retry of it is stored. */
export function tellRetried(message: TaskMessage, error: unknown, host: EventHost): void {
  if (isTold(message, host)) host.events.task("task-retried", { uuid: message.id, ...failedFields(failureOf(error)) });
}

/** It goes back to its queue, though its handler had begun. */
export function tellRequeued(message: TaskMessage, host: EventHost): void {
  if (isTold(message, host)) host.events.task("task-rejected", { uuid: message.id, requeue: true });
}

/** It says how far it is, where that is what it says. */
export function tellProgress(message: TaskMessage, meta: unknown, host: EventHost): void {
  if (typeof meta !== "object" || meta === null || !("done" in meta && "total" in meta)) return;
  const { done, total } = meta;
  if (!Number.isFinite(done) || !Number.isFinite(total) || !isTold(message, host)) return;
  host.events.own("task-progress", { uuid: message.id, done, total });
}

function isTold({ name }: TaskMessage, { tasks }: EventHost): boolean {
  return tasks.get(name)?.config.sendEvents ?? true;
}

function failedFields(failure: Failure | null): { readonly exception: string; readonly traceback: string | null } {
  const { type = "Error", message = "", stack } = failure ?? {};
  return {
    exception: `${type}: ${message}`.slice(0, MAX_EXCEPTION),
    traceback: stack?.slice(0, MAX_TRACEBACK) ?? null,
  };
}

function revokedFields({ outcome }: FinalVerdict): { readonly terminated: boolean; readonly expired: boolean } {
  const why = outcome.state === "REVOKED" ? outcome.why : undefined;
  return { terminated: why === "terminated", expired: why === "expired" };
}

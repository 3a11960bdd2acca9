// Tells hooks what became of a task, after it is stored: in the worker's process, which stored it and still lives when a child
// does not. Nothing waits for them but the end of the worker.

import { type Hooks, hookedTask } from "../client/hooks.ts";
import { errorFromFailure, errorOf } from "../model/failure.ts";
import type { FailedTask } from "../model/hook-map.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { TaskHooks } from "../model/task-options.ts";
import type { FinalOutcome, FinalVerdict } from "./outcome.ts";
import type { Ended, StoredOutcome } from "./settle-task.ts";
import type { TaskHost } from "./task-host.ts";

/** Who is told. */
export interface Told {
  readonly hooks: Hooks;
  /** The task's own hooks, or null. */
  readonly own: TaskHooks | null;
}

/** About an outcome. */
export interface EndDetails {
  readonly runtimeMs: number;
  /** The task is not registered here. */
  readonly isUnknown: boolean;
}

/** Tells that a task arrived. */
export function reportReceived(message: TaskMessage, { hooks }: TaskHost): void {
  if (!hooks.isEmpty) void hooks.emit("taskReceived", message.name, hookedTask(message));
}

/** Tells that Troupe itself failed with a task. */
export function reportBroken(message: TaskMessage, error: unknown, { hooks }: TaskHost): void {
  if (hooks.isEmpty) return;
  void hooks.emit("taskInternalError", message.name, { ...hookedTask(message), error: errorOf(error) });
}

/** Tells how a task ended, unless another worker stored that, who told it there. */
export function reportStored(
  { message, config, runtimeMs }: Ended,
  { outcome, deadLetter }: FinalVerdict,
  { record, isAdopted }: StoredOutcome,
  { hooks, abandoned }: TaskHost,
): Promise<void> | undefined {
  const own = config?.hooks ?? null;
  if ((own === null && hooks.isEmpty) || isAdopted || abandoned) return undefined;
  const details = { runtimeMs, isUnknown: deadLetter === "not-registered" };
  // A value that could not be stored has become a failure.
  const isAsSaid = record.state === outcome.state || !record.error;
  const told: FinalOutcome = isAsSaid
    ? outcome
    : { state: "FAILURE", error: errorFromFailure(record.error, [], record.id), expected: false };
  return reportEnd({ hooks, own }, message, told, details);
}

/** Tells how a task ended. Resolves when the hooks are done; never rejects. */
export function reportEnd(
  told: Told,
  message: TaskMessage,
  outcome: FinalOutcome,
  details: EndDetails,
): Promise<void> | undefined {
  if (told.own === null && told.hooks.isEmpty) return undefined;
  if (outcome.state === "SUCCESS") return reportSuccess(told, message, outcome.value, details);
  if (outcome.state === "IGNORED") return undefined;
  const error = errorOf(outcome.error);
  const failed: FailedTask = { ...hookedTask(message), error };
  if (outcome.state === "REVOKED") return told.hooks.emit("taskRevoked", message.name, failed);
  if (outcome.state === "REJECTED") return told.hooks.emit("taskRejected", message.name, failed);
  if (details.isUnknown) return told.hooks.emit("taskUnknown", message.name, failed);
  return reportFailure(told, message, failed);
}

/** Tells that a task is retried. Resolves when the hooks are done; never rejects. */
export function reportRetry(told: Told, message: TaskMessage, reason: unknown): Promise<void> | undefined {
  const { hooks, own } = told;
  if (own === null && hooks.isEmpty) return undefined;
  return tellRetry(told, message, errorOf(reason));
}

async function tellRetry({ hooks, own }: Told, message: TaskMessage, error: Error): Promise<void> {
  const { id, name, args, kwargs } = message;
  await hooks.emit("taskRetry", name, { ...hookedTask(message), error });
  await hooks.guarded(`onRetry of task ${id} (${name})`, () => own?.onRetry?.(error, id, args, kwargs, stackOf(error)));
}

async function reportSuccess(
  { hooks, own }: Told,
  message: TaskMessage,
  value: unknown,
  { runtimeMs }: EndDetails,
): Promise<void> {
  const { id, name, args, kwargs } = message;
  await hooks.emit("taskSuccess", name, { ...hookedTask(message), value, runtimeMs });
  await hooks.guarded(`onSuccess of task ${id} (${name})`, () => own?.onSuccess?.(value, id, args, kwargs));
  await hooks.guarded(`afterReturn of task ${id} (${name})`, () =>
    own?.afterReturn?.("SUCCESS", value, id, args, kwargs, null),
  );
}

async function reportFailure({ hooks, own }: Told, message: TaskMessage, failed: FailedTask): Promise<void> {
  const { id, name, args, kwargs, error } = failed;
  const stack = stackOf(error);
  await hooks.emit("taskFailure", message.name, failed);
  await hooks.guarded(`onFailure of task ${id} (${name})`, () => own?.onFailure?.(error, id, args, kwargs, stack));
  await hooks.guarded(`afterReturn of task ${id} (${name})`, () =>
    own?.afterReturn?.("FAILURE", error, id, args, kwargs, stack),
  );
}

// What a handler throws may itself throw when it is read: `stack` is made then, from name and message.
function stackOf(error: Error): string | null {
  try {
    return error.stack ?? null;
  } catch {
    return null;
  }
}

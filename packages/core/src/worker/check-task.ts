// Decides on receipt whether a delivered task runs here (protocol §5, steps 1 and 2). On the hot path – a first delivery of a
// known task that has not expired, while nothing is revoked – nothing is read and nothing is awaited (I2).

import { persist } from "../client/persist.ts";
import { decodeFinalRecord } from "../codec/task-record-codec.ts";
import type { Decision } from "../model/decision.ts";
import { NotRegistered, TaskRevokedError } from "../model/errors.ts";
import type { Revocation } from "../model/revocation.ts";
import { leavesRecord, type TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { Delivery } from "../transport/task-queue.ts";
import { readDecision } from "./decide-task.ts";
import type { Verdict } from "./outcome.ts";
import type { RegisteredTask } from "./registered-task.ts";
import { revokedVerdict } from "./revoked-verdict.ts";
import { readStarts } from "./save-state.ts";
import type { TaskHost } from "./task-host.ts";

/** What to do with a delivered task. */
export type Check =
  | { readonly type: "start"; readonly task: RegisteredTask; readonly kind: StartKind }
  | { readonly type: "stored"; readonly record: FinalRecord; readonly body: Uint8Array }
  | { readonly type: "decision"; readonly decision: Decision }
  | Decided;

/**
 * How a start is prepared: not at all, by a claim (at most once), or by counting it: it may have been started before (`again`), or
 * was given back before that (`unstarted`).
 */
export type StartKind = "first" | "claim" | "again" | "unstarted";

/** An outcome without a run. */
export interface Decided {
  readonly type: "decided";
  readonly verdict: Verdict;
}

/** Checks a delivered task. */
export function checkTask(message: TaskMessage, delivery: Delivery, host: TaskHost): Check | Promise<Check> {
  if (delivery.suspicious) return checkAgainstRecords(message, delivery, host);
  return withoutRecords(message, delivery, host);
}

/** The outcome of a task that may not start any more; null while it may. */
export function expiryOf(message: TaskMessage, host: TaskHost): Decided | null {
  if (message.expires === null || host.transport.now() <= message.expires) return null;
  const error = new TaskRevokedError(`task ${message.id} (${message.name}) expired before it was started`, "expired");
  return { type: "decided", verdict: { outcome: { state: "REVOKED", error, why: "expired" }, deadLetter: null } };
}

async function checkAgainstRecords(message: TaskMessage, delivery: Delivery, host: TaskHost): Promise<Check> {
  if (leavesRecord(message, delivery.exclusive)) {
    const stored = await persist(host, `the look for the record of task ${message.id}`, () =>
      host.transport.records.read({ kind: "result", id: message.id }),
    );
    if (stored) return { type: "stored", record: decodeFinalRecord(stored), body: stored };
    const decision = await readDecision(message, host);
    if (decision) return { type: "decision", decision };
  }
  const check = await withoutRecords(message, delivery, host);
  if (check.type !== "start" || check.kind !== "again") return check;
  return (await readStarts(message.id, host)) === 0 ? { ...check, kind: "unstarted" } : check;
}

function withoutRecords(message: TaskMessage, delivery: Delivery, host: TaskHost): Check | Promise<Check> {
  const revoked = host.revoked.of(message);
  if (revoked === null) return unrevoked(message, delivery, host);
  if (revoked instanceof Promise)
    return revoked.then((found) => (found ? decidedBy(found, message) : unrevoked(message, delivery, host)));
  return decidedBy(revoked, message);
}

function decidedBy(revocation: Revocation, message: TaskMessage): Decided {
  return { type: "decided", verdict: revokedVerdict(message, revocation, false) };
}

function unrevoked(message: TaskMessage, delivery: Delivery, host: TaskHost): Check {
  const expired = expiryOf(message, host);
  if (expired) return expired;
  const task = host.tasks.get(message.name);
  if (!task) return unknown(message, host);
  if (message.atMostOnce || !task.config.acksLate) return { type: "start", task, kind: "claim" };
  return { type: "start", task, kind: delivery.redelivered ? "again" : "first" };
}

function unknown(message: TaskMessage, host: TaskHost): Decided {
  const error = new NotRegistered(
    `task "${message.name}" is not registered in worker ${host.hostname}; import its module there (the app's include setting) or correct the name`,
  );
  return {
    type: "decided",
    verdict: { outcome: { state: "FAILURE", error, expected: false }, deadLetter: "not-registered" },
  };
}

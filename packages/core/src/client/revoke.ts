// Revokes tasks: stores that they are revoked, which every worker hears or finds, then ends those that wait for their time, which
// nobody would meet for long. What waits in a queue or runs is a worker's to decide: only it knows whether the task has started.

import { createHash } from "node:crypto";
import { encodeRevocation } from "../codec/revocation-codec.ts";
import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import { LimitReachedError, TaskRevokedError } from "../model/errors.ts";
import { MAX_STAMP_REVOCATIONS, type Revocation, type StampConditions } from "../model/revocation.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Clock } from "../platform/clock.ts";
import type { Transport } from "../transport/transport.ts";
import { findLatestDelayed } from "./find-delayed.ts";
import { type FlowSender, submittingSender } from "./flow-sender.ts";
import { eachOf } from "./in-batches.ts";
import { decideRevoked } from "./revoke-task.ts";
import { submitPolicy } from "./submit-policy.ts";

/** What revoking works with. */
export interface RevokePorts {
  readonly connect: () => Promise<{ readonly transport: Transport }>;
  readonly clock: Clock;
  /** Who revokes, for people. */
  readonly origin: string;
}

/** Revokes tasks by their ids. Resolves when that is stored, and those that were delayed are `REVOKED`. */
export async function revokeTasks(
  ids: readonly string[],
  revocation: Revocation,
  { connect, clock, origin }: RevokePorts,
): Promise<void> {
  const { transport } = await connect();
  const body = encodeRevocation(revocation);
  const sender = submittingSender(submitPolicy({ enabled: true, policy: {} }), { transport, clock }, origin);
  await eachOf(ids, async (id) => {
    // First, so that one that comes to its queue in this moment is met there.
    await transport.revocations.put({ kind: "task", id }, body);
    await endDelayed(id, revocation, sender);
  });
}

/**
 * Revokes all tasks that carry stamps, now or later. Resolves when that is stored.
 *
 * @throws {LimitReachedError} there are as many such revocations as workers keep.
 */
export async function revokeStamped(
  stamps: StampConditions,
  revocation: Revocation,
  { connect }: Pick<RevokePorts, "connect">,
): Promise<void> {
  const { revocations } = (await connect()).transport;
  const key = { kind: "stamps", id: nameOf(stamps) } as const;
  if ((await revocations.count("stamps")) >= MAX_STAMP_REVOCATIONS && (await revocations.find(key)) === null)
    throw new LimitReachedError(
      `${MAX_STAMP_REVOCATIONS} sets of stamps are revoked already; revoke by ids, or wait until some expire (revokeExpires)`,
    );
  await revocations.put(key, encodeRevocation({ ...revocation, stamps }));
}

async function endDelayed(id: string, { reason }: Revocation, sender: FlowSender): Promise<void> {
  const stored = await findLatestDelayed(id, sender.transport);
  const message = stored && readable(stored.body);
  if (!message) return;
  const text = `task ${id} (${message.name}) was revoked${reason === null ? "" : `: ${reason}`}`;
  await decideRevoked(message, new TaskRevokedError(text, reason ?? undefined), sender);
  await sender.transport.delayed.cancel(stored.key);
}

// What cannot be read is set aside when it is due.
function readable(body: Uint8Array): TaskMessage | null {
  try {
    return decodeTaskMessage(body);
  } catch {
    return null;
  }
}

// The same conditions have the same name, in whatever order they are given.
function nameOf(stamps: StampConditions): string {
  const sorted = Object.entries(stamps)
    .map(([header, values]) => [header, values.map((value) => JSON.stringify(value)).toSorted()])
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 32);
}

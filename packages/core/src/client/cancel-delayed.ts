// Takes a task out before its time: first it is decided that it is revoked, then its message is removed. One that is moved to its
// queue in between is recognised there by its record (protocol §7).

import { TaskRevokedError } from "../model/errors.ts";
import { findDelayed } from "./find-delayed.ts";
import type { FlowSender } from "./flow-sender.ts";
import { decideRevoked } from "./revoke-task.ts";

/**
 * Cancels a task that waits for its time. Repeating it ends what a crash has left.
 *
 * @returns whether it is revoked now; false when it does not wait (any more), or had come to its end.
 */
export async function cancelDelayed(id: string, reason: string, sender: FlowSender): Promise<boolean> {
  const waiting = await findDelayed(id, sender.transport);
  if (!waiting) return false;
  const { message, stored } = waiting;
  const why = new TaskRevokedError(`task ${id} (${message.name}) was cancelled before it was due: ${reason}`, reason);
  const record = await decideRevoked(message, why, sender);
  await sender.transport.delayed.cancel(stored.key);
  return record.state === "REVOKED";
}

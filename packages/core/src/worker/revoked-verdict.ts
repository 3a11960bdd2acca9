// What is done about a task that was revoked.

import { TaskRevokedError } from "../model/errors.ts";
import type { Revocation } from "../model/revocation.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { FinalVerdict } from "./outcome.ts";

/** Of a task that was revoked. */
interface RevokedVerdict extends FinalVerdict {
  readonly outcome: { readonly state: "REVOKED"; readonly error: TaskRevokedError; readonly why?: "terminated" };
}

/** The verdict. `wasRunning`: the task was terminated. */
export function revokedVerdict({ id, name }: TaskMessage, { reason }: Revocation, wasRunning: boolean): RevokedVerdict {
  const how = wasRunning ? "terminated" : "revoked";
  const text = `task ${id} (${name}) was ${how}${reason === null ? "" : `: ${reason}`}`;
  const error = new TaskRevokedError(text, reason ?? how);
  return { outcome: { state: "REVOKED", error, ...(wasRunning && { why: "terminated" }) }, deadLetter: null };
}

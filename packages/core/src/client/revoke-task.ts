// Ends a task from outside of a worker because it is revoked.

import type { TaskRevokedError } from "../model/errors.ts";
import { failureOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import { endUnrun } from "./end-unrun.ts";
import type { FlowSender } from "./flow-sender.ts";

/** @returns what is stored about the task now: of another state, if it had come to its end before. */
export function decideRevoked(message: TaskMessage, why: TaskRevokedError, sender: FlowSender): Promise<FinalRecord> {
  return endUnrun(message, { state: "REVOKED", error: failureOf(why) }, sender);
}

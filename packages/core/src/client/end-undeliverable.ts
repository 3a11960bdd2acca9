// Ends a due task that its queue refuses for good: FAILURE for its caller and for what waits for it, and a copy for people
// (protocol §7).

import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import { failureOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { DelayedTask } from "../transport/delayed-tasks.ts";
import { endUnrun } from "./end-unrun.ts";
import type { FlowSender } from "./flow-sender.ts";

const REASON = "undeliverable";

/** Repeating it does no harm. Rejects when the broker does not take what is to be stored: the task waits on then. */
export async function endUndeliverable(
  { key, queue, contentType, body }: DelayedTask,
  why: Error,
  sender: FlowSender,
): Promise<void> {
  const failure = failureOf(why);
  const detail = `a due task cannot be moved to its queue: ${failure.message}`;
  const keep = (): Promise<void> =>
    sender.transport.deadLetters.put({ queue, reason: REASON, detail, contentType, body }, key);
  const message = readable(body);
  if (message === null) return keep();
  const letter = { reason: REASON, keep };
  await endUnrun(message, { state: "FAILURE", error: { ...failure, message: detail }, letter }, sender);
}

function readable(body: Uint8Array): TaskMessage | null {
  try {
    return decodeTaskMessage(body);
  } catch {
    return null; // nobody knows which task it was
  }
}

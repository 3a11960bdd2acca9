// What follows from a task that has come to its end: callbacks, the next step, errbacks, and word to the actor that waits. A function
// of the message and the stored record only, so that doing it again does the same (protocol §5, step 5).

import type { FailedRequest } from "../model/flow.ts";
import type { CanvasPart, TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import { abandonFlow, complete } from "./abandon-flow.ts";
import type { FlowOrigin } from "./compose-step.ts";
import { dispatchFlow, sendErrbacks } from "./dispatch-flow.ts";
import type { FlowSender } from "./flow-sender.ts";

/** Does what follows. `repeat`: it was perhaps done before. */
export async function followUp(
  message: TaskMessage,
  record: FinalRecord,
  repeat: boolean,
  sender: FlowSender,
): Promise<void> {
  const { rootId, reply, id, canvas } = message;
  if (canvas === null) return;
  const { memberOf, nesting } = canvas;
  const from: FlowOrigin = { rootId, reply, memberOf, nesting, parentId: id, origin: "settle", repeat };
  if (record.state === "SUCCESS") await onSuccess(canvas, record, from, sender);
  else await onEnd(canvas, record, from, sender);
  if (record.state === "FAILURE" && record.error)
    await sendErrbacks(canvas.linkError, { request: requestOf(message), error: record.error }, from, sender);
}

async function onSuccess(
  canvas: CanvasPart,
  { id, value }: FinalRecord,
  from: FlowOrigin,
  sender: FlowSender,
): Promise<void> {
  const input = { args: [value], kwargs: {} };
  const alone: FlowOrigin = { ...from, memberOf: null, nesting: 0 };
  if (canvas.link.length > 0) await Promise.all(canvas.link.map((flow) => dispatchFlow(flow, input, alone, sender)));
  if (canvas.chain.length > 0) await dispatchFlow(canvas.chain, input, from, sender);
  else await complete(from, id, { state: "SUCCESS", value }, sender);
}

async function onEnd(
  { chain }: CanvasPart,
  { state, error, id }: FinalRecord,
  from: FlowOrigin,
  sender: FlowSender,
): Promise<void> {
  if (state !== "SUCCESS") await abandonFlow(chain, { state, error, culprit: id }, from, sender);
}

function requestOf({ id, name, args, kwargs, rootId, parentId, retries }: TaskMessage): FailedRequest {
  return { id, task: name, args, kwargs, rootId, parentId, retries };
}

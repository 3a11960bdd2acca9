// What follows from a task that has come to its end: callbacks, the next step, errbacks, and word to the actor that waits. A function
// of the message and the stored record only, so that doing it again does the same (protocol §5, step 5).

import type { FailedRequest } from "../model/flow.ts";
import type { CanvasPart, TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import { abandonFlow, complete } from "./abandon-flow.ts";
import type { FlowOrigin } from "./compose-step.ts";
import { dispatchFlow, sendErrbacks } from "./dispatch-flow.ts";
import type { FlowSender } from "./flow-sender.ts";
import { errbacksWith, inheritedHeaders, withInherited } from "./inherit-headers.ts";

/** Does what follows, if anything does. `repeat`: it was perhaps done before. */
export function followUp(
  ended: TaskMessage,
  record: FinalRecord,
  repeat: boolean,
  sender: FlowSender,
): Promise<void> | undefined {
  const { rootId, reply, id, headers } = ended;
  if (ended.canvas === null) return undefined;
  const canvas = inheriting(ended.canvas, inheritedHeaders(headers, sender.outgoing?.inherited ?? []));
  const { memberOf, nesting } = canvas;
  const from: FlowOrigin = { rootId, reply, memberOf, nesting, parentId: id, origin: "settle", repeat };
  if (record.state !== "SUCCESS") return onEnd({ ...ended, canvas }, record, from, sender);
  return canvas.link.length > 0 || canvas.chain.length > 0
    ? onSuccess(canvas, record, from, sender)
    : complete(from, id, { state: "SUCCESS", value: record.value }, sender);
}

function inheriting(canvas: CanvasPart, headers: Readonly<Record<string, unknown>> | null): CanvasPart {
  if (headers === null) return canvas;
  const { chain, link, linkError } = canvas;
  return {
    ...canvas,
    chain: withInherited(chain, headers),
    link: link.map((flow) => withInherited(flow, headers)),
    linkError: errbacksWith(linkError, headers),
  };
}

async function onSuccess(
  canvas: CanvasPart,
  { id, value }: FinalRecord,
  from: FlowOrigin,
  sender: FlowSender,
): Promise<void> {
  const input = { args: [value], kwargs: {} };
  const alone: FlowOrigin = { ...from, memberOf: null, nesting: 0 };
  await Promise.all(canvas.link.map((flow) => dispatchFlow(flow, input, alone, sender)));
  if (canvas.chain.length > 0) await dispatchFlow(canvas.chain, input, from, sender);
  else await complete(from, id, { state: "SUCCESS", value }, sender);
}

async function onEnd(
  message: TaskMessage,
  { state, error, id }: FinalRecord,
  from: FlowOrigin,
  sender: FlowSender,
): Promise<void> {
  const { canvas } = message;
  if (canvas === null || state === "SUCCESS") return;
  await abandonFlow(canvas.chain, { state, error, culprit: id }, from, sender);
  if (state === "FAILURE" && error)
    await sendErrbacks(canvas.linkError, { request: requestOf(message), error }, from, sender);
}

function requestOf({ id, name, args, kwargs, rootId, parentId, retries }: TaskMessage): FailedRequest {
  return { id, task: name, args, kwargs, rootId, parentId, retries };
}

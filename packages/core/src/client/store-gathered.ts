// The value of a group with nothing after it, or in the place of a task, for whoever needs the whole of it: the list of its
// members' values.

import { serializerNamed } from "../codec/serializer.ts";
import { encodeFinalRecord } from "../codec/task-record-codec.ts";
import type { PlanMessage } from "../model/actor-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import { complete, GROUP_NAME } from "./abandon-flow.ts";
import type { FlowOrigin } from "./compose-step.ts";
import { dispatchFlow } from "./dispatch-flow.ts";
import { type FlowSender, recording } from "./flow-sender.ts";

const MSGPACK = serializerNamed("msgpack");

/**
 * Stores the list as the outcome of the plan's result id, sends the links, and tells the actor that waits for it.
 *
 * @throws {PayloadTooLargeError | SerializationError} the list cannot be stored.
 */
export async function storeGathered(
  plan: Pick<PlanMessage, "resultId" | "link">,
  values: readonly unknown[],
  from: FlowOrigin,
  sender: FlowSender,
): Promise<void> {
  const record = gathered(plan.resultId, values, sender);
  const body = encodeFinalRecord(record, MSGPACK);
  const stored = await sender.createRecord({ kind: "result", id: plan.resultId }, body);
  if (stored === "created" && from.reply !== null) sender.push(from.reply, body);
  const after: FlowOrigin = { ...from, parentId: plan.resultId, memberOf: null };
  await Promise.all(
    plan.link.map((flow) => dispatchFlow(flow, { args: [values], kwargs: {} }, after, recording(sender))),
  );
  await complete(from, plan.resultId, { state: "SUCCESS", value: values }, sender);
}

function gathered(id: string, values: readonly unknown[], { hostname, transport }: FlowSender): FinalRecord {
  const plain = { gen: 0, error: null, hidden: false, deadLetter: null, forgotten: false, runtimeMs: 0, retries: 0 };
  return { ...plain, id, state: "SUCCESS", name: GROUP_NAME, value: values, worker: hostname, at: transport.now() };
}

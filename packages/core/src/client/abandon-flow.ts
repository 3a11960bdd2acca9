// Ends a flow that will never run, or not further: each of its tasks gets the final record that says why, and whoever waits for its
// end is told. So no `get()` and no chord waits for ever.

import { serializerNamed } from "../codec/serializer.ts";
import { encodeFinalRecord } from "../codec/task-record-codec.ts";
import type { Failure } from "../model/failure.ts";
import { type FailedRequest, type Flow, type MemberOutcome, type TaskStep, taskStepsOf } from "../model/flow.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { FlowOrigin } from "./compose-step.ts";
import type { FlowSender } from "./flow-sender.ts";

const MAX_TOGETHER = 1_024;
const MSGPACK = serializerNamed("msgpack");

/** Why a flow does not go on. */
export interface FlowEnd {
  readonly state: Exclude<FinalRecord["state"], "SUCCESS">;
  readonly error: Failure | null;
  /** Id of the task, or of the group, that came out so. */
  readonly culprit: string;
}

/** Name in the record of a group's list of values. */
export const GROUP_NAME = "troupe.group";

/** Stores `end` for all that a flow would have run, and tells the actor that waits for it. Sends no errbacks. */
export async function abandonFlow(flow: Flow, given: FlowEnd, from: FlowOrigin, sender: FlowSender): Promise<void> {
  const end = named(given);
  const records = recordsOf(flow, end, sender);
  for (;;) {
    const some = records.splice(0, MAX_TOGETHER);
    if (some.length === 0) break;
    await Promise.all(some.map((record) => storeRecord(record, from.reply, sender)));
  }
  const { state, error } = end;
  await complete(from, exitIdOf(flow) ?? end.culprit, { state, error }, sender);
}

// What never ran has another's error, which says whose.
function named({ state, error, culprit }: FlowEnd): FlowEnd {
  return { state, error: error && { taskId: culprit, ...error }, culprit };
}

/** Stores a final record create-only, and pushes what is stored to the client that waits. */
async function storeRecord(record: FinalRecord, reply: string | null, sender: FlowSender): Promise<void> {
  const body = encodeFinalRecord(record, MSGPACK);
  const outcome = await sender.createRecord({ kind: "result", id: record.id }, body);
  if (outcome === "created" && reply !== null) sender.push(reply, body);
}

/** Tells the actor that waits for a flow, if any, how the flow came out. */
export function complete(
  { memberOf, repeat }: Pick<FlowOrigin, "memberOf" | "repeat">,
  taskId: string,
  outcome: MemberOutcome,
  sender: FlowSender,
): Promise<void> | undefined {
  if (!memberOf) return undefined;
  const { actor, member } = memberOf;
  return sender.complete({ actor, end: { member, taskId, outcome }, repeat });
}

/** A step that failed before it became a message, as its errbacks see it. */
export function requestOf(step: TaskStep, from: Pick<FlowOrigin, "rootId" | "parentId">): FailedRequest {
  const { id, name: task, args, kwargs } = step;
  return { id, task, args, kwargs, rootId: from.rootId, parentId: from.parentId, retries: 0 };
}

/** The same of the step of a flow that has this id; of a list of values where no step has. */
export function requestIn(flow: Flow, id: string, from: Pick<FlowOrigin, "rootId" | "parentId">): FailedRequest {
  const step = [...taskStepsOf(flow)].find((candidate) => candidate.id === id);
  const { rootId, parentId } = from;
  return step ? requestOf(step, from) : { id, task: null, args: [], kwargs: {}, rootId, parentId, retries: 0 };
}

function recordsOf(flow: Flow, end: FlowEnd, sender: FlowSender): FinalRecord[] {
  const tasks = [...taskStepsOf(flow)].map(({ id, name, gen = 0, options }) =>
    recordOf({ id, name, gen, hidden: options.ignoreResult ?? false }, end, sender),
  );
  return [
    ...tasks,
    ...gatheredIn(flow).map((id) => recordOf({ id, name: GROUP_NAME, gen: 0, hidden: false }, end, sender)),
  ];
}

/** Id by which the end of a flow is known: of its last task, or of the list of values of its last group. */
function exitIdOf(flow: Flow): string | null {
  const last = flow.at(-1);
  if (!last) return null;
  return last.kind === "task" ? last.id : (last.barrier?.resultId ?? last.id);
}

// Ids under which lists of values would have been stored: those that no step has.
function gatheredIn(flow: Flow): string[] {
  const ids = new Set(flow.map(({ id }) => id));
  return flow.flatMap((step) => {
    if (step.kind === "task") return [];
    const inner = step.members.flatMap(gatheredIn);
    return step.barrier && !ids.has(step.barrier.resultId) ? [...inner, step.barrier.resultId] : inner;
  });
}

function recordOf(
  of: Pick<FinalRecord, "id" | "name" | "gen" | "hidden">,
  { state, error }: FlowEnd,
  { hostname, transport }: FlowSender,
): FinalRecord {
  const unrun = { value: null, deadLetter: null, forgotten: false, runtimeMs: 0, retries: 0 };
  return { ...of, ...unrun, state, error, worker: hostname, at: transport.now() };
}

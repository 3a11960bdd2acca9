// Sends what a flow begins with: a task, or the members of a group with their plan before and their seal after them. Everything has
// the id it was frozen with, so that sending again stores nothing twice (protocol §4, D8).

import { tooLarge } from "../canvas/compile-limits.ts";
import { encodeActorMessage } from "../codec/actor-message-codec.ts";
import { type SerializerName, serializerNamed } from "../codec/serializer.ts";
import { encodeTaskMessage } from "../codec/task-message-codec.ts";
import type { ActorMessage, PlanMessage } from "../model/actor-message.ts";
import { type Failure, failureOf } from "../model/failure.ts";
import {
  type Barrier,
  beginsWithGroup,
  beginsWithTask,
  type Errback,
  type FailedRequest,
  type Flow,
  type GroupFlow,
  type Input,
  MAX_FLOW_NODES,
  type Membership,
  NO_INPUT,
  type TaskFlow,
} from "../model/flow.ts";
import { messageKey, type TaskMessage } from "../model/task-message.ts";
import { hasToWait } from "../transport/delayed-tasks.ts";
import { abandonFlow, requestOf } from "./abandon-flow.ts";
import { type FlowOrigin, messageOfStep } from "./compose-step.ts";
import { type FlowSender, recording } from "./flow-sender.ts";
import { isWatched, sendWatched } from "./outgoing.ts";
import { isRefusal } from "./persist.ts";

// Members of a group that are under way at a time, and what they hold of the value that came in.
const MAX_TOGETHER = 1_024;
const MAX_BYTES_TOGETHER = 8 * 1_024 * 1_024;
const ACTORS = serializerNamed("msgpack");

/**
 * Sends what a flow begins with.
 *
 * @throws {SerializationError | PayloadTooLargeError} a message can never be sent, and the sender throws that.
 */
export function dispatchFlow(flow: Flow, input: Input, from: FlowOrigin, sender: FlowSender): Promise<void> {
  if (beginsWithTask(flow)) return sendTask(flow, input, from, sender);
  return beginsWithGroup(flow) ? sendGroup(flow, input, from, sender) : Promise.resolve();
}

async function sendTask(flow: TaskFlow, input: Input, from: FlowOrigin, sender: FlowSender): Promise<void> {
  const [{ options, chosen }] = flow;
  const now = sender.transport.now();
  const message = messageOfStep(flow, input, from, now);
  const repeat = from.repeat || chosen === true;
  const { serializer = "msgpack" } = options;
  const sending: Sending = { serializer, repeat, now };
  const { outgoing } = sender;
  let isOfMiddleware = false;
  try {
    if (outgoing && isWatched(outgoing)) {
      isOfMiddleware = true;
      await sendWatched(message, serializer, outgoing, (whole) => {
        isOfMiddleware = false;
        return sendMessage(whole, sending, sender);
      });
    } else await sendMessage(message, sending, sender);
    outgoing?.sent?.(message);
  } catch (error) {
    if (sender.refusals === "thrown" || !(isOfMiddleware || isRefusal(error))) throw error;
    await refuse(flow, failureOf(error), from, sender);
  }
}

interface Sending {
  readonly serializer: SerializerName;
  readonly repeat: boolean;
  readonly now: number;
}

function sendMessage(
  message: TaskMessage,
  { serializer: name, repeat, now }: Sending,
  sender: FlowSender,
): Promise<void> {
  const serializer = serializerNamed(name);
  const body = encodeTaskMessage(message, serializer);
  const { queue, eta } = message;
  // A repeat may have another time than the first, which costs a search; nothing else can be there.
  const exclusive = repeat || eta === null || !hasToWait(eta, now);
  const { contentType } = serializer;
  const priority = message.priority ?? 0;
  const key = messageKey(message);
  return sender.task({ queue, key, priority, exclusive, repeat, contentType, body }, message.id, eta);
}

// What can never be sent fails, as if it had run: nobody who waits for it waits for ever.
async function refuse(flow: TaskFlow, error: Failure, from: FlowOrigin, sender: FlowSender): Promise<void> {
  const [step] = flow;
  await abandonFlow(flow, { state: "FAILURE", error, culprit: step.id }, from, sender);
  await sendErrbacks(step.linkError, { request: requestOf(step, from), error }, from, sender);
}

async function sendGroup(flow: GroupFlow, input: Input, from: FlowOrigin, sender: FlowSender): Promise<void> {
  const [{ barrier, members }] = flow;
  await open(flow, members.length, from, sender);
  // A settlement goes on: members that are sent cannot be taken back, and what waits for them must come to its end.
  const each = from.origin === "settle" ? recording(sender) : sender;
  const together = togetherOf(input);
  for (let start = 0; start < members.length; start += together) {
    const some = members.slice(start, start + together);
    await Promise.all(
      some.map((member, i) => dispatchFlow(member, input, asMember(from, placeIn(barrier, start + i)), each)),
    );
  }
  await seal(barrier, members.length, from, sender);
}

// Each member's message holds what came in.
function togetherOf({ args }: Input): number {
  if (args.length === 0) return MAX_TOGETHER;
  const bytes = ACTORS.encode(args).byteLength;
  return Math.min(MAX_TOGETHER, Math.ceil(MAX_BYTES_TOGETHER / bytes));
}

/**
 * Sends a flow that begins with a group whose members are produced meanwhile; how many they are is told by the seal.
 *
 * @returns the members, in order.
 * @throws {InvalidCanvasError} there are more than a canvas may have.
 */
export async function dispatchProduced(
  flow: GroupFlow,
  produced: AsyncIterable<Flow>,
  from: FlowOrigin,
  sender: FlowSender,
): Promise<Flow[]> {
  const [{ barrier }] = flow;
  await open(flow, null, from, sender);
  const members: Flow[] = [];
  const underWay = new Set<Promise<unknown>>();
  const errors: unknown[] = [];
  for await (const member of produced) {
    if (members.length === MAX_FLOW_NODES) throw tooLarge();
    const origin = asMember(from, placeIn(barrier, members.length));
    members.push(member);
    const sending = dispatchFlow(member, NO_INPUT, origin, sender)
      .catch((error: unknown) => errors.push(error))
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
    if (underWay.size >= MAX_TOGETHER) await Promise.race(underWay);
    if (errors.length > 0) break;
  }
  await Promise.all(underWay);
  if (errors.length > 0) throw errors[0];
  await seal(barrier, members.length, from, sender);
  return members;
}

// Written out: a group has one for each of its members.
function asMember(
  { rootId, parentId, reply, nesting, origin, repeat }: FlowOrigin,
  memberOf: Membership | null,
): FlowOrigin {
  return { rootId, parentId, reply, memberOf, nesting, origin, repeat };
}

function placeIn(barrier: Barrier | null, member: number): Membership | null {
  return barrier && { actor: barrier.actor, member };
}

// The plan comes before the first member, so that it is there before any of them is done.
async function open(flow: GroupFlow, size: number | null, from: FlowOrigin, sender: FlowSender): Promise<void> {
  const [{ barrier }, ...next] = flow;
  if (!barrier) return;
  const { memberOf, rootId, parentId, reply, origin, nesting } = from;
  const plan: PlanMessage = {
    type: "plan",
    ...barrier,
    size,
    next,
    memberOf,
    rootId,
    parentId,
    reply,
    origin,
    nesting,
  };
  // A group of tasks whose ids were chosen may have been sent before, and have come to its end.
  await mail(plan, { repeat: from.repeat || flow[0].members.some(isChosen) }, sender);
}

function isChosen([first]: Flow): boolean {
  return first?.kind === "task" ? first.chosen === true : (first?.members.some(isChosen) ?? false);
}

async function seal(barrier: Barrier | null, size: number, from: FlowOrigin, sender: FlowSender): Promise<void> {
  if (barrier) await mail({ type: "seal", actor: barrier.actor, size }, from, sender);
}

async function mail(message: ActorMessage, { repeat }: Pick<FlowOrigin, "repeat">, sender: FlowSender): Promise<void> {
  const body = encodeActorMessage(message, ACTORS);
  await sender.mail({ actor: message.actor, kind: message.type, repeat, body });
}

/** Sends errbacks about a task that failed, or about a body that will not run. */
export async function sendErrbacks(
  errbacks: readonly Errback[],
  failed: { readonly request: FailedRequest; readonly error: Failure },
  from: FlowOrigin,
  sender: FlowSender,
): Promise<void> {
  const { request, error } = failed;
  const inputs = { id: [request.id], details: [request, error, error.stack ?? null] };
  const origin: FlowOrigin = { ...from, parentId: request.id, memberOf: null, origin: "settle" };
  await Promise.all(
    errbacks.map(({ gets, flow }) => dispatchFlow(flow, { args: inputs[gets], kwargs: {} }, origin, sender)),
  );
}

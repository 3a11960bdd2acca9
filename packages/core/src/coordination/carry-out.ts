// What follows from a decided chord: its values are sent on, or all that would have followed is failed. Every part can be repeated.

import { requestIn } from "../client/abandon-flow.ts";
import type { FlowOrigin } from "../client/compose-step.ts";
import { inBatches } from "../client/in-batches.ts";
import { Abandoned } from "../client/persist.ts";
import type { MemberEnd, PlanMessage } from "../model/actor-message.ts";
import { PayloadTooLargeError } from "../model/errors.ts";
import type { Failure } from "../model/failure.ts";
import type { Flow, GroupStep, Input } from "../model/flow.ts";
import type { ChordHost } from "./chord-host.ts";
import type { ChordLog } from "./chord-log.ts";
import type { Held } from "./held-mail.ts";

/** A chord that is decided. */
export interface Decided {
  readonly log: ChordLog;
  /** What follows was perhaps sent before. */
  readonly isRepeat: boolean;
  /** Opens a message that tells how members came out. */
  readonly open: (held: Held) => readonly MemberEnd[] | Promise<readonly MemberEnd[]>;
}

/** No encoding makes a value so many times smaller than another does. */
const MAX_SHRINKING = 8;
/** Bytes of what is told of a member besides its value, at most. */
const MAX_FRAME_BYTES = 512;

/**
 * Sends what follows, with the list of values.
 *
 * @throws {PayloadTooLargeError} the list is larger than any message can be.
 */
export async function dispatchPlan(plan: PlanMessage, chord: Decided, host: ChordHost): Promise<void> {
  const from = originOf(plan, chord.isRepeat, await parentOf(plan, chord));
  const values = needsValues(plan) ? await valuesOf(plan, chord, host) : [];
  const input: Input = { args: [values], kwargs: {} };
  if (keepsList(plan)) {
    const { next, resultId } = plan;
    // It is the last step that the actor waits for.
    await host.effects.storeGathered(plan, values, next.length > 0 ? { ...from, memberOf: null } : from);
    // The list is there, whatever becomes of the rest.
    if (next.length > 0) await host.effects.dispatchLink(next, input, { ...from, parentId: resultId });
    return;
  }
  await host.effects.dispatchFlow(plan.next, input, from);
  const after: FlowOrigin = { ...from, parentId: plan.resultId, memberOf: null, nesting: 0 };
  for (const flow of plan.link) await attempt(host, plan, () => host.effects.dispatchLink(flow, input, after));
}

/** Fails what would have followed. */
export async function failPlan(plan: PlanMessage, error: Failure, chord: Decided, host: ChordHost): Promise<void> {
  const from = originOf(plan, chord.isRepeat, plan.parentId);
  // What does not come about may be the group's own list of values, too.
  const unrun: Flow = keepsList(plan) ? [groupOf(plan), ...plan.next] : plan.next;
  const end = { state: "FAILURE", error, culprit: plan.resultId } as const;
  await attempt(host, plan, () => host.effects.abandonFlow(unrun, end, from));
  // The body has no traceback: it never ran.
  const { stack: _ofMember, ...plain } = error;
  const failed = { request: requestIn(plan.next, plan.resultId, plan), error: plain };
  await attempt(host, plan, () => host.effects.sendErrbacks(plan.linkError, failed, from));
}

// One effect that can never be carried out must not keep the others from it.
async function attempt(host: ChordHost, { actor }: PlanMessage, effect: () => Promise<void>): Promise<void> {
  try {
    await effect();
  } catch (error) {
    if (error instanceof Abandoned) throw error;
    host.logger.error({ err: error }, `a part of what follows from group ${actor.id} could not be sent`);
  }
}

// Any member is a right parent (Q08); the one that came last closed the barrier.
async function parentOf(plan: PlanMessage, { log, open }: Decided): Promise<string | null> {
  const last = log.lastCompletion;
  return (last && (await open(last.held))[last.place]?.taskId) ?? plan.parentId;
}

async function valuesOf({ actor }: PlanMessage, { log, open }: Decided, host: ChordHost): Promise<unknown[]> {
  const { outcomes } = log;
  const messages = [...new Set(outcomes.map(({ held }) => held))];
  const frames = outcomes.length * MAX_FRAME_BYTES;
  const bytes = messages.reduce((sum, held) => sum + held.bytes, 0) - frames;
  const limit = host.transport.maxMessageBytes;
  // Not even read together: that many might not fit into the memory.
  if (bytes > limit * MAX_SHRINKING)
    throw new PayloadTooLargeError(`the list of values of group ${actor.id}`, bytes, limit);
  const opened: (readonly MemberEnd[])[] = [];
  for await (const some of inBatches(messages, open)) opened.push(...some);
  const endsIn = new Map(messages.map((held, at) => [held, opened[at]]));
  return outcomes.map(({ held, place }) => valueOf(endsIn.get(held)?.[place]));
}

function valueOf(end: MemberEnd | undefined): unknown {
  return end?.outcome.state === "SUCCESS" ? end.outcome.value : null;
}

function needsValues(plan: PlanMessage): boolean {
  return keepsList(plan) || [plan.next, ...plan.link].some(takesInput);
}

// Nothing follows, or the group took the place of a task, which has its value whatever follows.
function keepsList({ next, resultId }: PlanMessage): boolean {
  return next.every(({ id }) => id !== resultId);
}

function takesInput([first]: Flow): boolean {
  if (!first) return false;
  return first.kind === "task" ? !first.immutable : first.members.some(takesInput);
}

function originOf(plan: PlanMessage, repeat: boolean, parentId: string | null): FlowOrigin {
  const { rootId, reply, memberOf, nesting } = plan;
  return { rootId, parentId, reply, memberOf, nesting, origin: "settle", repeat };
}

function groupOf({ actor, resultId }: PlanMessage): GroupStep {
  return { kind: "group", id: actor.id, members: [], barrier: { actor, resultId, link: [], linkError: [] } };
}

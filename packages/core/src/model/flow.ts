// A frozen canvas: what is to be run, one step after the other, as it travels in messages and plans. All ids, queues and actor
// addresses are fixed, so that whoever sends a step again sends the same messages to the same places (D8). Every canvas comes down
// to two kinds of step: a task, and a group of flows. A chord is a group with a step after it.

import type { Failure } from "./failure.ts";
import { NO_KEYWORDS } from "./kw.ts";

/** Most tasks and groups of a canvas, callbacks and errbacks included: 100,000 members, and room for what follows them. */
export const MAX_FLOW_NODES = 110_000;
/** Deepest nesting of a canvas: members in groups, callbacks of callbacks. */
export const MAX_FLOW_DEPTH = 100;
/** How often a task may be replaced, one replacement by the next. */
export const MAX_REPLACEMENTS = 100;

/** Steps, one after the other. Each gets the value of the one before. */
export type Flow = readonly Step[];

/** One step of a flow. */
export type Step = TaskStep | GroupStep;

/** A flow that begins with a task. */
export type TaskFlow = readonly [TaskStep, ...Step[]];

/** A flow that begins with a group. */
export type GroupFlow = readonly [GroupStep, ...Step[]];

/** A call whose arguments wait for the value of the step before. */
export interface TaskStep {
  readonly kind: "task";
  readonly id: string;
  /** Its id was chosen, so that it may have been used before. @default false */
  readonly chosen?: boolean;
  /** Generation of its message, where it takes the place of a task that was replaced. @default 0 */
  readonly gen?: number;
  /** Registered name of the task. */
  readonly name: string;
  /** Arguments after those that come in. */
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** What comes in is ignored. */
  readonly immutable: boolean;
  readonly queue: string;
  /** How the handler is called: once with all arguments, or once per item or argument tuple of the one argument, a list. */
  readonly each: "once" | "item" | "tuple";
  /** Group it is a member of, and its place there; or null. */
  readonly group: GroupPlace | null;
  readonly options: StepOptions;
  /** Sent with the value when the task succeeds. */
  readonly link: readonly Flow[];
  /** Sent when the task fails. */
  readonly linkError: readonly Errback[];
}

/** A task's place in a group, for people and for `this.groupId`. */
export interface GroupPlace {
  readonly id: string;
  readonly index: number;
}

/** How a step's message is sent. Left out: as by default. */
export interface StepOptions {
  /** When it is due: milliseconds after it is sent; or broker's time. */
  readonly countdownMs?: number;
  readonly eta?: number;
  /** Latest start, in milliseconds after it is sent; or the broker's time of it. */
  readonly expiresMs?: number;
  readonly expires?: number;
  /** How long its handler may run, in milliseconds; 0: no limit. */
  readonly timeLimitMs?: number;
  readonly softTimeLimitMs?: number;
  readonly priority?: number;
  readonly ignoreResult?: boolean;
  readonly atMostOnce?: boolean;
  readonly serializer?: "msgpack" | "json";
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly stamps?: Readonly<Record<string, unknown>>;
  readonly shadow?: string;
  readonly argsrepr?: string;
  readonly kwargsrepr?: string;
}

/** Flows that run side by side. Its value is the list of theirs. */
export interface GroupStep {
  readonly kind: "group";
  /** Id of the group. */
  readonly id: string;
  readonly members: readonly Flow[];
  /** The actor that waits for all members; null when nothing follows from the whole. */
  readonly barrier: Barrier | null;
}

/** What waits for the members of a group. */
export interface Barrier {
  readonly actor: ActorAddress;
  /**
   * Id whose final record tells how it went: when steps follow, of the last task that follows directly, which fails when a
   * member does. Otherwise, and where the group takes the place of a task, of the list of values itself: no step has it.
   */
  readonly resultId: string;
  /** Sent with the list of values when all members succeed. */
  readonly link: readonly Flow[];
  /** Sent when a member fails. */
  readonly linkError: readonly Errback[];
}

/** Address of a durable actor. The shard is fixed with it. */
export interface ActorAddress {
  readonly shard: number;
  readonly id: string;
}

/** The place among the members of an actor that the exit of a flow fills: a written one, or one that was added while they ran. */
export interface Membership {
  readonly actor: ActorAddress;
  readonly member: number | string;
}

/** What is sent on failure. */
export interface Errback {
  /** What the first step gets: the id of what failed, or request, error and traceback. */
  readonly gets: "id" | "details";
  readonly flow: Flow;
}

/** What the first tasks of a flow get besides their own arguments. */
export interface Input {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** Nothing comes in. */
export const NO_INPUT: Input = { args: [], kwargs: NO_KEYWORDS };

/** Of a task that failed: first argument of an errback that gets details. */
export interface FailedRequest {
  readonly id: string;
  readonly task: string | null;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly rootId: string;
  readonly parentId: string | null;
  readonly retries: number;
}

/** How a member of an actor came out. */
export type MemberOutcome =
  | { readonly state: "SUCCESS"; readonly value: unknown }
  | { readonly state: "FAILURE" | "REVOKED" | "REJECTED" | "IGNORED"; readonly error: Failure | null };

/** Every task step of a flow, members of groups included, in the order they are written. */
export function* taskStepsOf(flow: Flow): Generator<TaskStep> {
  for (const step of flow) {
    if (step.kind === "task") yield step;
    else for (const member of step.members) yield* taskStepsOf(member);
  }
}

export function beginsWithTask(flow: Flow): flow is TaskFlow {
  return flow[0]?.kind === "task";
}

export function beginsWithGroup(flow: Flow): flow is GroupFlow {
  return flow[0]?.kind === "group";
}

// From a step of a canvas to its message: what came in is put before its own arguments.

import { MAX_DUE } from "../model/duration.ts";
import { type Input, type Membership, NO_INPUT, type StepOptions, type TaskFlow } from "../model/flow.ts";
import { NO_KEYWORDS } from "../model/kw.ts";
import type { TaskMessage } from "../model/task-message.ts";

/** What the messages of a flow get from the place they are sent from. */
export interface FlowOrigin {
  readonly rootId: string;
  /** Task from which the flow follows, or null. */
  readonly parentId: string | null;
  /** Client that wants outcomes pushed, or null. */
  readonly reply: string | null;
  /** The actor that waits for the end of the flow, or null. */
  readonly memberOf: Membership | null;
  /** Depth of replacements. */
  readonly nesting: number;
  /** Who sends: a client, which may die in the middle, or a settlement, which is repeated. */
  readonly origin: "client" | "settle";
  /** All of it was perhaps sent before. */
  readonly repeat: boolean;
}

/** The message of a flow's first step, with the steps after it. */
export function messageOfStep([step, ...chain]: TaskFlow, input: Input, from: FlowOrigin, now: number): TaskMessage {
  const { id, name, queue, immutable, options, link, linkError, group, each } = step;
  const { memberOf, nesting } = from;
  const timeLimits = limitsOf(options);
  return {
    id,
    gen: step.gen ?? 0,
    name,
    args: immutable || input.args.length === 0 ? step.args : [...input.args, ...step.args],
    kwargs: immutable || input === NO_INPUT ? step.kwargs : { ...step.kwargs, ...input.kwargs },
    queue,
    priority: options.priority ?? null,
    rootId: from.rootId,
    parentId: from.parentId,
    reply: from.reply, // for the steps after it too
    eta: dueOf(options, now),
    expires: expiresOf(options, now),
    retries: 0,
    ...sendingOf(options),
    ...(timeLimits && { timeLimits }),
    origin: null,
    canvas: { chain, link, linkError, memberOf, group, each, nesting, stamps: options.stamps ?? NO_KEYWORDS },
  };
}

type Sending = Pick<TaskMessage, "ignoreResult" | "atMostOnce" | "headers" | "shadow" | "argsrepr" | "kwargsrepr">;

function sendingOf(options: StepOptions): Sending {
  return {
    ignoreResult: options.ignoreResult ?? false,
    atMostOnce: options.atMostOnce ?? false,
    headers: options.headers ?? NO_KEYWORDS,
    shadow: options.shadow ?? null,
    argsrepr: options.argsrepr ?? null,
    kwargsrepr: options.kwargsrepr ?? null,
  };
}

function limitsOf({ softTimeLimitMs, timeLimitMs }: StepOptions): TaskMessage["timeLimits"] | null {
  if (softTimeLimitMs === undefined && timeLimitMs === undefined) return null;
  return { softMs: softTimeLimitMs ?? null, hardMs: timeLimitMs ?? null };
}

function dueOf({ countdownMs, eta }: StepOptions, now: number): number | null {
  const due = countdownMs === undefined ? eta : now + countdownMs;
  return due === undefined ? null : Math.min(due, MAX_DUE);
}

function expiresOf({ expires, expiresMs }: StepOptions, now: number): number | null {
  return expiresMs === undefined ? (expires ?? null) : now + expiresMs;
}

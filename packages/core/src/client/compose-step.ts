// From a step of a canvas to its message: what came in is put before its own arguments.

import { MAX_DUE } from "../model/duration.ts";
import type { Input, Membership, StepOptions, TaskFlow } from "../model/flow.ts";
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
  return {
    id,
    gen: step.gen ?? 0,
    name,
    args: immutable || input.args.length === 0 ? step.args : [...input.args, ...step.args],
    kwargs: immutable ? step.kwargs : { ...step.kwargs, ...input.kwargs },
    queue,
    priority: options.priority ?? null,
    rootId: from.rootId,
    parentId: from.parentId,
    reply: from.reply, // for the steps after it too
    eta: dueOf(options, now),
    expires: expiresOf(options, now),
    retries: 0,
    ...sendingOf(options),
    origin: null,
    canvas: { chain, link, linkError, memberOf, group, each, nesting, stamps: options.stamps ?? NO_KEYWORDS },
  };
}

type Sending = Pick<
  TaskMessage,
  "ignoreResult" | "atMostOnce" | "headers" | "shadow" | "argsrepr" | "kwargsrepr" | "timeLimits"
>;

function sendingOf(options: StepOptions): Sending {
  const { ignoreResult = false, atMostOnce = false, headers = NO_KEYWORDS } = options;
  const { shadow, argsrepr, kwargsrepr, softTimeLimitMs: softMs = null, timeLimitMs: hardMs = null } = options;
  const shown = { shadow: shadow ?? null, argsrepr: argsrepr ?? null, kwargsrepr: kwargsrepr ?? null };
  const timeLimits = softMs === null && hardMs === null ? null : { softMs, hardMs };
  return { ignoreResult, atMostOnce, headers, ...shown, ...(timeLimits && { timeLimits }) };
}

function dueOf({ countdownMs, eta }: StepOptions, now: number): number | null {
  const due = countdownMs === undefined ? eta : now + countdownMs;
  return due === undefined ? null : Math.min(due, MAX_DUE);
}

function expiresOf({ expires, expiresMs }: StepOptions, now: number): number | null {
  return expiresMs === undefined ? (expires ?? null) : now + expiresMs;
}

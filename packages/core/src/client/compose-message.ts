// From a call to a message: fills in what the caller left out.

import type { SerializerName } from "../codec/serializer.ts";
import { APPLY_OPTION_TABLE, type ApplyOptions } from "../model/apply-options.ts";
import { checkOptions } from "../model/check-options.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { NO_KEYWORDS, splitArguments } from "../model/kw.ts";
import { shown } from "../model/names.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { checkTimeLimits, timeLimitsOf } from "../model/time-limits.ts";
import type { UniqueRule } from "../model/unique-options.ts";
import type { RunningTask } from "./running-task.ts";

/** What is called, with the defaults that its options and the settings give. */
export interface Callee {
  readonly name: string;
  /** Where the call names none. */
  readonly queue: string;
  /** Further queues to which its routing key leads: each gets a copy. @default none */
  readonly copies?: readonly string[];
  /** The queue that the call goes to is a broadcast queue: each of its nodes gets a copy. @default false */
  readonly broadcast?: boolean;
  /** The task's own, or its route's; null: none. */
  readonly priority: number | null;
  /** Without one, that of the task which makes the call. */
  readonly inheritsPriority: boolean;
  /** Without all of them. */
  readonly defaultPriority: number | null;
  readonly ignoreResult: boolean;
  readonly atMostOnce: boolean;
  readonly serializer: SerializerName;
  readonly expiresMs: number | null;
  /** Which calls are one. @default none */
  readonly unique?: UniqueRule | null;
}

/** A call, its arguments split. */
export interface Call {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly options: ApplyOptions;
}

/** What a message gets from the place it is made at. */
export interface Origin {
  /** The task that makes the call, if one does. */
  readonly caller: RunningTask | undefined;
  /** Headers that it hands down. */
  readonly inherited?: Readonly<Record<string, unknown>> | null;
  /** Client that wants the outcome pushed, or null. */
  readonly reply: string | null;
  /** Broker's time at which it is due, or null. */
  readonly eta: number | null;
  /** Broker's time of the latest start, or null. */
  readonly expires: number | null;
  /** Who calls, for people. */
  readonly origin: string | null;
}

/**
 * Splits and checks the arguments of a call.
 *
 * @throws {InvalidArgumentError | UnsupportedError} args are not a list, or an option is unknown, wrong, or of a later version.
 */
export function callOf(name: string, args: readonly unknown[], given?: ApplyOptions): Call {
  if (!Array.isArray(args))
    throw new InvalidArgumentError(`args of task "${name}" is ${shown(args)}; give a list: [2, 2]`);
  const subject = { what: `option of a call of task "${name}":`, kind: "argument" } as const;
  checkOptions(given, APPLY_OPTION_TABLE, subject);
  if (given) checkTimeLimits(given, subject);
  const options = given ?? {};
  const split = splitArguments(args);
  return { args: split.args, kwargs: options.kwargs ? { ...split.kwargs, ...options.kwargs } : split.kwargs, options };
}

/** The message of a call. */
export function composeMessage(callee: Callee, { args, kwargs, options }: Call, from: Origin): TaskMessage {
  const id = options.taskId ?? crypto.randomUUID();
  const ignoreResult = options.ignoreResult ?? callee.ignoreResult;
  const timeLimits = timeLimitsOf(options);
  const priority = priorityOf(callee, options, from.caller);
  const message: TaskMessage = {
    id,
    gen: 0,
    name: callee.name,
    args,
    kwargs,
    queue: queueOf(options, callee),
    priority,
    ...familyOf(id, options, from.caller),
    reply: ignoreResult ? null : from.reply,
    eta: from.eta,
    expires: from.expires,
    retries: 0,
    ignoreResult,
    atMostOnce: callee.atMostOnce,
    headers: from.inherited ? { ...from.inherited, ...options.headers } : (options.headers ?? NO_KEYWORDS),
    ...textsOf(options),
    origin: from.origin,
    canvas: null,
  };
  return timeLimits ? { ...message, timeLimits } : message;
}

/** Where a call goes. A routing key wins over a queue. */
export function queueOf({ queue, routingKey }: ApplyOptions, callee: Pick<Callee, "queue">): string {
  return routingKey == null ? (queue ?? callee.queue) : callee.queue;
}

function priorityOf(callee: Callee, options: ApplyOptions, caller: RunningTask | undefined): number | null {
  const own = options.priority ?? callee.priority;
  const inherited = own === null && callee.inheritsPriority ? caller?.deliveryInfo?.priority : null;
  return own ?? inherited ?? callee.defaultPriority;
}

function familyOf(
  id: string,
  options: ApplyOptions,
  caller: RunningTask | undefined,
): Pick<TaskMessage, "rootId" | "parentId"> {
  return { rootId: options.rootId ?? caller?.rootId ?? id, parentId: options.parentId ?? caller?.id ?? null };
}

function textsOf({
  shadow,
  argsrepr,
  kwargsrepr,
}: ApplyOptions): Pick<TaskMessage, "shadow" | "argsrepr" | "kwargsrepr"> {
  return { shadow: shadow ?? null, argsrepr: argsrepr ?? null, kwargsrepr: kwargsrepr ?? null };
}

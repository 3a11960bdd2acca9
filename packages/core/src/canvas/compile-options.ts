// What a task's step keeps of its signature's options.

import { type Duration, durationMs } from "../model/duration.ts";
import { InvalidCanvasError } from "../model/errors.ts";
import type { GroupPlace, StepOptions } from "../model/flow.ts";
import { NO_KEYWORDS } from "../model/kw.ts";
import { checkTimeLimits, timeLimitsOf } from "../model/time-limits.ts";
import type { SignatureData, SignatureOptions } from "./signature-data.ts";

/** What a task's own options and the settings say. */
export interface CalleeOptions {
  readonly queue: string;
  /** Further queues that its routing key leads to. @default none */
  readonly copies?: readonly string[];
  /** The queue that the call goes to is a broadcast queue. @default false */
  readonly broadcast?: boolean;
  readonly priority: number | null;
  readonly ignoreResult: boolean;
  readonly atMostOnce: boolean;
  readonly serializer: "msgpack" | "json";
  /** Longest time before its start, in milliseconds; or null. */
  readonly expiresMs: number | null;
}

/** A signature's options without its stamps, which are no options, whatever their names. */
export function callOptionsOf({ options }: SignatureData): SignatureOptions {
  const stamps = options.stampedHeaders ?? [];
  if (stamps.length === 0) return options;
  const hidden = Object.fromEntries(stamps.map((name) => [name, undefined]));
  return { ...options, ...hidden };
}

/** What a step keeps: all that differs from a plain call. */
export function stepOptionsOf(data: SignatureData, callee: CalleeOptions): StepOptions {
  const options = callOptionsOf(data);
  refuseUnique(options, data.task);
  refuseCopies(callee, data.task);
  const priority = options.priority ?? callee.priority;
  const { headers, serializer = callee.serializer, ignoreResult = callee.ignoreResult } = options;
  const stamps = stampsOf(data.options);
  return {
    ...startOf(options),
    ...expiryOf(options.expires ?? callee.expiresMs),
    ...limitsOf(options, data.task),
    ...(priority !== null && { priority }),
    ...(ignoreResult && { ignoreResult }),
    ...(callee.atMostOnce && { atMostOnce: true }),
    ...(serializer !== "msgpack" && { serializer }),
    ...(headers && hasKeys(headers) && { headers }),
    ...(hasKeys(stamps) && { stamps }),
    ...textsOf(options),
  };
}

/** A task's place in a group: the one that was fixed by freezing, else the one it is in. */
export function placeOf({ groupId, groupIndex }: SignatureOptions, place: GroupPlace | null): GroupPlace | null {
  const id = groupId ?? place?.id;
  return id === undefined ? null : { id, index: groupIndex ?? place?.index ?? 0 };
}

function textsOf({ shadow, argsrepr, kwargsrepr }: SignatureOptions): StepOptions {
  return {
    ...(shadow !== undefined && { shadow }),
    ...(argsrepr !== undefined && { argsrepr }),
    ...(kwargsrepr !== undefined && { kwargsrepr }),
  };
}

function startOf({ countdown, eta }: SignatureOptions): StepOptions {
  if (countdown != null) return { countdownMs: durationMs(countdown, 'the option "countdown"') };
  return eta ? { eta: Math.max(eta.getTime(), 0) } : {};
}

function expiryOf(expires: Duration | Date | null): StepOptions {
  if (expires === null) return {};
  return expires instanceof Date
    ? { expires: expires.getTime() }
    : { expiresMs: durationMs(expires, 'the option "expires"') };
}

// Something waits for each step.
function refuseUnique({ unique }: SignatureOptions, task: string): void {
  if (!unique) return;
  throw new InvalidCanvasError(
    `task "${task}" has the option unique, but is a step of a canvas, which needs each of its tasks; call it by itself`,
  );
}

// Each step has one outcome, by which the next one goes.
function refuseCopies({ queue, copies, broadcast }: CalleeOptions, task: string): void {
  if (broadcast)
    throw new InvalidCanvasError(
      `task "${task}" goes to a broadcast queue, whose nodes all run it, but is a step of a canvas, which has one outcome; ` +
        "give it another queue, or call it by itself",
    );
  if (!copies) return;
  throw new InvalidCanvasError(
    `the routing key of task "${task}" leads to queues ${[queue, ...copies].join(", ")}, but a step of a canvas goes to one; ` +
      "name the queue, or call it by itself",
  );
}

// What was set in several steps meets here.
function limitsOf(options: SignatureOptions, task: string): StepOptions {
  const limits = timeLimitsOf(options);
  if (limits === null) return {};
  checkTimeLimits(options, { what: `option of a signature of task "${task}":`, kind: "argument" });
  const { softMs, hardMs } = limits;
  return { ...(hardMs !== null && { timeLimitMs: hardMs }), ...(softMs !== null && { softTimeLimitMs: softMs }) };
}

function stampsOf(options: SignatureOptions): Readonly<Record<string, unknown>> {
  const { stampedHeaders: names = [] } = options;
  if (names.length === 0) return NO_KEYWORDS;
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(options, name)).map((name): [string, unknown] => [name, options[name]]),
  );
}

function hasKeys(value: object): boolean {
  for (const _key in value) return true;
  return false;
}

// The queues that an application declares by the setting `taskQueues`, and the refusal of others.

import { canBroadcast, isNodeQueue, LONGEST_BROADCAST_NAME } from "../client/node-queue.ts";
import { checkOptions, type OptionRule, type OptionSubject, wrongOption } from "../model/check-options.ts";
import { QueueNotFound } from "../model/errors.ts";
import { isQueueName, shown } from "../model/names.ts";
import { nearestName } from "../model/nearest-name.ts";
import * as rule from "../model/option-rules.ts";
import { type Rate, rateRule } from "../model/rate-limit.ts";
import { isTopicPattern } from "../model/topic.ts";
import type { QueueStream } from "../transport/queue-streams.ts";
import { isDirectQueue } from "../worker/direct-queue.ts";

/** Limits of a queue that has a stream of its own. */
export interface QueueStreamOptions {
  /** Most tasks that wait or run in it; further calls are refused with `QueueFullError`. @default no limit */
  readonly maxMessages?: number | undefined;
  /** The same of their bytes; at least 1024. @default `transportOptions.maxBytes.tasks`; on `memory:` `maxStoredBytes` */
  readonly maxBytes?: number | undefined;
  /** Servers that hold a copy: 1, 3 or 5. `memory:` has one. @default `transportOptions.replicas` */
  readonly replicas?: number | undefined;
}

/** Options of a declared queue. */
export interface QueueOptions {
  /** Patterns of routing keys that lead to it: `"media.*.high"`, `"media.#"`. @default none */
  readonly bindings?: readonly string[] | undefined;
  /** How often its tasks may start, in all workers together: `"10/s"`. @default that of `queueRateLimits` */
  readonly rateLimit?: Rate | undefined;
  /** Whether each worker that consumes it gets every call, not one of them. With it, there are no other options. @default false */
  readonly broadcast?: boolean | undefined;
  /** Stores it apart from the other queues, with limits of its own. All processes have to declare it alike. @default false */
  readonly stream?: boolean | QueueStreamOptions | undefined;
}

/** Queues that are declared: names, or names with options each. */
export type TaskQueues = readonly string[] | Readonly<Record<string, QueueOptions>>;

const STREAM_OPTION_TABLE = {
  maxMessages: rule.integer(1, 1_000_000_000),
  maxBytes: rule.integer(1024, Number.MAX_SAFE_INTEGER),
  replicas: { wants: "1, 3 or 5", is: (value: unknown): boolean => value === 1 || value === 3 || value === 5 },
};

const QUEUE_OPTION_TABLE = {
  bindings: {
    wants:
      'a list of patterns, ["media.*.high", "media.#"]: words with dots between them, * for one word, # for any number',
    is: (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isTopicPattern),
  },
  rateLimit: rateRule,
  broadcast: rule.flag,
  stream: {
    wants: "true, false or an object of limits, { maxMessages: 10_000, maxBytes: 2 ** 30 }",
    is: (value: unknown): boolean => {
      if (rule.flag.is(value)) return true;
      if (!rule.isPlainObject(value)) return false;
      checkOptions(value, STREAM_OPTION_TABLE, { what: "option of a queue's stream in taskQueues:", kind: "setting" });
      return true;
    },
  },
};
const QUEUE_OPTION: OptionSubject = { what: "option of a queue in taskQueues:", kind: "setting" };

/** Check of the setting `taskQueues`. */
export const QUEUES_RULE: OptionRule = {
  wants:
    'a list of queue names, ["hipri", "media"], or an object of them, { hipri: {}, media: {} }; a name is 1 to 64 letters, digits, ' +
    "_ and -, with single dots between them",
  is: (value) => {
    if (rule.differentTexts.is(value) && Array.isArray(value)) return value.every(isQueueName);
    if (!rule.isPlainObject(value) || !Object.keys(value).every(isQueueName)) return false;
    for (const [name, options] of Object.entries(value)) {
      if (!rule.isPlainObject(options)) return false;
      checkOptions(options, QUEUE_OPTION_TABLE, QUEUE_OPTION);
      if (options["broadcast"] === true) checkBroadcast(name, options);
    }
    return true;
  },
};

/** The settings that are about it. */
export interface QueueSettings {
  readonly taskQueues: TaskQueues;
  readonly taskDefaultQueue: string;
  readonly taskCreateMissingQueues: boolean;
  readonly workerDirect: boolean;
}

/** All declared queues; the default one is among them. */
export function declaredQueues({ taskQueues, taskDefaultQueue }: QueueSettings): readonly string[] {
  const names = isList(taskQueues) ? taskQueues : Object.keys(taskQueues);
  return [...new Set([taskDefaultQueue, ...names])];
}

/**
 * Whether a queue may be used. Private queues of workers may where there are any.
 *
 * @param forWhat - Who names it, for the error: `task "proj.add"`.
 * @throws {QueueNotFound} it is not declared, and the settings do not have it created.
 */
export function checkQueueExists(queue: string, forWhat: string, settings: QueueSettings): void {
  if (settings.taskCreateMissingQueues || isDeclared(queue, settings)) return;
  if (settings.workerDirect && isDirectQueue(queue)) return;
  if (broadcastQueues(settings).some((declared) => isNodeQueue(queue, declared))) return;
  const known = declaredQueues(settings);
  const nearest = nearestName(queue, known);
  throw new QueueNotFound(
    `queue ${shown(queue)} of ${forWhat} is not declared; ${nearest === null ? "" : `did you mean ${shown(nearest)}? `}` +
      `Declared are ${shown(known)}; name it in taskQueues, or set taskCreateMissingQueues to true`,
  );
}

/** Options of a queue; undefined where it has none, or is not declared. */
export function optionsOfQueue(queue: string, { taskQueues }: QueueSettings): QueueOptions | undefined {
  return isList(taskQueues) || !Object.hasOwn(taskQueues, queue) ? undefined : taskQueues[queue];
}

/** Queues that have a stream of their own. */
export function queueStreams({ taskQueues }: Pick<QueueSettings, "taskQueues">): ReadonlyMap<string, QueueStream> {
  const streams = new Map<string, QueueStream>();
  if (isList(taskQueues)) return streams;
  for (const [queue, { stream }] of Object.entries(taskQueues)) {
    if (stream === undefined || stream === null || stream === false) continue;
    const { maxMessages = null, maxBytes = null, replicas = null } = stream === true ? {} : stream;
    streams.set(queue, { maxMessages, maxBytes, replicas });
  }
  return streams;
}

/** Whether a queue is declared as a broadcast queue. */
export function isBroadcast(queue: string, settings: QueueSettings): boolean {
  return optionsOfQueue(queue, settings)?.broadcast === true;
}

/** All that are. */
export function broadcastQueues(settings: QueueSettings): readonly string[] {
  return isList(settings.taskQueues)
    ? []
    : Object.keys(settings.taskQueues).filter((queue) => isBroadcast(queue, settings));
}

function checkBroadcast(name: string, { bindings, rateLimit, stream }: Readonly<Record<string, unknown>>): void {
  const { what } = QUEUE_OPTION;
  if (!canBroadcast(name))
    throw wrongOption(
      QUEUE_OPTION,
      `${what} "broadcast" is given for ${shown(name)}; its name is too long, ends in - or has -- in it: give one of up to ${LONGEST_BROADCAST_NAME} characters`,
    );
  const isApart = (stream ?? false) !== false;
  if ((bindings ?? rateLimit) != null || isApart)
    throw wrongOption(
      QUEUE_OPTION,
      `${what} "broadcast" is given for ${shown(name)} together with ${bindings != null ? "bindings" : isApart ? "stream" : "rateLimit"}; leave that out, or declare another queue`,
    );
}

function isDeclared(queue: string, { taskQueues, taskDefaultQueue }: QueueSettings): boolean {
  if (queue === taskDefaultQueue) return true;
  return isList(taskQueues) ? taskQueues.includes(queue) : Object.hasOwn(taskQueues, queue);
}

function isList(queues: TaskQueues): queues is readonly string[] {
  return Array.isArray(queues);
}

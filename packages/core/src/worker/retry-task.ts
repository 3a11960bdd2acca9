// From a run that asks for another one to the message of that: same id, next generation. What is decided is stored by
// `decide-task.ts` before it is sent.

import { persist } from "../client/persist.ts";
import { serializerNamed, serializerOf } from "../codec/serializer.ts";
import { encodeTaskMessage } from "../codec/task-message-codec.ts";
import { encodeStateRecord } from "../codec/task-record-codec.ts";
import { withAttempt } from "../model/attempt.ts";
import type { Retried } from "../model/decision.ts";
import { MAX_DUE } from "../model/duration.ts";
import { failureOf } from "../model/failure.ts";
import { automaticDelayMs } from "../model/retry-policy.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Delivery } from "../transport/task-queue.ts";
import type { RetryOutcome } from "./outcome.ts";
import type { TaskHost } from "./task-host.ts";

const MSGPACK = serializerNamed("msgpack");

/** When a run asked for another one, and when that is due; null: at once. */
export interface RetryTimes {
  readonly now: number;
  readonly dueAt: number | null;
}

/** The message of the next run. Everything stays but its number, its arguments where new ones are given, and when it is due. */
export function nextMessage(message: TaskMessage, outcome: RetryOutcome, { now, dueAt }: RetryTimes): TaskMessage {
  const { args = message.args, kwargs = message.kwargs } = outcome;
  const attempts = withAttempt(message.attempts ?? [], outcome.error, now);
  return { ...message, gen: message.gen + 1, retries: message.retries + 1, attempts, args, kwargs, eta: dueAt };
}

/** When the next run is due, by the broker's time `now`. */
export function dueTime(message: TaskMessage, outcome: RetryOutcome, now: number, random: () => number): number {
  const { delay, rules } = outcome;
  if (typeof delay === "object") return Math.max(delay.at, 0);
  const delayMs = delay === "automatic" ? automaticDelayMs(rules, message.retries, random) : delay;
  return Math.min(Math.ceil(now + delayMs), MAX_DUE);
}

/**
 * What is to be stored about a run that asks for another one.
 *
 * @throws {SerializationError} the new arguments cannot travel.
 */
export function retryOf(message: TaskMessage, delivery: Delivery, outcome: RetryOutcome, host: TaskHost): Retried {
  const now = host.transport.now();
  const dueAt = dueTime(message, outcome, now, host.random);
  const body = encodeTaskMessage(nextMessage(message, outcome, { now, dueAt }), serializerOf(delivery.body));
  return { kind: "RETRY", body, dueAt };
}

/** Records that a task waits for its next run, and why. One start of that is taken as made, as of any task without a count. */
export async function noteRetry(message: TaskMessage, error: unknown, host: TaskHost): Promise<void> {
  const { id, retries } = message;
  const { hostname: worker, transport } = host;
  const at = transport.now();
  const attempts = withAttempt(message.attempts ?? [], error, at);
  const state = { id, state: "RETRY", meta: null, error: failureOf(error), retries: retries + 1, attempts };
  const body = encodeStateRecord({ ...state, starts: 1, worker, at }, MSGPACK);
  await persist(host, `the state of task ${id}`, () => transport.records.replace({ kind: "state", id }, body));
}

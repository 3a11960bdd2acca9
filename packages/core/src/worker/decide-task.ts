// A run that did not end its task, but decided what takes its place: the decision is stored, then its messages are sent, then the
// delivery is acknowledged by `settle-task.ts`.

import type { FlowOrigin } from "../client/compose-step.ts";
import { dispatchFlow } from "../client/dispatch-flow.ts";
import { inheritedHeaders, withInherited } from "../client/inherit-headers.ts";
import { persist } from "../client/persist.ts";
import { decodeDecision, encodeDecision } from "../codec/decision-codec.ts";
import { serializerNamed, serializerOf } from "../codec/serializer.ts";
import type { Decision, Replaced, Retried } from "../model/decision.ts";
import { NO_INPUT } from "../model/flow.ts";
import { messageKey, type TaskMessage } from "../model/task-message.ts";
import { hasToWait } from "../transport/delayed-tasks.ts";
import type { RecordKey } from "../transport/record-store.ts";
import type { Delivery } from "../transport/task-queue.ts";
import { logRetry } from "./log-task.ts";
import type { NextOutcome } from "./outcome.ts";
import { noteRetry, retryOf } from "./retry-task.ts";
import type { TaskHost } from "./task-host.ts";

const MSGPACK = serializerNamed("msgpack");

/** A decision that is stored. `isAdopted`: perhaps another stored it, who sent its messages too. */
export interface StoredDecision {
  readonly decision: Decision;
  readonly isAdopted: boolean;
}

/**
 * Stores what a run led to that did not end its task, or gives what is stored about it.
 *
 * @throws {SerializationError | PayloadTooLargeError} it cannot be stored.
 */
export async function decideNext(
  message: TaskMessage,
  delivery: Delivery,
  outcome: NextOutcome,
  host: TaskHost,
): Promise<StoredDecision> {
  if (outcome.state === "REPLACED") return storeDecision(message, { kind: "REPLACED", flow: outcome.flow }, host);
  const retry = retryOf(message, delivery, outcome, host);
  if (host.logsTasks) logRetry(message, outcome.error, retry.dueAt - host.transport.now(), host.logger);
  const stored = await storeDecision(message, retry, host);
  await noteRetry(message, outcome.error, host);
  return stored;
}

/**
 * Stores a decision, or gives the one that is stored.
 *
 * @throws {SerializationError | PayloadTooLargeError} it cannot be stored.
 */
async function storeDecision(message: TaskMessage, decision: Decision, host: TaskHost): Promise<StoredDecision> {
  const body = encodeDecision(decision, MSGPACK);
  const key = keyOf(message);
  const what = `the decision of task ${message.id}`;
  const created = await persist(host, what, () => host.transport.records.create(key, body));
  if (created === "created") return { decision, isAdopted: false };
  return { decision: (await readDecision(message, host)) ?? decision, isAdopted: true };
}

/** The decision that is stored about this message, or null. */
export async function readDecision(message: TaskMessage, host: TaskHost): Promise<Decision | null> {
  const what = `the look for the decision of task ${message.id}`;
  const body = await persist(host, what, () => host.transport.records.read(keyOf(message)));
  return body && decodeDecision(body);
}

/** Sends what was decided. Repeating it does no harm. */
export async function carryOut(
  message: TaskMessage,
  decision: Decision,
  repeat: boolean,
  host: TaskHost,
): Promise<void> {
  if (decision.kind === "RETRY") await runAgain(message, decision, repeat, host);
  else await sendReplacement(message, decision, repeat, host);
}

// It has one key and one time, so that a repeat is recognised without a search.
async function runAgain(
  message: TaskMessage,
  { body, dueAt }: Retried,
  repeat: boolean,
  { sender }: TaskHost,
): Promise<void> {
  const { id, gen, queue } = message;
  const priority = message.priority ?? 0;
  const { contentType } = serializerOf(body);
  const exclusive = !hasToWait(dueAt, sender.transport.now());
  const key = messageKey({ id, gen: gen + 1 });
  await sender.task({ queue, key, priority, exclusive, repeat, contentType, body }, id, dueAt);
}

async function sendReplacement(
  message: TaskMessage,
  { flow }: Replaced,
  repeat: boolean,
  host: TaskHost,
): Promise<void> {
  const { rootId, parentId, reply, canvas } = message;
  const nesting = (canvas?.nesting ?? 0) + 1;
  const memberOf = canvas?.memberOf ?? null;
  const from: FlowOrigin = { rootId, parentId, reply, memberOf, nesting, origin: "settle", repeat };
  const headers = inheritedHeaders(message.headers, host.sender.outgoing?.inherited ?? []);
  await dispatchFlow(withInherited(flow, headers), NO_INPUT, from, host.sender);
}

function keyOf({ id, gen }: TaskMessage): RecordKey {
  return { kind: "decision", id, gen };
}

// Outcome to final record, to whoever waits, to acknowledgement – in this order (I1). The only file that acknowledges (I4).
//
// The record is stored create-only: the first outcome wins. Whoever finds one stored adopts it, so that what follows is the
// same however often a delivery is repeated.

import { AsyncResult, GroupResult, refOf } from "../client/async-result.ts";
import { followUp } from "../client/follow-ups.ts";
import { isRefusal, persist } from "../client/persist.ts";
import { type Serializer, serializerOf } from "../codec/serializer.ts";
import { decodeFinalRecord, encodeFinalRecord } from "../codec/task-record-codec.ts";
import { type Failure, failureOf } from "../model/failure.ts";
import type { Flow } from "../model/flow.ts";
import { childOf, type NodeRef } from "../model/result-ref.ts";
import { type CanvasPart, leavesRecord, messageKey, type TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { FinalState } from "../model/task-state.ts";
import type { DeadLetter } from "../transport/dead-letters.ts";
import type { Delivery } from "../transport/task-queue.ts";
import { carryOut, type StoredDecision } from "./decide-task.ts";
import { type FinalOutcome, type FinalVerdict, LONG_PAUSE_MS } from "./outcome.ts";
import type { TaskConfig } from "./registered-task.ts";
import type { TaskHost } from "./task-host.ts";
import type { TaskEvent } from "./task-machine.ts";

/** A delivered task that has come to an outcome here. */
export interface Ended {
  readonly message: TaskMessage;
  readonly delivery: Delivery;
  /** Null when the task is not registered here. */
  readonly config: TaskConfig | null;
  readonly runtimeMs: number;
  /** What its handler called. */
  readonly children: readonly NodeRef[];
}

/** When a message that could not even be set aside is looked at again, in milliseconds. */
export const LOOK_AGAIN_MS = 5_000;

/** What is stored about a task now; `body` is null when nothing had to be stored. */
export interface StoredOutcome {
  readonly record: FinalRecord;
  readonly body: Uint8Array | null;
  /** Perhaps another stored it, who did what follows too. */
  readonly isAdopted?: boolean;
}

/** Stores an outcome, or adopts the one that is stored; then keeps a copy of the message for people, if the record says so. */
export function storeOutcome(ended: Ended, verdict: FinalVerdict, host: TaskHost): Promise<StoredOutcome> {
  const record = recordOf(ended, verdict, host);
  if (!mustStore(ended, record)) return Promise.resolve(adoptOutcome(ended, { record, body: null }, host));
  const onError = (error: unknown): Promise<StoredOutcome> => createFailure(ended, error, host);
  try {
    return createRecord(ended, record, host, onError);
  } catch (error) {
    return onError(error);
  }
}

/** What follows from a record before it is told: a copy of the message for people, where it could not be settled otherwise. */
export function adoptOutcome(
  ended: Ended,
  stored: StoredOutcome,
  host: TaskHost,
): StoredOutcome | Promise<StoredOutcome> {
  const { deadLetter, error } = stored.record;
  if (deadLetter === null) return stored;
  const { queue, contentType, body } = ended.delivery;
  const about = error ? { detail: error.message, error: { type: error.type, stack: error.stack ?? null } } : null;
  const letter = { queue, reason: deadLetter, detail: deadLetter, ...about, contentType, body };
  return keepDeadLetter(letter, messageKey(ended.message), host).then(() => stored);
}

// As few promises as possible: every task passes here.
function createRecord(
  ended: Ended,
  record: FinalRecord,
  host: TaskHost,
  onError?: (error: unknown) => Promise<StoredOutcome>,
): Promise<StoredOutcome> {
  const body = encodeFinalRecord(record, serializerFor(ended));
  const key = { kind: "result", id: record.id } as const;
  return persist(host, `the result of task ${record.id}`, () => host.transport.records.create(key, body)).then(
    (created) =>
      created === "created"
        ? adoptOutcome(ended, { record, body }, host)
        : adopt(record, host).then((stored) => adoptOutcome(ended, stored, host)),
    onError,
  );
}

// Somebody stored an outcome first; or we did, and its confirmation was lost.
async function adopt(own: FinalRecord, host: TaskHost): Promise<StoredOutcome> {
  const body = await persist(host, `the look for the record of task ${own.id}`, () =>
    host.transport.records.read({ kind: "result", id: own.id }),
  );
  // Stored once, and expired since: nothing follows any more.
  return body ? { record: decodeFinalRecord(body), body, isAdopted: true } : { record: own, body: null };
}

// A value that cannot be stored makes the task a failure that says so.
async function createFailure(ended: Ended, error: unknown, host: TaskHost): Promise<StoredOutcome> {
  if (!isRefusal(error)) throw error;
  const outcome = { state: "FAILURE", error, expected: false } as const;
  return createRecord(ended, recordOf(ended, { outcome, deadLetter: null }, host), host);
}

/**
 * What follows from a stored outcome: the next messages of its canvas, the push to the caller, then the acknowledgement.
 * Repeating it does no harm.
 */
export function finishTask(ended: Ended, stored: StoredOutcome, host: TaskHost): Promise<void> | undefined {
  const { message, delivery } = ended;
  // Nothing follows from a record that has expired or was forgotten.
  if (message.canvas === null || stored.body === null || stored.record.forgotten)
    return acknowledge(ended, stored, host);
  const repeat = delivery.suspicious || stored.isAdopted === true;
  const following = followUp(message, stored.record, repeat, host.sender);
  return following ? following.then(() => acknowledge(ended, stored, host)) : acknowledge(ended, stored, host);
}

/** The same of a decision. */
export function finishDecision({ message, delivery }: Ended, next: StoredDecision, host: TaskHost): Promise<void> {
  const repeat = delivery.suspicious || next.isAdopted;
  return carryOut(message, next.decision, repeat, host).then(() => acknowledgeDelivery(delivery, host));
}

function acknowledge(ended: Ended, stored: StoredOutcome, host: TaskHost): Promise<void> | undefined {
  push(ended.message.reply, stored, host);
  return acknowledgeDelivery(ended.delivery, host);
}

function acknowledgeDelivery(delivery: Delivery, host: TaskHost): Promise<void> | undefined {
  // A plain ack may be lost with the connection; before that is closed it is confirmed. If that fails, the record tells.
  if (host.draining) return delivery.confirmAck().catch(() => {});
  delivery.ack();
  return undefined;
}

// The caller reads the stored record too, so a push that fails costs time only.
function push(reply: string | null, { record, body }: StoredOutcome, host: TaskHost): void {
  if (reply === null || body === null || record.forgotten) return;
  try {
    host.transport.broadcast.publish(["reply", reply], body);
  } catch (error) {
    host.logger.warn({ err: error, taskId: record.id }, `the result of task ${record.id} could not be pushed`);
  }
}

/** Gives a message back to its queue, unfinished. */
export function releaseTask(delivery: Delivery, delayMs: number): void {
  delivery.handBack(delayMs);
}

/**
 * Gives a task back to wait for a while. For long it waits among the delayed tasks, because what waits in its queue counts as given
 * out there; and so long that it cannot meet the copy of itself that may have come from there a moment ago.
 */
export async function giveBack(
  message: TaskMessage,
  delivery: Delivery,
  delayMs: number,
  host: TaskHost,
): Promise<void> {
  if (delayMs < LONG_PAUSE_MS) {
    releaseTask(delivery, delayMs);
    return;
  }
  const { queue, body } = delivery;
  const contentType = delivery.contentType ?? serializerOf(body).contentType;
  const priority = message.priority ?? 0;
  const task = { queue, key: messageKey(message), priority, exclusive: false, repeat: true, contentType, body };
  await host.sender.task(task, message.id, host.transport.now() + delayMs).then(
    () => acknowledgeDelivery(delivery, host),
    () => releaseTask(delivery, LOOK_AGAIN_MS),
  );
}

/** Sets a message aside for people and takes it off its queue: it can never become a task here. */
export async function setAside(delivery: Delivery, reason: string, detail: string, host: TaskHost): Promise<void> {
  const { queue, contentType, body } = delivery;
  const message = { queue, reason, detail, contentType, body };
  await keepDeadLetter(message, null, host);
  delivery.ack();
  void host.hooks.emit("messageRejected", queue, message);
}

function keepDeadLetter(letter: DeadLetter, key: string | null, host: TaskHost): Promise<void> {
  return persist(host, "a dead letter", () => host.transport.deadLetters.put(letter, key));
}

function mustStore(ended: Ended, record: FinalRecord): boolean {
  const keepsError = record.state === "FAILURE" && (ended.config?.storeErrorsEvenIfIgnored ?? false);
  return keepsError || leavesRecord(ended.message, ended.delivery.exclusive);
}

function recordOf(
  { message, config, runtimeMs, children }: Ended,
  { outcome, deadLetter }: FinalVerdict,
  host: TaskHost,
): FinalRecord {
  const keepsError = outcome.state === "FAILURE" && (config?.storeErrorsEvenIfIgnored ?? false);
  return {
    id: message.id,
    gen: message.gen,
    state: outcome.state,
    name: message.name,
    ...valueOf(outcome),
    error: errorOf(outcome),
    hidden: message.ignoreResult && !keepsError,
    deadLetter,
    forgotten: false,
    worker: host.hostname,
    at: host.transport.now(),
    runtimeMs,
    retries: message.retries,
    ...(message.attempts && { attempts: message.attempts }),
    ...childrenOf(message, outcome.state, children),
  };
}

// What the handler called, then what is sent because of the outcome.
function childrenOf(
  { canvas }: TaskMessage,
  state: FinalState,
  called: readonly NodeRef[],
): Pick<FinalRecord, "children"> {
  const followers = followersOf(canvas, state);
  if (called.length + followers.length === 0) return {};
  const children = [...called, ...followers.map(childOf).filter((child) => child !== null)];
  return children.length > 0 ? { children } : {};
}

// A result handle travels as what it stands for.
function valueOf(outcome: FinalOutcome): Pick<FinalRecord, "value" | "isHandle"> {
  if (outcome.state !== "SUCCESS") return { value: null };
  const { value } = outcome;
  if (outcome.isHandle) return { value, isHandle: true };
  return value instanceof AsyncResult || value instanceof GroupResult
    ? { value: refOf(value), isHandle: true }
    : { value };
}

function followersOf(canvas: CanvasPart | null, state: FinalState): readonly Flow[] {
  if (canvas === null) return [];
  if (state === "SUCCESS") return canvas.chain.length > 0 ? [...canvas.link, canvas.chain] : canvas.link;
  return state === "FAILURE" ? canvas.linkError.map(({ flow }) => flow) : [];
}

function errorOf(outcome: FinalOutcome): Failure | null {
  if (outcome.state === "SUCCESS" || outcome.state === "IGNORED") return null;
  const failure = failureOf(outcome.error);
  if (outcome.state !== "FAILURE" || !outcome.expected) return failure;
  const { stack: _expectedErrorsHaveNone, ...rest } = failure;
  return rest;
}

// The record is written as the message was: by the caller's choice, or the task's.
function serializerFor(ended: Ended): Serializer {
  return serializerOf(ended.delivery.body);
}

/** The event that tells a task's machine which final state is stored. */
export const EVENT_OF_STATE: Readonly<Record<FinalState, TaskEvent>> = {
  SUCCESS: { type: "SUCCEED" },
  FAILURE: { type: "FAIL" },
  REVOKED: { type: "REVOKE" },
  REJECTED: { type: "REJECT" },
  IGNORED: { type: "IGNORE" },
};

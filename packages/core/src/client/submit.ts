// Sends a message to its queue until the broker has answered, or says exactly how far it came: accepted, refused, not sent,
// or unknown. A message is encoded once; every repeat of it is marked as one, so that it cannot run twice (protocol §4).

import { BrokerTimeoutError, BrokerUnreachableError, OutcomeUnknownError } from "../model/errors.ts";
import type { Clock } from "../platform/clock.ts";
import type { OutgoingTask, Stored } from "../transport/task-queue.ts";
import type { Transport } from "../transport/transport.ts";
import { pauseUntilConnected } from "./pause.ts";

/** How sending is repeated; all times in milliseconds. */
export interface SubmitPolicy {
  readonly maxRetries: number;
  readonly intervalStartMs: number;
  readonly intervalStepMs: number;
  readonly intervalMaxMs: number;
  readonly timeoutMs: number;
}

/** What submitting works with. */
export interface SubmitPorts {
  readonly transport: Transport;
  readonly clock: Clock;
}

/** What is submitted. */
export interface Submission {
  readonly task: OutgoingTask;
  readonly taskId: string;
  /** When it goes to its queue, by the broker's time; null: now. */
  readonly dueAt: number | null;
}

/** Stores a task in its queue, or until it is due. */
export function storeTask(task: OutgoingTask, dueAt: number | null, { tasks, delayed }: Transport): Promise<Stored> {
  return dueAt === null ? tasks.publish(task) : delayed.schedule(task, dueAt);
}

/**
 * Stores a task in its queue, or until it is due.
 *
 * @throws {OutcomeUnknownError} sent, but not answered in time; also when a repeat was refused, which says nothing of the try before.
 * @throws {BrokerUnreachableError} never sent.
 * @throws {QueueFullError | PayloadTooLargeError | BrokerRefusedError} refused by the broker.
 */
export function submit({ task, taskId, dueAt }: Submission, policy: SubmitPolicy, ports: SubmitPorts): Promise<void> {
  return submitting(taskId, policy, ports, (repeat) =>
    storeTask(repeat ? { ...task, repeat } : task, dueAt, ports.transport),
  );
}

/** The same of anything that is sent for a task: `send` does one try. The first one costs nothing further. */
export function submitting(
  taskId: string,
  policy: SubmitPolicy,
  ports: SubmitPorts,
  send: (repeat: boolean) => Promise<unknown>,
): Promise<void> {
  const deadline = ports.clock.monotonic() + policy.timeoutMs;
  return send(false).then(
    () => {},
    (error: unknown) => again(error, { taskId, policy, ports, send, deadline }),
  );
}

interface Submitting {
  readonly taskId: string;
  readonly policy: SubmitPolicy;
  readonly ports: SubmitPorts;
  readonly send: (repeat: boolean) => Promise<unknown>;
  readonly deadline: number;
}

async function again(first: unknown, { taskId, policy, ports, send, deadline }: Submitting): Promise<void> {
  let error = first;
  let repeat = false;
  for (let tries = 0; ; tries++) {
    if (error instanceof BrokerTimeoutError) repeat = true;
    else if (!(error instanceof BrokerUnreachableError)) throw repeat ? unknown(error, taskId, ports.transport) : error;
    const pauseMs = Math.min(policy.intervalStartMs + policy.intervalStepMs * tries, policy.intervalMaxMs);
    const leftMs = deadline - ports.clock.monotonic();
    if (tries >= policy.maxRetries || leftMs <= 0) throw gaveUp(error, taskId, repeat, ports.transport);
    // While there is no connection the pause lasts until there is one: tries are for answers, not for waiting.
    const waitMs = ports.transport.connected ? Math.min(pauseMs, leftMs) : leftMs;
    const end = await pauseUntilConnected(ports.transport, ports.clock, waitMs);
    if (end === "closed") throw gaveUp(error, taskId, repeat, ports.transport);
    try {
      await send(repeat);
      return;
    } catch (next) {
      error = next;
    }
  }
}

function gaveUp(cause: Error, taskId: string, wasSent: boolean, transport: Transport): Error {
  if (!wasSent) {
    return new BrokerUnreachableError(
      `task ${taskId} was not sent: no broker at ${transport.address} (${cause.message}); start it or check the broker setting`,
      { cause },
    );
  }
  return unknown(cause, taskId, transport);
}

function unknown(cause: unknown, taskId: string, transport: Transport): OutcomeUnknownError {
  const why = cause instanceof Error && !(cause instanceof BrokerTimeoutError) ? ` (${cause.message})` : "";
  return new OutcomeUnknownError(
    taskId,
    `task ${taskId} was sent, but the broker at ${transport.address} did not confirm it${why}: it may run or not; ` +
      `call again with taskId: "${taskId}" within two minutes to be sure, it will not run twice because of that`,
    { cause },
  );
}

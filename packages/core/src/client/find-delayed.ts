// Finds the message of a task that waits for its time. Its key has the task's generation, which grows with each retry and each change
// of its time, so the decisions that led to it are followed first.

import { decodeTaskMessage } from "../codec/task-message-codec.ts";
import { MAX_GEN, messageKey, type TaskMessage } from "../model/task-message.ts";
import type { DelayedTask } from "../transport/delayed-tasks.ts";
import type { Transport } from "../transport/transport.ts";

/** A task that waits for its time. */
export interface WaitingTask {
  readonly message: TaskMessage;
  readonly stored: DelayedTask;
}

/** Decisions may have expired; a task that was delayed anew so often after that is not found. */
const FIRST_GENERATIONS = 10;

/**
 * The message of a task that waits for its time; null when it does not wait (any more).
 *
 * @throws {SerializationError | InvalidMessageError} what waits cannot be read.
 */
export async function findDelayed(id: string, transport: Transport): Promise<WaitingTask | null> {
  const latest = await latestGeneration(id, transport);
  const found = await transport.delayed.find(messageKey({ id, gen: latest }));
  const stored = found ?? (await findAmongFirst(id, latest, transport));
  return stored && { stored, message: decodeTaskMessage(stored.body) };
}

/** The same as it is stored, in one search: it is not found when the decisions that led to it have expired. */
export async function findLatestDelayed(id: string, transport: Transport): Promise<DelayedTask | null> {
  return transport.delayed.find(messageKey({ id, gen: await latestGeneration(id, transport) }));
}

async function latestGeneration(id: string, { records }: Transport): Promise<number> {
  let gen = 0;
  while (gen < MAX_GEN && (await records.read({ kind: "decision", id, gen })) !== null) gen += 1;
  return gen;
}

async function findAmongFirst(id: string, latest: number, { delayed }: Transport): Promise<DelayedTask | null> {
  const others = Array.from({ length: FIRST_GENERATIONS }, (_, gen) => gen).filter((gen) => gen !== latest);
  const found = await Promise.all(others.map((gen) => delayed.find(messageKey({ id, gen }))));
  return found.findLast((task) => task !== null) ?? null;
}

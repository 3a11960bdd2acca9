// Ends a task from outside of a worker: its final record says REVOKED, whoever waits for it or for what would have followed hears of
// it. Does not take its message anywhere: whoever gets that finds the record.

import { serializerNamed } from "../codec/serializer.ts";
import { decodeFinalRecord, encodeFinalRecord } from "../codec/task-record-codec.ts";
import type { TaskRevokedError } from "../model/errors.ts";
import { failureOf } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { FlowSender } from "./flow-sender.ts";
import { followUp } from "./follow-ups.ts";

const MSGPACK = serializerNamed("msgpack");

/**
 * Stores the final record of a task that is to be revoked, create-only, and does what follows from it. Repeating it does no harm, and
 * ends what a crash has left.
 *
 * @returns what is stored about the task now: of another state, if it had come to its end before.
 */
export async function decideRevoked(
  message: TaskMessage,
  why: TaskRevokedError,
  sender: FlowSender,
): Promise<FinalRecord> {
  const own = revokedRecord(message, why, sender);
  const body = encodeFinalRecord(own, MSGPACK);
  const key = { kind: "result", id: own.id } as const;
  const isOwn = (await sender.createRecord(key, body)) === "created";
  const stored = isOwn ? body : await sender.transport.records.read(key);
  // Expired since.
  if (stored === null) return own;
  const record = isOwn ? own : decodeFinalRecord(stored);
  // Who stored another outcome does what follows from that, and nothing follows from one that was forgotten.
  if (record.state !== "REVOKED" || record.forgotten) return record;
  await followUp(message, record, !isOwn, sender);
  if (message.reply !== null) sender.push(message.reply, stored);
  return record;
}

function revokedRecord(message: TaskMessage, why: TaskRevokedError, { hostname, transport }: FlowSender): FinalRecord {
  const { id, gen, name, ignoreResult, retries, attempts } = message;
  const { stack: _ofTheRevoker, ...error } = failureOf(why);
  return {
    id,
    gen,
    state: "REVOKED",
    name,
    value: null,
    error,
    hidden: ignoreResult,
    deadLetter: null,
    forgotten: false,
    worker: hostname,
    at: transport.now(),
    runtimeMs: 0,
    retries,
    ...(attempts && { attempts }),
  };
}

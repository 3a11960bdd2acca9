// Ends a task outside of a worker, without a run: its final record is stored create-only, and whoever waits for it or for what would
// have followed hears of it. Does not take its message anywhere: whoever gets that finds the record.

import { serializerNamed } from "../codec/serializer.ts";
import { decodeFinalRecord, encodeFinalRecord } from "../codec/task-record-codec.ts";
import type { Failure } from "../model/failure.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { FlowSender } from "./flow-sender.ts";
import { followUp } from "./follow-ups.ts";

/** How it ends. */
export interface UnrunEnd {
  readonly state: "REVOKED" | "FAILURE";
  readonly error: Failure;
  /** Why a copy of the message is kept for people, and what keeps it, once the record is stored. @default none is kept */
  readonly letter?: { readonly reason: string; readonly keep: () => Promise<void> };
}

const MSGPACK = serializerNamed("msgpack");

/**
 * Stores the final record and does what follows from it. Repeating it does no harm, and ends what a crash has left.
 *
 * @returns what is stored about the task now: of another state, if it had come to its end before.
 */
export async function endUnrun(message: TaskMessage, end: UnrunEnd, sender: FlowSender): Promise<FinalRecord> {
  const own = recordOf(message, end, sender);
  const body = encodeFinalRecord(own, MSGPACK);
  const key = { kind: "result", id: own.id } as const;
  const isOwn = (await sender.createRecord(key, body)) === "created";
  const stored = isOwn ? body : await sender.transport.records.read(key);
  // Expired since.
  if (stored === null) return own;
  const record = isOwn ? own : decodeFinalRecord(stored);
  // Who stored another outcome does what follows from that, and nothing follows from one that was forgotten.
  if (record.state !== own.state || record.deadLetter !== own.deadLetter || record.forgotten) return record;
  await end.letter?.keep();
  await followUp(message, record, !isOwn, sender);
  if (message.reply !== null) sender.push(message.reply, stored);
  return record;
}

function recordOf(
  { id, gen, name, ignoreResult, retries, attempts }: TaskMessage,
  { state, error, letter }: UnrunEnd,
  { hostname, transport }: FlowSender,
): FinalRecord {
  // It would be that of whoever ends it.
  const { stack: _stack, ...told } = error;
  return {
    id,
    gen,
    state,
    name,
    value: null,
    error: told,
    hidden: ignoreResult,
    deadLetter: letter?.reason ?? null,
    forgotten: false,
    worker: hostname,
    at: transport.now(),
    runtimeMs: 0,
    retries,
    ...(attempts && { attempts }),
  };
}

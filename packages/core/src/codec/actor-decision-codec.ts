// What was decided about a durable actor, to bytes and back.

import type { ActorDecision } from "../model/actor-decision.ts";
import { InvalidMessageError } from "../model/errors.ts";
import { isTaskId, shown } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import { openEnvelope } from "./envelope.ts";
import { type Fields, field, mapField, namedField } from "./read-fields.ts";
import { serializerNamed } from "./serializer.ts";
import { failureField, finalRecordOf } from "./task-record-codec.ts";

const MSGPACK = serializerNamed("msgpack");

export function encodeActorDecision({ id, decision, error, resultId }: ActorDecision): Uint8Array {
  return MSGPACK.encode({ v: MESSAGE_VERSION, id, decision, ...(error && { error }), resultId });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not an actor's final record. */
export function decodeActorDecision(bytes: Uint8Array): ActorDecision {
  return decisionOf(openEnvelope(bytes, "record"));
}

/**
 * A final record, of a task or of an actor.
 *
 * @throws {SerializationError | InvalidMessageError} the bytes are neither.
 */
export function decodeAnyRecord(bytes: Uint8Array): FinalRecord | ActorDecision {
  const fields = openEnvelope(bytes, "record");
  return field(fields, "decision") === undefined ? finalRecordOf(fields) : decisionOf(fields);
}

function decisionOf(fields: Fields): ActorDecision {
  const decision = field(fields, "decision");
  if (decision !== "DISPATCH" && decision !== "FAIL")
    throw new InvalidMessageError(`the actor's record has the decision ${shown(decision)}, not DISPATCH or FAIL`);
  return {
    id: namedField(fields, "id", isTaskId),
    decision,
    error: field(fields, "error") === undefined ? null : failureField(mapField(fields, "error")),
    resultId: namedField(fields, "resultId", isTaskId),
  };
}

// What was decided about a durable actor: its final record, stored create-only, so that however many processes try, one decides.

import { openEnvelope } from "../codec/envelope.ts";
import { field, mapField, namedField } from "../codec/read-fields.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { failureField } from "../codec/task-record-codec.ts";
import { InvalidMessageError } from "../model/errors.ts";
import type { Failure } from "../model/failure.ts";
import { isTaskId, shown } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";

/** The final record of an actor. */
export interface ActorDecision {
  /** Id of the actor. */
  readonly id: string;
  /** What follows is sent, or failed. */
  readonly decision: "DISPATCH" | "FAIL";
  /** Why it is failed; null when it is sent. */
  readonly error: Failure | null;
  /** Id whose final record tells how it went. */
  readonly resultId: string;
}

const MSGPACK = serializerNamed("msgpack");

export function encodeActorDecision({ id, decision, error, resultId }: ActorDecision): Uint8Array {
  return MSGPACK.encode({ v: MESSAGE_VERSION, id, decision, ...(error && { error }), resultId });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not an actor's final record. */
export function decodeActorDecision(bytes: Uint8Array): ActorDecision {
  const fields = openEnvelope(bytes, "record");
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

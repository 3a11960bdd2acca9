// Revocations to bytes and back.

import {
  MAX_REASON,
  MAX_STAMP_VALUES,
  type Revocation,
  type StampConditions,
  type StampValue,
} from "../model/revocation.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import { type Fields, field, flagField, mapField, textField, wrong } from "./read-fields.ts";
import { serializerNamed } from "./serializer.ts";

const MSGPACK = serializerNamed("msgpack");

export function encodeRevocation({ terminate, reason, stamps }: Revocation): Uint8Array {
  return MSGPACK.encode({
    v: MESSAGE_VERSION,
    ...(terminate && { terminate }),
    ...(reason !== null && { reason }),
    ...(stamps !== null && { stamps }),
  });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not a revocation. */
export function decodeRevocation(bytes: Uint8Array): Revocation {
  const fields = openEnvelope(bytes, "revocation");
  return {
    terminate: flagField(fields, "terminate"),
    reason: textField(fields, "reason", MAX_REASON),
    stamps: field(fields, "stamps") === undefined ? null : conditionsOf(mapField(fields, "stamps")),
  };
}

// Without a condition it would mean every task.
function conditionsOf(fields: Fields): StampConditions {
  const entries = Object.entries(fields);
  const values = entries.flatMap(([, wanted]) => wanted);
  if (entries.length === 0 || values.length > MAX_STAMP_VALUES || !entries.every(([, wanted]) => isValues(wanted)))
    throw wrong("stamps", fields, "an object with lists of values");
  return Object.fromEntries(entries.filter((entry): entry is [string, StampValue[]] => isValues(entry[1])));
}

function isValues(value: unknown): value is StampValue[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === "string" || typeof item === "number" || typeof item === "boolean")
  );
}

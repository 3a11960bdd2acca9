// A saved group to bytes and back. The bytes are cut into parts, each a record of its own: a group of 100,000 members takes about
// 4 MB, more than a broker takes at once.

import { InvalidMessageError, PayloadTooLargeError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import type { HandleRef } from "../model/result-ref.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import { field, integerField } from "./read-fields.ts";
import { readHandleRef } from "./result-ref-codec.ts";
import { serializerNamed } from "./serializer.ts";

/** Most parts of one group. */
const MAX_PARTS = 1_000;
/** What a part needs beside its bytes. */
const PART_BYTES = 64;
const MSGPACK = serializerNamed("msgpack");

/** One part of a saved group. */
export interface GroupPart {
  /** How many parts there are. */
  readonly parts: number;
  readonly bytes: Uint8Array;
}

/**
 * The parts of a group, each at most `maxBytes` long.
 *
 * @throws {SerializationError | PayloadTooLargeError} groups are nested too deep, or the group is too large.
 */
export function encodeGroup(group: HandleRef, maxBytes: number): Uint8Array[] {
  const whole = MSGPACK.encode({ v: MESSAGE_VERSION, group });
  openEnvelope(whole, "saved group"); // what cannot be read again is not stored
  const size = maxBytes - PART_BYTES;
  const parts = Math.ceil(whole.length / size);
  if (size <= 0 || parts > MAX_PARTS) throw new PayloadTooLargeError("the saved group", whole.length, size * MAX_PARTS);
  return Array.from({ length: parts }, (_, part) =>
    MSGPACK.encode({ v: MESSAGE_VERSION, parts, bytes: whole.subarray(part * size, (part + 1) * size) }),
  );
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not part of a group. */
export function decodeGroupPart(body: Uint8Array): GroupPart {
  const fields = openEnvelope(body, "saved group");
  const bytes = field(fields, "bytes");
  if (!(bytes instanceof Uint8Array))
    throw new InvalidMessageError(`the part of a group is ${shown(bytes)}, not bytes`);
  return { parts: integerField(fields, "parts", MAX_PARTS), bytes };
}

/** @throws {SerializationError | InvalidMessageError} the parts do not make a group. */
export function decodeGroup(parts: readonly GroupPart[]): HandleRef {
  const whole = Buffer.concat(parts.map(({ bytes }) => bytes));
  return readHandleRef(field(openEnvelope(whole, "saved group"), "group"));
}

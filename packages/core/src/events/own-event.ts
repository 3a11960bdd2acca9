// Checks events that users send.

import { checkValue } from "../codec/check-value.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { InvalidArgumentError, PayloadTooLargeError } from "../model/errors.ts";
import { checkOwnEventName } from "../model/event-names.ts";
import { shown } from "../model/names.ts";
import { isPlainObject } from "../model/option-rules.ts";

const MSGPACK = serializerNamed("msgpack");
const MAX_FIELDS = 50;
const MAX_BYTES = 65_536;
const ENVELOPE = ["type", "uuid", "hostname", "timestamp", "utcoffset", "pid", "clock", "localReceived"];

/**
 * Name and fields of an event, if both are allowed.
 *
 * @throws {InvalidArgumentError} the name, or a field's name, is not allowed, or there are more than 50 fields.
 * @throws {SerializationError} a value cannot travel.
 * @throws {PayloadTooLargeError} the fields take more than 64 KiB.
 */
export function checkOwnEvent(type: unknown, fields: unknown): [string, Readonly<Record<string, unknown>>] {
  const name = checkOwnEventName(type);
  if (!isPlainObject(fields) || Object.keys(fields).length > MAX_FIELDS)
    throw new InvalidArgumentError(
      `fields of event "${name}" are ${shown(fields)}; give an object with at most ${MAX_FIELDS} of them`,
    );
  const taken = ENVELOPE.find((field) => Object.hasOwn(fields, field));
  if (taken !== undefined)
    throw new InvalidArgumentError(
      `field "${taken}" of event "${name}" is part of every event; give yours another name`,
    );
  checkValue(fields, { beyondJson: true }, "fields");
  const bytes = MSGPACK.encode(fields).length;
  if (bytes > MAX_BYTES) throw new PayloadTooLargeError(`event "${name}"`, bytes, MAX_BYTES);
  return [name, fields];
}

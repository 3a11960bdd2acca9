// The outermost object of everything that travels: fields, with the version of the format.

import { InvalidMessageError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { type Fields, field, fieldsOf } from "./read-fields.ts";
import { serializerOf } from "./serializer.ts";

/**
 * Fields of an envelope.
 *
 * @param what - What the bytes should be, for the error.
 * @throws {SerializationError} the bytes cannot be decoded.
 * @throws {InvalidMessageError} they are no envelope, or one of another version.
 */
export function openEnvelope(bytes: Uint8Array, what: string): Fields {
  const fields = fieldsOf(serializerOf(bytes).decode(bytes));
  const version = field(fields, "v");
  if (version === MESSAGE_VERSION) return fields;
  throw new InvalidMessageError(
    `the ${what} has version ${shown(version)}; this program reads version ${MESSAGE_VERSION}: upgrade the older one`,
  );
}

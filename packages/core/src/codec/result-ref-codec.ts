// Reads references to results: they come out of records, so that every id is checked.

import { InvalidMessageError } from "../model/errors.ts";
import { isTaskId, shown } from "../model/names.ts";
import type { HandleRef, NodeRef } from "../model/result-ref.ts";
import { field, fieldsOf, listField, namedField } from "./read-fields.ts";

/** @throws {InvalidMessageError} the value is no reference to a task or a group. */
export function readNodeRef(value: unknown): NodeRef {
  if (typeof value === "string") {
    if (isTaskId(value)) return value;
    throw new InvalidMessageError(`a result's id is ${shown(value)}, which is not allowed`);
  }
  const fields = fieldsOf(value);
  const next = field(fields, "next");
  return {
    group: namedField(fields, "group", isTaskId),
    members: listField(fields, "members").map(readHandleRef),
    ...(next !== undefined && { next: readNodeRef(next) }),
  };
}

/** @throws {InvalidMessageError} the value is no reference to a result, with or without its parents. */
export function readHandleRef(value: unknown): HandleRef {
  if (!Array.isArray(value)) return readNodeRef(value);
  const [itself, ...parents] = value.map(readNodeRef);
  if (itself === undefined) throw new InvalidMessageError("a reference to a result is an empty list");
  return [itself, ...parents];
}

// Final and state records to bytes and back. Defaults are left out, unknown fields ignored.

import { InvalidMessageError } from "../model/errors.ts";
import { detailsOf, type Failure } from "../model/failure.ts";
import { isTaskId, isTaskName, shown } from "../model/names.ts";
import { boundedChildren } from "../model/result-ref.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import type { FinalRecord, StateRecord } from "../model/task-record.ts";
import { isFinalState } from "../model/task-state.ts";
import { attemptsIn } from "./attempts-codec.ts";
import { openEnvelope } from "./envelope.ts";
import {
  type Fields,
  field,
  fieldsOf,
  flagField,
  integerField,
  listField,
  mapField,
  namedField,
  textField,
  timeField,
} from "./read-fields.ts";
import { readNodeRef } from "./result-ref-codec.ts";
import type { Serializer } from "./serializer.ts";

const MAX_NAME = 256;
const MAX_TEXT = 1_048_576;
const MAX_COUNT = 1_000_000;

/** @throws {SerializationError} the value cannot travel; says where. */
export function encodeFinalRecord(record: FinalRecord, serializer: Serializer): Uint8Array {
  serializer.check(record.value, "result");
  const wire: Record<string, unknown> = { v: MESSAGE_VERSION, id: record.id, state: record.state, name: record.name };
  if (record.value !== null && record.value !== undefined) wire["value"] = record.value;
  if (record.error !== null) wire["error"] = record.error;
  if (record.gen > 0) wire["gen"] = record.gen;
  if (record.hidden) wire["hidden"] = true;
  if (record.deadLetter !== null) wire["dead"] = record.deadLetter;
  if (record.forgotten) wire["forgotten"] = true;
  wire["worker"] = record.worker;
  wire["at"] = record.at;
  if (record.runtimeMs > 0) wire["ms"] = record.runtimeMs;
  if (record.retries > 0) wire["retries"] = record.retries;
  return serializer.encode(hasRareFields(record) ? { ...wire, ...rareFields(record) } : wire);
}

function hasRareFields({ children, isHandle, attempts }: FinalRecord): boolean {
  return children !== undefined || isHandle === true || attempts !== undefined;
}

function rareFields({ children = [], isHandle, attempts }: FinalRecord): Record<string, unknown> {
  return {
    ...(children.length > 0 && { children: boundedChildren(children) }),
    ...(isHandle && { handle: true }),
    ...(attempts && { attempts }),
  };
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not a final record. */
export function decodeFinalRecord(bytes: Uint8Array): FinalRecord {
  return finalRecordOf(openEnvelope(bytes, "record"));
}

/**
 * The final record of a task, for those who ask by any id. Null: what is stored was decided about an actor, which no task is.
 *
 * @throws {SerializationError | InvalidMessageError} the bytes are neither.
 */
export function decodeTaskRecord(bytes: Uint8Array): FinalRecord | null {
  const fields = openEnvelope(bytes, "record");
  return field(fields, "decision") === undefined ? finalRecordOf(fields) : null;
}

/** @throws {InvalidMessageError} the fields are not those of a final record. */
export function finalRecordOf(fields: Fields): FinalRecord {
  const state = field(fields, "state");
  if (!isFinalState(state))
    throw new InvalidMessageError(`the record has the state ${shown(state)}, which is not final`);
  return {
    id: namedField(fields, "id", isTaskId),
    gen: integerField(fields, "gen", MAX_COUNT),
    state,
    name: namedField(fields, "name", isTaskName),
    value: field(fields, "value") ?? null,
    error: field(fields, "error") === undefined ? null : failureField(mapField(fields, "error")),
    hidden: flagField(fields, "hidden"),
    deadLetter: textField(fields, "dead", MAX_NAME),
    forgotten: flagField(fields, "forgotten"),
    worker: textField(fields, "worker", MAX_NAME) ?? "",
    at: timeField(fields, "at") ?? 0,
    runtimeMs: timeField(fields, "ms") ?? 0,
    retries: integerField(fields, "retries", MAX_COUNT),
    ...attemptsIn(fields),
    ...(field(fields, "children") !== undefined && { children: listField(fields, "children").map(readNodeRef) }),
    ...(flagField(fields, "handle") && { isHandle: true }),
  };
}

/** @throws {SerializationError} the meta value cannot travel; says where. */
export function encodeStateRecord(record: StateRecord, serializer: Serializer): Uint8Array {
  serializer.check(record.meta, "meta");
  return serializer.encode({ v: MESSAGE_VERSION, ...record });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not a state record. */
export function decodeStateRecord(bytes: Uint8Array): StateRecord {
  const fields = openEnvelope(bytes, "record");
  return {
    id: namedField(fields, "id", isTaskId),
    state: textField(fields, "state", MAX_NAME) ?? "STARTED",
    meta: field(fields, "meta") ?? null,
    ...(field(fields, "error") !== undefined && { error: failureField(mapField(fields, "error")) }),
    ...(field(fields, "retries") !== undefined && { retries: integerField(fields, "retries", MAX_COUNT) }),
    ...attemptsIn(fields),
    starts: integerField(fields, "starts", MAX_COUNT),
    worker: textField(fields, "worker", MAX_NAME) ?? "",
    at: timeField(fields, "at") ?? 0,
  };
}

/** @throws {InvalidMessageError} the fields are not those of an error. */
export function failureField(fields: Fields, depth = 0): Failure {
  const stack = textField(fields, "stack", MAX_TEXT);
  const code = codeIn(fields);
  const cause = field(fields, "cause") !== undefined && depth < 16 ? mapField(fields, "cause") : null;
  const members = listField(fields, "errors");
  const taskId = field(fields, "taskId");
  return {
    type: textField(fields, "type", MAX_NAME) ?? "Error",
    message: textField(fields, "message", MAX_TEXT) ?? "",
    ...(stack !== null && { stack }),
    ...(code !== null && { code }),
    ...detailsOf(mapField(fields, "details")),
    ...(isTaskId(taskId) && { taskId }),
    ...(cause !== null && { cause: failureField(cause, depth + 1) }),
    ...(members.length > 0 &&
      depth < 16 && { errors: members.map((member) => failureField(fieldsOf(member), depth + 1)) }),
  };
}

function codeIn(fields: Fields): string | number | null {
  const code = field(fields, "code");
  return typeof code === "number" ? code : textField(fields, "code", MAX_NAME);
}

// Events to bytes and back. A message holds events of one name that one process sent together.

import { EVENT_FIELDS, type FieldKind, isBuiltInEvent } from "../model/event-fields.ts";
import type { EventEnvelope, UnknownEvent } from "../model/event-map.ts";
import { isEventName } from "../model/event-names.ts";
import { isTaskId } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import {
  type Fields,
  field,
  fieldsOf,
  flagField,
  integerField,
  listField,
  namedField,
  textField,
  timeField,
  wrong,
} from "./read-fields.ts";
import { serializerNamed } from "./serializer.ts";

const MSGPACK = serializerNamed("msgpack");
const MAX_NAME = 256;
const MAX_TEXT = 16_384;
const MAX_NUMBERS = 16;
const MAX_FIELDS = 64;
const MAX_UTCOFFSET = 24;

/** Most events of one message. */
const MAX_EVENTS = 1_000;

/** An event on its way: what differs between those of one message. */
export type OutgoingEvent = Fields & Pick<EventEnvelope, "timestamp" | "clock">;

/** Events of one name, from one process. */
export interface EventBatch extends Pick<EventEnvelope, "hostname" | "pid" | "utcoffset"> {
  readonly type: string;
  readonly events: readonly OutgoingEvent[];
}

export function encodeEvents(batch: EventBatch): Uint8Array {
  return MSGPACK.encode({ v: MESSAGE_VERSION, ...batch });
}

/**
 * Events of a message, as they arrived.
 *
 * @param localReceived - Wall clock, in milliseconds since the epoch.
 * @throws {SerializationError | InvalidMessageError} the bytes are no events, or one of them is wrong.
 */
export function decodeEvents(bytes: Uint8Array, localReceived: number): UnknownEvent[] {
  const fields = openEnvelope(bytes, "message with events");
  const type = namedField(fields, "type", isEventName);
  const hostname = textField(fields, "hostname", MAX_NAME) ?? "";
  const utcoffset = numberField(fields, "utcoffset");
  if (hostname === "" || Math.abs(utcoffset) > MAX_UTCOFFSET)
    throw wrong("hostname", hostname, "a name, with a time zone");
  const shared = { hostname, utcoffset, pid: integerField(fields, "pid", Number.MAX_SAFE_INTEGER), localReceived };
  const events = listField(fields, "events");
  if (events.length > MAX_EVENTS) throw wrong("events", events.length, `at most ${MAX_EVENTS} events`);
  return events.map((event) => eventOf(type, fieldsOf(event), shared));
}

type Shared = Omit<EventEnvelope, "timestamp" | "clock">;

function eventOf(type: string, fields: Fields, shared: Shared): UnknownEvent {
  const timestamp = timeField(fields, "timestamp");
  if (timestamp === null) throw wrong("timestamp", timestamp, "milliseconds since the epoch");
  const envelope = { ...shared, timestamp, clock: integerField(fields, "clock", Number.MAX_SAFE_INTEGER) };
  const isOfTask = type.startsWith("task-") && isBuiltInEvent(type);
  const uuid = isOfTask || field(fields, "uuid") !== undefined ? { uuid: namedField(fields, "uuid", isTaskId) } : {};
  return { ...(isBuiltInEvent(type) ? known(fields, EVENT_FIELDS[type]) : own(fields)), type, ...uuid, ...envelope };
}

function known(fields: Fields, kinds: Readonly<Record<string, FieldKind>>): Fields {
  const read: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(kinds)) read[name] = READERS[kind](fields, name);
  return read;
}

function own(fields: Fields): Fields {
  if (Object.keys(fields).length <= MAX_FIELDS) return fields;
  throw wrong("events", Object.keys(fields).length, `at most ${MAX_FIELDS} fields`);
}

const READERS: Readonly<Record<FieldKind, (fields: Fields, name: string) => unknown>> = {
  text: (fields, name) => textField(fields, name, MAX_TEXT) ?? "",
  "text?": (fields, name) => textField(fields, name, MAX_TEXT),
  number: numberField,
  count: (fields, name) => integerField(fields, name, Number.MAX_SAFE_INTEGER),
  "time?": timeField,
  flag: flagField,
  numbers: (fields, name) => {
    const list = listField(fields, name);
    if (list.length <= MAX_NUMBERS && list.every((item) => Number.isFinite(item))) return list;
    throw wrong(name, list, `at most ${MAX_NUMBERS} numbers`);
  },
};

function numberField(fields: Fields, name: string): number {
  const value = field(fields, name) ?? 0;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(name, value, "a number");
}

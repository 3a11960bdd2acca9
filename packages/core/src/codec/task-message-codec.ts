// Task messages to bytes and back. Fields that have their default are left out; unknown fields are ignored, an unknown
// version is refused. The field names are the wire format: they outlive releases, and a test pins them.

import { isQueueName, isTaskId, isTaskName } from "../model/names.ts";
import { MAX_RETRIES } from "../model/retry.ts";
import {
  MAX_GEN,
  MAX_PRIORITY,
  MAX_REPR,
  MAX_SHADOW,
  MESSAGE_VERSION,
  type TaskMessage,
} from "../model/task-message.ts";
import { attemptsIn } from "./attempts-codec.ts";
import { canvasFromWire, wireOfCanvas } from "./canvas-codec.ts";
import { openEnvelope } from "./envelope.ts";
import {
  type Fields,
  field,
  flagField,
  integerField,
  listField,
  mapField,
  namedField,
  textField,
  timeField,
} from "./read-fields.ts";
import type { Serializer } from "./serializer.ts";

const MAX_NAME = 256;
const NO_TIME_LIMITS = Object.freeze({});

/**
 * Bytes of a message.
 *
 * @throws {SerializationError} an argument or header cannot travel; says which.
 */
export function encodeTaskMessage(message: TaskMessage, serializer: Serializer): Uint8Array {
  serializer.check(message.args, "args");
  const wire: Record<string, unknown> = {
    v: MESSAGE_VERSION,
    id: message.id,
    name: message.name,
    args: message.args,
    queue: message.queue,
  };
  if (hasKeys(message.kwargs)) wire["kwargs"] = checked(message.kwargs, serializer, "kwargs");
  if (hasKeys(message.headers)) wire["headers"] = checked(message.headers, serializer, "headers");
  if (message.rootId !== message.id) wire["rootId"] = message.rootId;
  if (message.parentId !== null) wire["parentId"] = message.parentId;
  if (message.reply !== null) wire["reply"] = message.reply;
  if (message.gen > 0) wire["gen"] = message.gen;
  if (message.retries > 0) wire["retries"] = message.retries;
  if (message.attempts) wire["attempts"] = message.attempts;
  writePlan(message, wire);
  writeFlags(message, wire);
  writeTexts(message, wire);
  if (message.canvas !== null) wire["canvas"] = wireOfCanvas(message.canvas, serializer);
  return serializer.encode(wire);
}

function writeFlags({ ignoreResult, atMostOnce, replaceable }: TaskMessage, wire: Record<string, unknown>): void {
  if (ignoreResult) wire["ignoreResult"] = true;
  if (atMostOnce) wire["atMostOnce"] = true;
  if (replaceable) wire["replaceable"] = true;
}

function writePlan({ eta, expires, timeLimits, priority }: TaskMessage, wire: Record<string, unknown>): void {
  if (priority != null) wire["priority"] = priority;
  if (eta !== null) wire["eta"] = eta;
  if (expires !== null) wire["expires"] = expires;
  if (!timeLimits) return;
  const { softMs, hardMs } = timeLimits;
  if (hardMs !== null) wire["timeLimit"] = hardMs;
  if (softMs !== null) wire["softTimeLimit"] = softMs;
}

function writeTexts(message: TaskMessage, wire: Record<string, unknown>): void {
  if (message.shadow !== null) wire["shadow"] = message.shadow;
  if (message.argsrepr !== null) wire["argsrepr"] = message.argsrepr;
  if (message.kwargsrepr !== null) wire["kwargsrepr"] = message.kwargsrepr;
  if (message.origin !== null) wire["origin"] = message.origin;
}

/**
 * Message of some bytes.
 *
 * @throws {SerializationError} the bytes cannot be decoded.
 * @throws {InvalidMessageError} they are not a task message; names the field.
 */
export function decodeTaskMessage(bytes: Uint8Array): TaskMessage {
  const fields = openEnvelope(bytes, "message");
  const id = namedField(fields, "id", isTaskId);
  return {
    id,
    gen: integerField(fields, "gen", MAX_GEN),
    name: namedField(fields, "name", isTaskName),
    args: listField(fields, "args"),
    kwargs: mapField(fields, "kwargs"),
    queue: namedField(fields, "queue", isQueueName),
    ...(field(fields, "priority") !== undefined && { priority: integerField(fields, "priority", MAX_PRIORITY) }),
    rootId: field(fields, "rootId") === undefined ? id : namedField(fields, "rootId", isTaskId),
    parentId: field(fields, "parentId") === undefined ? null : namedField(fields, "parentId", isTaskId),
    reply: field(fields, "reply") === undefined ? null : namedField(fields, "reply", isTaskId),
    eta: timeField(fields, "eta"),
    expires: timeField(fields, "expires"),
    retries: integerField(fields, "retries", MAX_RETRIES),
    ...attemptsIn(fields),
    ...timeLimitsIn(fields),
    ignoreResult: flagField(fields, "ignoreResult"),
    atMostOnce: flagField(fields, "atMostOnce"),
    ...(flagField(fields, "replaceable") && { replaceable: true }),
    headers: mapField(fields, "headers"),
    shadow: textField(fields, "shadow", MAX_SHADOW),
    argsrepr: textField(fields, "argsrepr", MAX_REPR),
    kwargsrepr: textField(fields, "kwargsrepr", MAX_REPR),
    origin: textField(fields, "origin", MAX_NAME),
    canvas: field(fields, "canvas") === undefined ? null : canvasFromWire(mapField(fields, "canvas")),
  };
}

function timeLimitsIn(fields: Fields): Pick<TaskMessage, "timeLimits"> {
  const hardMs = timeField(fields, "timeLimit");
  const softMs = timeField(fields, "softTimeLimit");
  return hardMs === null && softMs === null ? NO_TIME_LIMITS : { timeLimits: { softMs, hardMs } };
}

function checked(value: unknown, serializer: Serializer, what: string): unknown {
  serializer.check(value, what);
  return value;
}

function hasKeys(value: object): boolean {
  for (const _key in value) return true;
  return false;
}

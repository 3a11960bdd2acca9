// Control commands and replies to bytes and back.

import type { ControlCommand, ControlReply } from "../model/control-command.ts";
import { InvalidMessageError } from "../model/errors.ts";
import { isWorkerName } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import { field, integerField, listField, mapField, namedField, textField, timeField } from "./read-fields.ts";
import { serializerNamed } from "./serializer.ts";

const MSGPACK = serializerNamed("msgpack");
const MAX_NAME = 256;
const TICKET = /^[A-Za-z0-9-]{1,64}$/;
const COMMAND = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

export function encodeCommand(command: ControlCommand): Uint8Array {
  const { args, pattern, ...rest } = command;
  const optional = { ...(pattern !== undefined && { pattern }), ...(Object.keys(args).length > 0 && { args }) };
  return MSGPACK.encode({ v: MESSAGE_VERSION, ...rest, ...optional });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not a command. */
export function decodeCommand(bytes: Uint8Array): ControlCommand {
  const fields = openEnvelope(bytes, "control message");
  const command = textField(fields, "command", MAX_NAME) ?? "";
  const ticket = textField(fields, "ticket", MAX_NAME) ?? "";
  if (!COMMAND.test(command)) throw new InvalidMessageError("the control message names no command");
  if (!TICKET.test(ticket)) throw new InvalidMessageError("the control message has no valid ticket");
  const destination =
    field(fields, "destination") === undefined ? null : listField(fields, "destination").filter(isText);
  const pattern = textField(fields, "pattern", MAX_NAME);
  return {
    command,
    args: mapField(fields, "args"),
    ticket,
    destination,
    ...(pattern !== null && { pattern }),
    expires: timeField(fields, "expires") ?? 0,
  };
}

export function encodeReply(reply: ControlReply): Uint8Array {
  const { known, ...rest } = reply;
  return MSGPACK.encode({ v: MESSAGE_VERSION, ...rest, ...(known && { known }) });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not a reply. */
export function decodeReply(bytes: Uint8Array): ControlReply {
  const fields = openEnvelope(bytes, "reply");
  const hostname = namedField(fields, "hostname", isWorkerName);
  const known = integerField(fields, "known", Number.MAX_SAFE_INTEGER);
  return { hostname, value: field(fields, "value") ?? null, ...(known > 0 && { known }) };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

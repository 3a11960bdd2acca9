// Paused queues to bytes and back.

import { MAX_PAUSE_TEXT, type QueuePause } from "../model/queue-pause.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import { textField, timeField } from "./read-fields.ts";
import { serializerNamed } from "./serializer.ts";

const MSGPACK = serializerNamed("msgpack");

export function encodeQueuePause({ at, by, reason }: QueuePause): Uint8Array {
  return MSGPACK.encode({ v: MESSAGE_VERSION, at, by, ...(reason !== null && { reason }) });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not a pause of a queue. */
export function decodeQueuePause(bytes: Uint8Array): QueuePause {
  const fields = openEnvelope(bytes, "pause of a queue");
  return {
    at: timeField(fields, "at") ?? 0,
    by: textField(fields, "by", MAX_PAUSE_TEXT) ?? "",
    reason: textField(fields, "reason", MAX_PAUSE_TEXT),
  };
}

// Records of unique work to bytes and back: who holds a key, and the message of that task, so that whoever meets it can send it again.

import { isTaskId } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import { field, flagField, integerField, namedField, timeField, wrong } from "./read-fields.ts";
import { serializerNamed } from "./serializer.ts";

/** One holder of a key. */
export interface Holder {
  /** How many have held it, this one included. */
  readonly turn: number;
  readonly taskId: string;
  /** Until when it holds at most: broker's time; null: until it has ended. */
  readonly until: number | null;
  /** It holds until then, even if it has ended. */
  readonly holdsAfterEnd: boolean;
  /** Bytes of its message. */
  readonly body: Uint8Array;
}

const MSGPACK = serializerNamed("msgpack");

/** Bytes of a holder. */
export function encodeHolder({ turn, taskId, until, holdsAfterEnd, body }: Holder): Uint8Array {
  const times = { ...(until !== null && { until }), ...(holdsAfterEnd && { holdsAfterEnd }) };
  return MSGPACK.encode({ v: MESSAGE_VERSION, turn, taskId, ...times, message: body });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are no holder. */
export function decodeHolder(bytes: Uint8Array): Holder {
  const fields = openEnvelope(bytes, "record of unique work");
  const body = field(fields, "message");
  if (!(body instanceof Uint8Array)) throw wrong("message", body, "bytes");
  return {
    turn: integerField(fields, "turn", Number.MAX_SAFE_INTEGER),
    taskId: namedField(fields, "taskId", isTaskId),
    until: timeField(fields, "until"),
    holdsAfterEnd: flagField(fields, "holdsAfterEnd"),
    body,
  };
}

/** The claim of a task that was replaced before it was started. */
export function encodeReplacedBy(taskId: string): Uint8Array {
  return MSGPACK.encode({ v: MESSAGE_VERSION, replacedBy: taskId });
}

/** Id of the task that has taken the place of the claim's; null when the claim is that of a worker. */
export function replacedByIn(claim: Uint8Array): string | null {
  const fields = openEnvelope(claim, "claim");
  return field(fields, "replacedBy") === undefined ? null : namedField(fields, "replacedBy", isTaskId);
}

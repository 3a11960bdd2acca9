// Decisions to bytes and back.

import type { Decision } from "../model/decision.ts";
import { MAX_DUE } from "../model/duration.ts";
import { InvalidMessageError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import { openEnvelope } from "./envelope.ts";
import { flowFromWire, wireOfFlow } from "./flow-codec.ts";
import { field, timeField, wrong } from "./read-fields.ts";
import type { Serializer } from "./serializer.ts";

/** @throws {SerializationError} an argument of a step cannot travel. */
export function encodeDecision(decision: Decision, serializer: Serializer): Uint8Array {
  const { kind } = decision;
  const wire = { v: MESSAGE_VERSION, kind };
  if (kind === "RETRY") return serializer.encode({ ...wire, message: decision.body, due: decision.dueAt });
  return serializer.encode({ ...wire, flow: wireOfFlow(decision.flow, serializer) });
}

/** @throws {SerializationError | InvalidMessageError} the bytes are not a decision. */
export function decodeDecision(bytes: Uint8Array): Decision {
  const fields = openEnvelope(bytes, "decision");
  const kind = field(fields, "kind");
  if (kind === "REPLACED") return { kind, flow: flowFromWire(field(fields, "flow"), "flow") };
  if (kind !== "RETRY") throw new InvalidMessageError(`the decision has the kind ${shown(kind)}, which is not known`);
  const body = field(fields, "message");
  if (!(body instanceof Uint8Array)) throw wrong("message", body, "bytes");
  const dueAt = timeField(fields, "due");
  if (dueAt === null) throw wrong("due", dueAt, "milliseconds since the epoch");
  return { kind, body, dueAt: Math.min(dueAt, MAX_DUE) };
}

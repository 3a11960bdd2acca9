// What a record that was pushed or read tells, and whom.

import { decodeAnyRecord } from "../codec/actor-decision-codec.ts";
import type { ActorDecision } from "../model/actor-decision.ts";
import type { FinalRecord } from "../model/task-record.ts";
import { GROUP_NAME } from "./abandon-flow.ts";

/** A record, and the key of those who hear of it. */
export interface Heard {
  readonly key: string;
  readonly record: FinalRecord;
}

/** Key of those who hear that what follows from a group fails. No task has such an id. */
export function keyOfGroup(id: string): string {
  return `group ${id}`;
}

/**
 * What some bytes tell; null when nobody waits for it: what follows from a group was sent.
 *
 * @throws {SerializationError | InvalidMessageError} they are no record.
 */
export function heardIn(bytes: Uint8Array): Heard | null {
  const found = decodeAnyRecord(bytes);
  if (!("decision" in found)) return { key: found.id, record: found };
  const record = recordOfFailed(found);
  return record && { key: keyOfGroup(found.id), record };
}

// What will be stored for that which follows from a group that fails.
function recordOfFailed({ decision, error, resultId: id }: ActorDecision): FinalRecord | null {
  if (decision !== "FAIL" || error === null) return null;
  const unrun = { gen: 0, value: null, hidden: false, deadLetter: null, forgotten: false, runtimeMs: 0, retries: 0 };
  return { ...unrun, id, name: GROUP_NAME, state: "FAILURE", error: { taskId: id, ...error }, worker: "", at: 0 };
}

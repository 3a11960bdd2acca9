// The state of a task that is not final: stores it, and reads how often the task was started.

import { persist } from "../client/persist.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { decodeStateRecord, encodeStateRecord } from "../codec/task-record-codec.ts";
import type { StateRecord } from "../model/task-record.ts";
import type { TaskHost } from "./task-host.ts";

const MSGPACK = serializerNamed("msgpack");

/** Stores it in place of the one before. */
export function saveState(
  state: Pick<StateRecord, "id" | "state" | "meta" | "starts">,
  { hostname: worker, transport }: TaskHost,
): Promise<void> {
  const body = encodeStateRecord({ ...state, worker, at: transport.now() }, MSGPACK);
  return transport.records.replace({ kind: "state", id: state.id }, body);
}

/** Starts of a task that was delivered before. */
export async function readStarts(id: string, host: TaskHost): Promise<number> {
  const key = { kind: "state", id } as const;
  const stored = await persist(host, `the look for the state of task ${id}`, () => host.transport.records.read(key));
  // A first start leaves no count: without one, the task was started once.
  return stored ? decodeStateRecord(stored).starts : 1;
}

/** Stores that a task was started, for the first time. */
export function noteStarted(id: string, host: TaskHost): void {
  saveState({ id, state: "STARTED", meta: null, starts: 1 }, host).catch((error: unknown) => {
    host.logger.warn({ err: error }, `the state STARTED of task ${id} was not stored`);
  });
}

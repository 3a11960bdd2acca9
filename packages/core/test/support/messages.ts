// Messages and records with everything filled in, so that a test says only what it is about.

import type { TaskMessage } from "../../src/model/task-message.ts";
import type { FinalRecord, StateRecord } from "../../src/model/task-record.ts";

/** A message of a plain call. */
export function messageOf(part: Partial<TaskMessage> = {}): TaskMessage {
  const id = part.id ?? "task-1";
  return {
    id,
    gen: 0,
    name: "proj.add",
    args: [2, 2],
    kwargs: {},
    queue: "default",
    rootId: id,
    parentId: null,
    reply: null,
    eta: null,
    expires: null,
    retries: 0,
    ignoreResult: false,
    atMostOnce: false,
    headers: {},
    shadow: null,
    argsrepr: null,
    kwargsrepr: null,
    origin: null,
    canvas: null,
    ...part,
  };
}

/** The record of a task that succeeded. */
export function recordOf(part: Partial<FinalRecord> = {}): FinalRecord {
  return {
    id: "task-1",
    gen: 0,
    state: "SUCCESS",
    name: "proj.add",
    value: 4,
    error: null,
    hidden: false,
    deadLetter: null,
    forgotten: false,
    worker: "w1@host",
    at: 1_735_689_600_000,
    runtimeMs: 1.5,
    retries: 0,
    ...part,
  };
}

/** The state of a task that was started. */
export function stateOf(part: Partial<StateRecord> = {}): StateRecord {
  return {
    id: "task-1",
    state: "STARTED",
    meta: null,
    starts: 1,
    worker: "w1@host",
    at: 1_735_689_600_000,
    ...part,
  };
}

// Decides whether a delivered task runs here (protocol §5, steps 1 to 3). On the hot path – a first delivery of a known task
// that has not expired – nothing is read and nothing is awaited (I2).

import { serializerNamed } from "../codec/serializer.ts";
import { decodeFinalRecord, decodeStateRecord, encodeStateRecord } from "../codec/task-record-codec.ts";
import { NotRegistered, TaskRevokedError, WorkerLostError } from "../model/errors.ts";
import { leavesRecord, type TaskMessage } from "../model/task-message.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { Delivery } from "../transport/task-queue.ts";
import type { Verdict } from "./outcome.ts";
import { persist } from "./persist.ts";
import type { RegisteredTask } from "./registered-task.ts";
import type { TaskHost } from "./task-host.ts";

/** What to do with a delivered task. */
export type Check =
  | { readonly type: "run"; readonly task: RegisteredTask; readonly starts: number }
  /** It may have been started before: it takes its turn, is counted by `countStart`, and then runs. */
  | { readonly type: "restart"; readonly task: RegisteredTask }
  | { readonly type: "stored"; readonly record: FinalRecord; readonly body: Uint8Array }
  | { readonly type: "decided"; readonly verdict: Verdict };

const MSGPACK = serializerNamed("msgpack");

/** Checks a delivered task. */
export function checkTask(message: TaskMessage, delivery: Delivery, host: TaskHost): Check | Promise<Check> {
  if (delivery.suspicious) return checkAgainstRecords(message, delivery, host);
  return withoutRecords(message, delivery, host);
}

async function checkAgainstRecords(message: TaskMessage, delivery: Delivery, host: TaskHost): Promise<Check> {
  if (leavesRecord(message, delivery.exclusive)) {
    const stored = await persist(host, `the look for the record of task ${message.id}`, () =>
      host.transport.records.read({ kind: "result", id: message.id }),
    );
    if (stored) return { type: "stored", record: decodeFinalRecord(stored), body: stored };
  }
  return withoutRecords(message, delivery, host);
}

function withoutRecords(message: TaskMessage, delivery: Delivery, host: TaskHost): Check | Promise<Check> {
  const task = host.tasks.get(message.name);
  if (message.expires !== null && host.transport.now() > message.expires) return expired(message);
  if (!task) return unknown(message, host);
  if (message.atMostOnce || !task.config.acksLate) return claim(message, task, host);
  return delivery.redelivered ? { type: "restart", task } : { type: "run", task, starts: 1 };
}

function expired(message: TaskMessage): Check {
  const error = new TaskRevokedError(`task ${message.id} (${message.name}) expired before it was started`);
  return { type: "decided", verdict: { outcome: { state: "REVOKED", error }, deadLetter: null } };
}

function unknown(message: TaskMessage, host: TaskHost): Check {
  const error = new NotRegistered(
    `task "${message.name}" is not registered in worker ${host.hostname}; import its module there (the app's include setting) or correct the name`,
  );
  return {
    type: "decided",
    verdict: { outcome: { state: "FAILURE", error, expected: false }, deadLetter: "not-registered" },
  };
}

// At most once: whoever stores the claim runs the task. A claim of another delivery means that its worker was lost.
async function claim(message: TaskMessage, task: RegisteredTask, host: TaskHost): Promise<Check> {
  const key = { kind: "claim", id: message.id, gen: message.gen } as const;
  const token = MSGPACK.encode({ v: 1, worker: host.hostname, delivery: crypto.randomUUID() });
  const created = await persist(host, `the claim of task ${message.id}`, () =>
    host.transport.records.create(key, token),
  );
  if (created === "created") return { type: "run", task, starts: 1 };
  const stored = await persist(host, `the look for the claim of task ${message.id}`, () =>
    host.transport.records.read(key),
  );
  // Our own claim, whose confirmation was lost.
  if (stored && Buffer.compare(stored, token) === 0) return { type: "run", task, starts: 1 };
  return lost(
    `a worker began task ${message.id} (${message.name}) and was lost; it may not run twice (acksLate: false)`,
  );
}

/** Counts a further start of a task before it is made; one that was started too often is decided instead. */
export async function countStart(message: TaskMessage, task: RegisteredTask, host: TaskHost): Promise<Check> {
  const key = { kind: "state", id: message.id } as const;
  const stored = await persist(host, `the look for the state of task ${message.id}`, () =>
    host.transport.records.read(key),
  );
  const starts = (stored ? decodeStateRecord(stored).starts : 0) || 1;
  if (starts >= host.maxDeliveries) {
    return lost(
      `task ${message.id} (${message.name}) was started ${starts} times and never came to an end; it may kill its workers`,
    );
  }
  const state = {
    id: message.id,
    state: "STARTED",
    meta: null,
    starts: starts + 1,
    worker: host.hostname,
    at: host.transport.now(),
  };
  await persist(host, `the state of task ${message.id}`, () =>
    host.transport.records.replace(key, encodeStateRecord(state, MSGPACK)),
  );
  return { type: "run", task, starts: starts + 1 };
}

function lost(why: string): Check {
  return {
    type: "decided",
    verdict: {
      outcome: { state: "FAILURE", error: new WorkerLostError(why), expected: false },
      deadLetter: "worker-lost",
    },
  };
}

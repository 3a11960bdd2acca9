// What is stored before a handler is started, when its slot is taken (protocol §5, step 3): a claim where a second run is
// forbidden, the number of starts where the task may have been started before. A first start of an ordinary task stores nothing.

import { persist } from "../client/persist.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { encodeStateRecord } from "../codec/task-record-codec.ts";
import { replacedByIn } from "../codec/unique-codec.ts";
import { TaskRevokedError, WorkerLostError } from "../model/errors.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { type Decided, expiryOf, type StartKind } from "./check-task.ts";
import { readStarts } from "./save-state.ts";
import type { TaskHost } from "./task-host.ts";

/** The handler may start: for the `starts`-th time. */
export interface Prepared {
  readonly type: "prepared";
  readonly starts: number;
}

const MSGPACK = serializerNamed("msgpack");
const FIRST: Prepared = { type: "prepared", starts: 1 };

/** Prepares a start, or decides the task instead: it has expired meanwhile, or was started too often. */
export function prepareStart(
  message: TaskMessage,
  kind: StartKind,
  host: TaskHost,
): Prepared | Decided | Promise<Prepared | Decided> {
  const expired = expiryOf(message, host);
  if (expired) return expired;
  if (kind === "claim") return claim(message, host);
  if (message.replaceable) return unlessReplaced(message, kind, host);
  return kind === "first" ? FIRST : countStart(message, host);
}

// Whoever creates the claim decides whether the task is started, or another one takes its place. Retries have been started.
async function unlessReplaced(message: TaskMessage, kind: StartKind, host: TaskHost): Promise<Prepared | Decided> {
  const key = { kind: "claim", id: message.id, gen: 0 } as const;
  const { records } = host.transport;
  const what = `the claim of task ${message.id}`;
  if ((await persist(host, what, () => records.create(key, tokenOf(host)))) !== "created") {
    const stored = await persist(host, what, () => records.read(key));
    const by = stored && replacedByIn(stored);
    if (by) return replaced(message, by);
  }
  return kind === "first" ? FIRST : countStart(message, host);
}

function replaced({ id, name }: TaskMessage, by: string): Decided {
  const reason = `replaced by task ${by}`;
  const error = new TaskRevokedError(`task ${id} (${name}) was ${reason}`, reason);
  return { type: "decided", verdict: { outcome: { state: "REVOKED", error }, deadLetter: null } };
}

function tokenOf({ hostname }: TaskHost): Uint8Array {
  return MSGPACK.encode({ v: 1, worker: hostname, delivery: crypto.randomUUID() });
}

// Whoever stores the claim runs the task. A claim of another delivery means that its worker was lost.
async function claim(message: TaskMessage, host: TaskHost): Promise<Prepared | Decided> {
  const { id, gen, name } = message;
  const { records } = host.transport;
  const key = { kind: "claim", id, gen } as const;
  const token = tokenOf(host);
  if ((await persist(host, `the claim of task ${id}`, () => records.create(key, token))) === "created") return FIRST;
  const stored = await persist(host, `the look for the claim of task ${id}`, () => records.read(key));
  // Our own claim, whose confirmation was lost.
  if (stored && Buffer.compare(stored, token) === 0) return FIRST;
  const by = stored && replacedByIn(stored);
  if (by) return replaced(message, by);
  return lost(`a worker began task ${id} (${name}) and was lost; it may not run twice (acksLate: false)`);
}

async function countStart(message: TaskMessage, host: TaskHost): Promise<Prepared | Decided> {
  const { id, name } = message;
  const { records } = host.transport;
  const key = { kind: "state", id } as const;
  const starts = await readStarts(id, host);
  if (starts >= host.maxDeliveries) {
    return lost(`task ${id} (${name}) was started ${starts} times and never came to an end; it may kill its workers`);
  }
  const at = host.transport.now();
  const state = { id, state: "STARTED", meta: null, starts: starts + 1, worker: host.hostname, at };
  await persist(host, `the state of task ${id}`, () => records.replace(key, encodeStateRecord(state, MSGPACK)));
  return { type: "prepared", starts: starts + 1 };
}

function lost(why: string): Decided {
  return {
    type: "decided",
    verdict: {
      outcome: { state: "FAILURE", error: new WorkerLostError(why), expected: false },
      deadLetter: "worker-lost",
    },
  };
}

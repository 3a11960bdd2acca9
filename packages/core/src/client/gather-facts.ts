// Gathers what is known of a task: from records, queues, mailboxes, dead letters and workers. Changes nothing. Once the end of a task is
// found, nothing else is asked.

import { decodeDecision } from "../codec/decision-codec.ts";
import { decodeRevocation } from "../codec/revocation-codec.ts";
import { decodeStateRecord, decodeTaskRecord } from "../codec/task-record-codec.ts";
import { replacedByIn } from "../codec/unique-codec.ts";
import type { QueriedTask } from "../model/inspect-replies.ts";
import { MAX_STAMP_REVOCATIONS, meetsConditions, type Revocation } from "../model/revocation.ts";
import { MAX_GEN, type TaskMessage } from "../model/task-message.ts";
import type { Transport } from "../transport/transport.ts";
import { answeringWorkers } from "./answering-workers.ts";
import type { AskPorts, Replies } from "./ask-workers.ts";
import { findMessages } from "./find-messages.ts";
import { Inspect } from "./inspect.ts";
import { describeLetter } from "./letter-info.ts";
import { pausesOf } from "./queues.ts";
import type { HeldTask, TaskFacts } from "./task-facts.ts";
import { whatIsAwaited } from "./what-is-awaited.ts";

const MOST_LETTERS = 1_000;
const NOTHING_KNOWN = {
  final: null,
  state: null,
  letter: null,
  revocation: null,
  replaced: false,
  replacedBy: null,
  held: null,
  place: null,
  workers: [],
  paused: new Map(),
  awaited: null,
  complete: true,
} as const satisfies Omit<TaskFacts, "id" | "now">;

/** @param timeoutMs - how long workers are waited for. */
export async function gatherFacts(id: string, timeoutMs: number, ports: AskPorts): Promise<TaskFacts> {
  const { transport } = await ports.connect();
  const facts: TaskFacts = { ...NOTHING_KNOWN, id, now: transport.now() };
  const ended = await endOf(id, transport);
  if (ended.final !== null) return { ...facts, ...ended };
  const [messages, workers, held, records, paused] = await Promise.all([
    findMessages(id, transport),
    answeringWorkers(timeoutMs, ports),
    heldTask(id, timeoutMs, ports),
    openRecords(id, transport),
    pausesOf(transport),
  ]);
  const revocation = await revocationOf(id, messages.own?.message ?? null, transport);
  const isElsewhere = messages.own !== null || held !== null;
  const awaited = isElsewhere ? null : await whatIsAwaited(id, messages, timeoutMs, ports);
  const known = { ...facts, workers, held, ...records, paused, revocation, awaited, complete: messages.complete };
  const placed = { ...known, place: messages.own?.place ?? null };
  // It may have ended while others were asked; what could not be read at all is in the letters only.
  const latest = isElsewhere || awaited !== null ? null : await lateEnd(id, transport);
  return { ...placed, ...latest };
}

async function endOf(id: string, transport: Transport): Promise<Pick<TaskFacts, "final" | "letter">> {
  const body = await transport.records.read({ kind: "result", id });
  const final = body && decodeTaskRecord(body);
  return { final, letter: final?.deadLetter == null ? null : await letterOf(id, transport) };
}

async function lateEnd(id: string, transport: Transport): Promise<Pick<TaskFacts, "final" | "letter">> {
  const ended = await endOf(id, transport);
  return ended.final === null ? { final: null, letter: await letterOf(id, transport) } : ended;
}

async function letterOf(id: string, { deadLetters }: Transport): Promise<TaskFacts["letter"]> {
  let before: string | null = null;
  for (let looked = 0; looked < MOST_LETTERS; ) {
    const { letters, next } = await deadLetters.list({ queue: null, reason: null, before, limit: 100 });
    const found = letters.map(describeLetter).find(({ task }) => task?.id === id);
    if (found) return { id: found.id, reason: found.reason, detail: found.detail, queue: found.queue };
    if (next === null) return null;
    looked += Math.max(letters.length, 1);
    before = next;
  }
  return null;
}

async function openRecords(
  id: string,
  { records }: Transport,
): Promise<Pick<TaskFacts, "state" | "replaced" | "replacedBy">> {
  const [state, claim] = await Promise.all([
    records.read({ kind: "state", id }),
    records.read({ kind: "claim", id, gen: 0 }),
  ]);
  let last: Uint8Array | null = null;
  for (let gen = 0; gen < MAX_GEN; gen += 1) {
    const body = await records.read({ kind: "decision", id, gen });
    if (body === null) break;
    last = body;
  }
  return {
    state: state && decodeStateRecord(state),
    replaced: last !== null && decodeDecision(last).kind === "REPLACED",
    replacedBy: claim && replacedByIn(claim),
  };
}

async function revocationOf(
  id: string,
  message: TaskMessage | null,
  { revocations }: Transport,
): Promise<Revocation | null> {
  const own = await revocations.find({ kind: "task", id });
  if (own !== null) return decodeRevocation(own);
  const stamps = message?.canvas?.stamps ?? {};
  if (Object.keys(stamps).length === 0) return null;
  const all = (await revocations.list("stamps", MAX_STAMP_REVOCATIONS)).map(({ body }) => decodeRevocation(body));
  return all.find((revocation) => meetsConditions(stamps, revocation.stamps ?? {})) ?? null;
}

async function heldTask(id: string, timeoutMs: number, ports: AskPorts): Promise<HeldTask | null> {
  const replies: Replies<Readonly<Record<string, QueriedTask>>> = await new Inspect(ports, {
    timeout: timeoutMs,
  }).queryTask(id);
  for (const [worker, { [id]: entry }] of Object.entries(replies)) {
    if (!Array.isArray(entry)) continue;
    const [how, task] = entry;
    if (how === "scheduled") return { worker, how, name: task.name, queue: null, at: task.eta, retries: 0 };
    const { type, deliveryInfo, timeStart, retries } = task;
    return { worker, how, name: type, queue: deliveryInfo.queue, at: timeStart, retries };
  }
  return null;
}

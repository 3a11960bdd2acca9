// Why a task has not started or finished: from what is known of it to one answer. Asks nobody.

import type { Explanation, Reason } from "./explanation.ts";
import { wordsOf } from "./explanation-words.ts";
import { nodeQueue } from "./node-queue.ts";
import type { AnsweringWorker, HeldTask, TaskFacts, TaskPlace } from "./task-facts.ts";

/** An answer, if the facts are such. */
type Ground = (facts: TaskFacts) => Reason | null;

/** The first that holds is given. */
const GROUNDS: readonly Ground[] = [
  setAside,
  finished,
  superseded,
  revoked,
  running,
  inPausedQueue,
  ...[heldUntilDue, fullWorker, limitedInWorker, keptByNobody].map(ofHeld),
  ...[notDue, noWorker, unknownName, givenBack, silentWorker, expired, noFreeSlot, behind, nextInQueue].map(ofPlaced),
  notSentYet,
];

/** See the top of the file. */
export function explainTask(facts: TaskFacts): Explanation {
  for (const ground of GROUNDS) {
    const reason = ground(facts);
    if (reason !== null) return explained(facts.id, reason);
  }
  return explained(facts.id, { why: "unknown", state: facts.state?.state ?? null, complete: facts.complete });
}

function explained(id: string, reason: Reason): Explanation {
  return { id, ...reason, ...wordsOf(id, reason) };
}

function setAside({ final, letter }: TaskFacts): Reason | null {
  if (letter !== null) {
    const { id, reason, detail, queue } = letter;
    return { why: "dead-letter", letter: id, reason, detail, queue };
  }
  const reason = final?.deadLetter ?? null;
  return reason === null
    ? null
    : { why: "dead-letter", letter: null, reason, detail: final?.error?.message ?? "", queue: null };
}

function finished({ final }: TaskFacts): Reason | null {
  if (final === null) return null;
  const { state, at, worker, error } = final;
  return { why: "finished", state, date: new Date(at), worker, error: error && `${error.type}: ${error.message}` };
}

function superseded({ replacedBy }: TaskFacts): Reason | null {
  return replacedBy === null ? null : { why: "replaced", by: replacedBy, waitsFor: [] };
}

// What runs already and is not to be terminated runs on.
function revoked({ revocation, held }: TaskFacts): Reason | null {
  if (revocation === null || (held?.how === "active" && !revocation.terminate)) return null;
  return { why: "revoked", terminate: revocation.terminate, reason: revocation.reason };
}

function running({ held, workers }: TaskFacts): Reason | null {
  if (held?.how !== "active") return null;
  const worker = workers.find(({ hostname }) => hostname === held.worker);
  const limit = (which: "timeLimit" | "softTimeLimit"): number | null =>
    Number(attribute(worker, held.name, which) ?? worker?.[which] ?? 0) || null;
  return {
    why: "running",
    worker: held.worker,
    since: new Date(held.at ?? 0),
    timeLimit: limit("timeLimit"),
    softTimeLimit: limit("softTimeLimit"),
  };
}

function inPausedQueue({ held, place, paused, workers }: TaskFacts): Reason | null {
  const queue = held?.queue ?? (place?.dueAt === null ? place.queue : "");
  const broadcast = [...paused.keys()].find((name) =>
    workers.some(({ hostname }) => nodeQueue(name, hostname) === queue),
  );
  const pause = paused.get(queue) ?? paused.get(broadcast ?? "");
  return pause === undefined ? null : { why: "paused", ...pause };
}

type HeldGround = (held: HeldTask, worker: AnsweringWorker | undefined) => Reason | null;

function ofHeld(ground: HeldGround): Ground {
  return ({ held, workers }) =>
    held &&
    ground(
      held,
      workers.find(({ hostname }) => hostname === held.worker),
    );
}

function heldUntilDue({ how, at, retries, queue }: HeldTask): Reason | null {
  return how === "scheduled" ? { why: "not-due", due: new Date(at ?? 0), retries, queue } : null;
}

function fullWorker({ queue }: HeldTask, worker: AnsweringWorker | undefined): Reason | null {
  return worker !== undefined && isFull(worker) ? noSlot(queue ?? "", [worker], 0) : null;
}

function limitedInWorker({ name, queue }: HeldTask, worker: AnsweringWorker | undefined): Reason | null {
  return worker === undefined ? null : limitOf(name, queue ?? "", worker, worker.hostname);
}

function keptByNobody({ queue, worker }: HeldTask): Reason {
  return { why: "about-to-start", queue: queue ?? "", worker };
}

// Also from its own part of a broadcast queue.
function takesFrom({ hostname, queues }: AnsweringWorker, queue: string): boolean {
  return queues.includes(queue) || queues.some((name) => nodeQueue(name, hostname) === queue);
}

/** `workers`: those of the task's queue. */
type PlacedGround = (place: TaskPlace, workers: readonly AnsweringWorker[], facts: TaskFacts) => Reason | null;

function ofPlaced(ground: PlacedGround): Ground {
  return (facts) => {
    const { place, workers } = facts;
    return (
      place &&
      ground(
        place,
        workers.filter((worker) => takesFrom(worker, place.queue)),
        facts,
      )
    );
  };
}

function notDue({ dueAt, retries, queue }: TaskPlace): Reason | null {
  return dueAt === null ? null : { why: "not-due", due: new Date(dueAt), retries, queue };
}

// What has expired needs a worker too, which then ends it.
function noWorker(place: TaskPlace, workers: readonly AnsweringWorker[], facts: TaskFacts): Reason | null {
  if (workers.length > 0 || place.delivered) return null;
  return expired(place, workers, facts) ?? { why: "no-worker", queue: place.queue };
}

function unknownName({ name, queue }: TaskPlace, workers: readonly AnsweringWorker[]): Reason | null {
  if (workers.length === 0 || workers.some(({ tasks }) => tasks === null || tasks.has(name))) return null;
  return { why: "unknown-name", name, queue, workers: workers.map(({ hostname }) => hostname) };
}

// Workers give back what a rate limit would hold for long.
function givenBack({ delivered, name, queue }: TaskPlace, workers: readonly AnsweringWorker[]): Reason | null {
  const limits = delivered ? workers.map((worker) => limitOf(name, queue, worker, null)) : [];
  return limits.find((limit) => limit !== null) ?? null;
}

function silentWorker(
  { delivered, queue }: TaskPlace,
  _workers: readonly AnsweringWorker[],
  { state }: TaskFacts,
): Reason | null {
  return delivered ? { why: "silent-worker", queue, worker: state?.worker ?? null } : null;
}

function expired({ expires, queue }: TaskPlace, _workers: unknown, { now }: TaskFacts): Reason | null {
  return expires !== null && expires <= now ? { why: "expired", expires: new Date(expires), queue } : null;
}

function noFreeSlot({ queue, ahead }: TaskPlace, workers: readonly AnsweringWorker[]): Reason | null {
  return workers.every(isFull) ? noSlot(queue, workers, ahead) : null;
}

function behind({ queue, ahead }: TaskPlace): Reason | null {
  return ahead > 0 ? { why: "behind", queue, ahead } : null;
}

function nextInQueue({ queue }: TaskPlace): Reason {
  return { why: "about-to-start", queue, worker: null };
}

function notSentYet({ awaited, replaced }: TaskFacts): Reason | null {
  const waitsFor = awaited?.tasks ?? [];
  if (replaced) return { why: "replaced", by: null, waitsFor };
  if (awaited === null) return null;
  if (awaited.kind === "step") return { why: "waiting-for-step", waitsFor };
  const { group, size, ended } = awaited;
  return { why: "waiting-for-members", group, size, ended, waitsFor };
}

function isFull({ running, slots }: AnsweringWorker): boolean {
  return running >= slots;
}

function noSlot(queue: string, workers: readonly AnsweringWorker[], ahead: number): Reason {
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  return { why: "no-slot", queue, workers: workers.map(({ hostname }) => hostname), slots, ahead };
}

function limitOf(name: string, queue: string, worker: AnsweringWorker, hostname: string | null): Reason | null {
  const ofTask = attribute(worker, name, "rateLimit");
  const limit = ofTask ?? worker.queueRates.get(queue) ?? null;
  if (limit === null) return null;
  return { why: "rate-limited", name, limit, of: ofTask === null ? "queue" : "task", worker: hostname };
}

function attribute(worker: AnsweringWorker | undefined, name: string, which: string): string | null {
  return worker?.tasks?.get(name)?.get(which) ?? null;
}

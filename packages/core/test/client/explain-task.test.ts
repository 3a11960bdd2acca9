import { expect, it } from "vitest";
import { explainTask } from "../../src/client/explain-task.ts";
import type { AwaitedTask, Explanation } from "../../src/client/explanation.ts";
import type { AnsweringWorker, HeldTask, TaskFacts, TaskPlace } from "../../src/client/task-facts.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";

const NOW = Date.parse("2030-01-31T12:00:00.000Z");
const NOON = new Date(NOW);

const FINAL: FinalRecord = {
  id: "t",
  gen: 0,
  state: "SUCCESS",
  name: "add",
  value: 4,
  error: null,
  hidden: false,
  deadLetter: null,
  forgotten: false,
  worker: "w@h",
  at: NOW,
  runtimeMs: 1,
  retries: 0,
};
const PLACE: TaskPlace = {
  name: "add",
  queue: "q",
  expires: null,
  retries: 0,
  dueAt: null,
  delivered: false,
  ahead: 0,
};
const HELD: HeldTask = { worker: "w@h", how: "reserved", name: "add", queue: "q", at: null, retries: 0 };
const PAUSE = { queue: "q", since: NOON, by: "ann", reason: "a deploy" };
const LETTER = { id: "7", reason: "not-registered", detail: "no such task", queue: "q" };
const STEP: AwaitedTask = { id: "s", name: "first", queue: "q", state: "waiting" };
const STATE = { id: "t", state: "STARTED", meta: null, starts: 1, worker: "lost@h", at: NOW };
const RATED = new Map([["add", new Map([["rateLimit", "10/m"]])]]);

function worker(rest: Partial<AnsweringWorker> = {}): AnsweringWorker {
  return {
    hostname: "w@h",
    queues: ["q"],
    slots: 2,
    running: 0,
    timeLimit: null,
    softTimeLimit: null,
    queueRates: new Map(),
    tasks: new Map([["add", new Map()]]),
    ...rest,
  };
}

function explained(facts: Partial<TaskFacts>): Explanation {
  return explainTask({
    id: "t",
    now: NOW,
    final: null,
    state: null,
    letter: null,
    revocation: null,
    replaced: false,
    replacedBy: null,
    held: null,
    place: null,
    workers: [worker()],
    paused: new Map(),
    awaited: null,
    complete: true,
    ...facts,
  });
}

const REVOKED = { terminate: false, reason: "a mistake", stamps: null };
const MEMBERS = { kind: "members", group: "g", size: 3, ended: 2, tasks: [STEP] } as const;

// Facts, the answer, and what the remedy or the sentence says.
const TABLE: readonly [string, Partial<TaskFacts>, Partial<Explanation>, RegExp][] = [
  [
    "it is finished",
    { final: FINAL },
    { why: "finished", state: "SUCCESS", date: NOON, worker: "w@h" },
    /^It ended at 2030-01-31T12:00:00.000Z: SUCCESS, decided by w@h\. .* actor-cli result t$/,
  ],
  [
    "it is finished and was set aside",
    { final: { ...FINAL, state: "FAILURE", deadLetter: "not-registered" }, letter: LETTER },
    { why: "dead-letter", letter: "7", reason: "not-registered" },
    /does not know.*actor-cli dead replay 7$/,
  ],
  [
    "its letter is not among the newest",
    { final: { ...FINAL, state: "FAILURE", deadLetter: "rejected" } },
    { why: "dead-letter", letter: null, reason: "rejected" },
    /actor-cli dead list --reason rejected$/,
  ],
  ["it could not be settled", { letter: LETTER }, { why: "dead-letter", letter: "7" }, /dead replay 7$/],
  ["another call took its place", { replacedBy: "u" }, { why: "replaced", by: "u" }, /explain u$/],
  [
    "it is replaced by what is not finished",
    { replaced: true, awaited: { kind: "step", tasks: [STEP] } },
    { why: "replaced", by: null, waitsFor: [STEP] },
    /first s \(waiting\).*explain s$/,
  ],
  ["it is revoked", { place: PLACE, revocation: REVOKED }, { why: "revoked", reason: "a mistake" }, /: a mistake\./],
  [
    "it is revoked while it runs",
    { held: { ...HELD, how: "active" }, revocation: { ...REVOKED, terminate: true } },
    { why: "revoked", terminate: true },
    /also while it runs/,
  ],
  [
    "it was revoked too late",
    { held: { ...HELD, how: "active", at: NOW }, revocation: REVOKED },
    { why: "running" },
    /no time limit/,
  ],
  [
    "it runs",
    {
      held: { ...HELD, how: "active", at: NOW },
      workers: [worker({ softTimeLimit: 500, tasks: new Map([["add", new Map([["timeLimit", "2000"]])]]) })],
    },
    { why: "running", worker: "w@h", since: NOON, timeLimit: 2_000, softTimeLimit: 500 },
    /soft time limit 500 ms, time limit 2000 ms.*terminate t$/,
  ],
  [
    "a rate limit of its task holds it",
    { held: HELD, workers: [worker({ tasks: RATED })] },
    { why: "rate-limited", limit: "10/m", of: "task", worker: "w@h" },
    /add may start 10\/m.*rate_limit add 0$/,
  ],
  [
    "a rate limit of its queue holds it",
    { held: HELD, workers: [worker({ queueRates: new Map([["q", "5/s"]]) })] },
    { why: "rate-limited", limit: "5/s", of: "queue" },
    /queueRateLimits/,
  ],
  [
    "it was given back for its rate limit",
    { place: { ...PLACE, delivered: true }, workers: [worker({ tasks: RATED })] },
    { why: "rate-limited", limit: "10/m", worker: null },
    /rate_limit add 0$/,
  ],
  [
    "it waits for its time",
    { place: { ...PLACE, dueAt: NOW, retries: 2 } },
    { why: "not-due", due: NOON, retries: 2, queue: "q" },
    /for retry 2, then goes to queue q.*reschedule t/,
  ],
  [
    "a worker holds it until its time",
    { held: { ...HELD, how: "scheduled", at: NOW } },
    { why: "not-due", due: NOON },
    /until 2030/,
  ],
  [
    "it has expired",
    { place: { ...PLACE, expires: NOW - 1 }, workers: [] },
    { why: "expired", expires: new Date(NOW - 1), queue: "q" },
    /worker -Q q$/,
  ],
  [
    "its queue is paused",
    { place: PLACE, paused: new Map([["q", PAUSE]]) },
    { why: "paused", ...PAUSE },
    /by ann: a deploy\..*queue resume q$/,
  ],
  ["it is held, and its queue is paused", { held: HELD, paused: new Map([["q", PAUSE]]) }, { why: "paused" }, /resume/],
  [
    "no worker consumes its queue",
    { place: PLACE, workers: [worker({ queues: ["other"] })] },
    { why: "no-worker", queue: "q" },
    /worker -Q q$/,
  ],
  [
    "no worker of its queue knows it",
    { place: PLACE, workers: [worker({ tasks: new Map() })] },
    { why: "unknown-name", name: "add", workers: ["w@h"] },
    /inspect registered/,
  ],
  [
    "a worker does not tell what it knows",
    { place: PLACE, workers: [worker({ tasks: null })] },
    { why: "about-to-start" },
    /free slots/,
  ],
  [
    "all slots are taken",
    { place: { ...PLACE, ahead: 3 }, workers: [worker({ running: 2 }), worker({ hostname: "v@h", running: 2 })] },
    { why: "no-slot", slots: 4, workers: ["w@h", "v@h"], ahead: 3 },
    /3 tasks wait before it.*pool_grow 1 -d w@h$/,
  ],
  ["its worker's slots are taken", { held: HELD, workers: [worker({ running: 2 })] }, { why: "no-slot" }, /pool_grow/],
  ["others wait before it", { place: { ...PLACE, ahead: 3 } }, { why: "behind", ahead: 3 }, /^3 tasks wait/],
  [
    "its worker is silent",
    { place: { ...PLACE, delivered: true }, state: STATE },
    { why: "silent-worker", queue: "q", worker: "lost@h" },
    /last ran on lost@h/,
  ],
  [
    "its worker is silent, and there is no other",
    { place: { ...PLACE, delivered: true }, workers: [] },
    { why: "silent-worker", worker: null },
    /actor-cli status$/,
  ],
  ["nothing keeps it in its queue", { place: PLACE }, { why: "about-to-start", worker: null }, /free slots/],
  ["nothing keeps it in its worker", { held: HELD }, { why: "about-to-start", worker: "w@h" }, /Worker w@h has it/],
  [
    "it follows from a group",
    { awaited: MEMBERS },
    { why: "waiting-for-members", group: "g", size: 3, ended: 2, waitsFor: [STEP] },
    /2 of 3 members have ended: first s \(waiting\)\..*explain s$/,
  ],
  [
    "it follows from a task",
    { awaited: { kind: "step", tasks: [STEP] } },
    { why: "waiting-for-step", waitsFor: [STEP] },
    /first s \(waiting\)\..*explain s$/,
  ],
  ["nothing is known of it", {}, { why: "unknown", state: null, complete: true }, /never sent/],
  [
    "its last state only is known, and not all was looked through",
    { state: STATE, complete: false },
    { why: "unknown", state: "STARTED", complete: false },
    /is STARTED\. There was more/,
  ],
];

it.each(TABLE)("says that %s", (_title, facts, answer, words) => {
  const explanation = explained(facts);
  expect(explanation).toMatchObject({ id: "t", ...answer });
  expect(`${explanation.what} ${explanation.rule} ${explanation.remedy}`).toMatch(words);
});

it("knows whose part of a broadcast queue it waits in, and by which name that is paused", () => {
  const place = { ...PLACE, queue: "q--w.at.h" };
  expect(explained({ place }).why).toBe("about-to-start");
  expect(explained({ place, workers: [worker({ hostname: "other@h" })] }).why).toBe("no-worker");
  expect(explained({ place, paused: new Map([["q", PAUSE]]) })).toMatchObject({ why: "paused", queue: "q" });
});

// Processes and brokers that die in the middle of chords: every chord comes to its end, and its body is sent once.

import { randomUUID } from "node:crypto";
import { type AsyncResult, chord } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasCluster } from "../support/canvas/canvas-cluster.ts";
import { range } from "../support/canvas/cases.ts";
import type { Fault } from "../support/fault-transport.ts";
import type { CanvasClientSettings } from "../support/programs/canvas-client-settings.ts";

const CHORDS = 50;
const MEMBERS = 10;
const MANY = 10_000;
const CONCURRENCY = 30;
const app = { ackWait: "2s" } as const;
/** What a dead worker held is free for the next one within about a second. */
const transport = { leaseMs: 1_000 } as const;

interface Run {
  readonly id: string;
  readonly pid: number;
}

/** Sends 50 chords of 10; the last member of each waits at the gate, if there is one. Bodies note their runs under `body`. */
function sendChords({ tasks }: CanvasCluster, gate: string | null): Promise<AsyncResult<number[]>[]> {
  const { tally, noteAndWait, noteRun } = tasks;
  const last = (i: number) =>
    gate === null ? tally.si(MEMBERS - 1, "header") : noteAndWait.si(MEMBERS - 1, `waiting-${i}`, gate);
  const header = (i: number) => [...range(MEMBERS - 1).map((n) => tally.si(n, "header")), last(i)];
  return Promise.all(range(CHORDS).map((i) => chord(header(i), noteRun.s("body")).delay()));
}

/** Runs of bodies, by id. */
async function bodyRuns({ notes }: CanvasCluster): Promise<Map<string, Run[]>> {
  const byId = new Map<string, Run[]>();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `noteRun` writes such notes
  for (const run of (await notes.of("body")) as Run[]) byId.set(run.id, [...(byId.get(run.id) ?? []), run]);
  return byId;
}

async function allEnd(results: readonly AsyncResult<number[]>[]): Promise<void> {
  const values = await Promise.all(results.map((result) => result.get({ timeout: "120s" })));
  expect(values).toEqual(results.map(() => range(MEMBERS)));
}

it("a worker that is killed while headers run: each of 50 bodies runs exactly once", async () => {
  await using canvas = await CanvasCluster.start(app, transport);
  const [first] = await Promise.all([
    canvas.worker({ concurrency: CONCURRENCY }),
    canvas.worker({ concurrency: CONCURRENCY }),
  ]);
  const results = await sendChords(canvas, "last");
  await canvas.cluster.waitFor("half of the header tasks have ended", async () => {
    return (await canvas.notes.of("header")).length >= (CHORDS * (MEMBERS - 1)) / 2;
  });
  await first.kill();
  await canvas.cluster.openGate("last");
  await allEnd(results);
  await canvas.quiet();
  const runs = await bodyRuns(canvas);
  expect(new Set(runs.keys())).toEqual(new Set(results.map(({ id }) => id)));
  expect([...runs.values()].map((of) => of.length)).toEqual(results.map(() => 1));
});

it("a worker that is killed while bodies run: only what it was running runs again, under its id", async () => {
  await using canvas = await CanvasCluster.start(app, transport);
  const [first] = await Promise.all([canvas.worker(), canvas.worker()]);
  const results = await sendChords(canvas, null);
  await canvas.cluster.waitFor(
    "some bodies have run",
    async () => (await canvas.notes.of("body")).length >= CHORDS / 5,
  );
  await first.kill();
  await allEnd(results);
  await canvas.quiet();
  const runs = await bodyRuns(canvas);
  expect(new Set(runs.keys())).toEqual(new Set(results.map(({ id }) => id)));
  for (const of of runs.values()) {
    const survivor = of.filter(({ pid }) => pid !== first.pid);
    expect(survivor.length).toBeLessThanOrEqual(1);
    expect(of.length - survivor.length).toBeLessThanOrEqual(1);
  }
});

it("a broker that is killed and started again, twice: each chord ends, its body under one id", async () => {
  await using canvas = await CanvasCluster.start({ ackWait: "5s" }, transport);
  const workers = await Promise.all([
    canvas.worker({ concurrency: CONCURRENCY }),
    canvas.worker({ concurrency: CONCURRENCY }),
  ]);
  const results = await sendChords(canvas, "last");
  await canvas.cluster.waitFor(
    "some header tasks have ended",
    async () => (await canvas.notes.of("header")).length >= 100,
  );
  await canvas.cluster.server.restart();
  await canvas.cluster.openGate("last");
  await canvas.cluster.waitFor("a body has run", async () => (await canvas.notes.of("body")).length > 0);
  await canvas.cluster.server.restart();
  await allEnd(results);
  await canvas.quiet();
  const runs = await bodyRuns(canvas);
  expect(new Set(runs.keys())).toEqual(new Set(results.map(({ id }) => id)));
  const again = [...runs.values()].reduce((sum, of) => sum + of.length - 1, 0);
  expect(again).toBeLessThanOrEqual(2 * CONCURRENCY); // what ran when the broker died
  expect(workers.map((worker) => worker.gone)).toEqual([false, false]);
});

it("C189 a header task that is delivered twice, and ends twice, counts once", async () => {
  await using canvas = await CanvasCluster.start(app, transport);
  const { noteAndWait, identity, noteRun } = canvas.tasks;
  const first = await canvas.worker();
  const result = await chord([noteAndWait.si(1, "twice", "gate"), identity.si(2)], noteRun.s("body")).delay();
  await canvas.cluster.waitFor("the header task runs", async () => (await canvas.notes.of("twice")).length === 1);
  await first.freeze();
  await canvas.worker();
  await canvas.cluster.waitFor("it runs again", async () => (await canvas.notes.of("twice")).length === 2);
  await canvas.cluster.openGate("gate");
  expect(await result.get({ timeout: "60s" })).toEqual([1, 2]);
  first.thaw();
  await canvas.quiet();
  expect([...(await bodyRuns(canvas)).values()].map((runs) => runs.length)).toEqual([1]);
});

describe.concurrent("a client that dies", () => {
  let canvas: CanvasCluster;
  beforeAll(async () => {
    canvas = await CanvasCluster.start(app, transport);
    await canvas.worker();
  });
  afterAll(() => canvas[Symbol.asyncDispose]());

  const halfway = (members: number): Fault => ({
    operation: "tasks.publish",
    effect: "kill-before",
    nth: [members / 2],
  });
  const UNSEALED: readonly (readonly [dies: string, fault: Fault, members: number])[] = [
    ["after the plan", { operation: "mailboxes.send(plan)", effect: "kill-after" }, MEMBERS],
    ["between header tasks", halfway(MEMBERS), MEMBERS],
    ["halfway through a header of 10,000", halfway(MANY), MANY],
  ];

  it.each(UNSEALED)("%s: the body fails after 30 s and never runs, its errback runs", async (_, fault, members) => {
    const { taskId, key } = await runClient(canvas, fault, members);
    const noted = async (): Promise<boolean> => (await canvas.notes.of(`${key}-errback`)).length > 0;
    await canvas.cluster.waitFor("the errback runs", noted, 60_000);
    const error: unknown = await canvas.client.result(taskId).get({ timeout: "10s", propagate: false });
    expect(error).toMatchObject({ name: "ChordError", message: expect.stringContaining("not completed") });
    await canvas.quiet();
    expect(await canvas.notes.of(`${key}-body`)).toEqual([]);
    expect(await canvas.notes.of(`${key}-errback`)).toEqual(["errback"]);
    expect((await canvas.notes.of(`${key}-header`)).length).toBeLessThan(members);
  });

  it.each(["kill-before", "kill-after"] as const)("at the seal (%s): the chord ends, once", async (effect) => {
    const { taskId, key } = await runClient(canvas, { operation: "mailboxes.send(seal)", effect });
    expect(await canvas.client.result(taskId).get({ timeout: "60s" })).toEqual(range(MEMBERS));
    await canvas.quiet();
    expect(await canvas.notes.of(`${key}-body`)).toEqual([range(MEMBERS)]);
  });
});

/** Runs a client that dies while it sends a chord. Gives the id of the body, and the key of the notes. */
async function runClient(canvas: CanvasCluster, fault: Fault, members = MEMBERS): Promise<CanvasClientSettings> {
  const settings: CanvasClientSettings = {
    url: canvas.cluster.server.url,
    files: canvas.files,
    transport,
    fault,
    members,
    taskId: randomUUID(),
    key: randomUUID(),
  };
  const client = canvas.cluster.run("canvas-client", settings);
  const { signal } = await client.end(60_000);
  if (signal !== "SIGKILL") throw new Error(`the client did not die by its fault; it said:\n${client.output}`);
  return settings;
}

// A thousand hostile messages on every subject that workers and clients listen to.

import type { MsgHdrs, Subscription } from "@nats-io/transport-node";
import { TroupeError } from "@troupe/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";
import { type Fields, hostileBodies } from "../support/hostile/hostile-bodies.ts";
import { hostileControls } from "../support/hostile/hostile-controls.ts";
import { hostileHeaders } from "../support/hostile/hostile-headers.ts";
import { pack } from "../support/hostile/msgpack.ts";
import type { TestProcess } from "../support/test-process.ts";

const MIB = 1024 * 1024;
const MOST_GROWTH_BYTES = 64 * MIB;
const QUEUE = "default";
const DEAD = "troupe.dead.*";

const task = (id: string): Record<string, unknown> => ({ v: 1, id, name: "test.add", args: [1, 2], queue: QUEUE });
const completion = (id: string): Fields => ({
  v: 1,
  type: "c",
  actor: [3, "chord", id],
  ends: [{ member: 0, taskId: id, state: "SUCCESS", value: 1 }],
});
const record = (id: string): Record<string, unknown> => ({
  v: 1,
  id,
  state: "SUCCESS",
  name: "test.add",
  value: 3,
  worker: "w@h",
  at: 1,
});

let cluster: Cluster;
let worker: TestProcess;
beforeAll(async () => {
  cluster = await Cluster.start({ app: { ackWait: "2s" } });
  worker = await cluster.worker({ concurrency: 8 });
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** Whether the worker does its work, and is the process that it was. */
async function works(): Promise<boolean> {
  const sums = await Promise.all(
    Array.from({ length: 20 }, (_, i) => cluster.client.sendTask<number>("test.add", [i, 1])),
  );
  const values = await Promise.all(sums.map((sum) => sum.get({ timeout: "30s" })));
  const [stats] = Object.values(await cluster.client.control.inspect({ timeout: "5s" }).stats());
  return values.every((value, i) => value === i + 1) && stats?.pid === worker.pid;
}

/** Runs `attack` twice; the worker works after each. Gives the bytes that the second one, when caches are filled, cost. */
async function growthBy(attack: (round: number) => Promise<void>): Promise<number> {
  const sizes: number[] = [];
  for (const round of [1, 2]) {
    await attack(round);
    if (!(await works())) throw new Error(`the worker does not work any more\n${cluster.said}`);
    sizes.push(await worker.rssBytes());
  }
  return (sizes[1] ?? 0) - (sizes[0] ?? 0);
}

/** Publishes to a core subject; resolves when the server has sent all of it on. */
async function flood(subject: string, bodies: readonly Uint8Array[]): Promise<void> {
  const connection = await cluster.view.connection();
  for (const body of bodies) connection.publish(subject, body);
  await connection.flush();
}

/** A subject below `prefix` that a message comes on while `act` runs. */
async function heardOn(prefix: string, act: () => Promise<unknown>): Promise<string> {
  const connection = await cluster.view.connection();
  const subscription: Subscription = connection.subscribe(`${prefix}.*`, { max: 1 });
  await connection.flush();
  await act();
  for await (const message of subscription) return message.subject;
  return "";
}

/** Publishes to the stream of tasks. Gives how many messages the stream took. */
async function store(subject: string, body: Uint8Array, headers?: MsgHdrs): Promise<0 | 1> {
  const { refused } = await cluster.view.store(subject, body, headers);
  return refused === null ? 1 : 0;
}

/** How many messages were reported or run. */
async function decided(): Promise<number> {
  const runs = [...(await cluster.ledger.starts()).values()].reduce((sum, count) => sum + count, 0);
  return runs + (await cluster.view.count("troupe_DEAD", DEAD));
}

it("in a queue: each is reported once or run, whatever it holds", async () => {
  const growth = await growthBy(async (round) => {
    const before = await decided();
    let stored = 0;
    for (const body of hostileBodies((id) => task(`${id}-${round}`))) {
      stored += await store(`troupe.task.${QUEUE}.0.-`, body);
    }
    for (const [i, headers] of hostileHeaders().entries()) {
      const id = `headers-${round}-${i}`;
      stored += await store(`troupe.task.${QUEUE}.0.${id}`, pack(task(id)), headers);
    }
    expect(stored).toBeGreaterThan(1_000);
    await cluster.emptied();
    expect((await decided()) - before).toBe(stored);
  });
  expect(growth).toBeLessThan(MOST_GROWTH_BYTES);
  const reasons = new Set((await cluster.deadLetters()).map((letter) => letter.reason));
  expect(reasons).toEqual(new Set(["undecodable", "invalid", "refused-content", "not-registered"]));
  expect(await cluster.view.count("troupe_TASKS", "troupe.task.>")).toBe(0);
});

it.each(["troupe.control.all", "the worker's own control subject"])("on %s", async (subject) => {
  const [hostname] = Object.keys(await cluster.client.control.inspect({ timeout: "5s" }).ping());
  const own = `troupe.control.node.${hostname?.replaceAll("@", "=40").replaceAll(".", "=2E")}`;
  const target = subject.startsWith("troupe") ? subject : own;
  expect(Object.keys(await cluster.client.control.inspect({ destination: [hostname ?? ""] }).ping())).toEqual([
    hostname,
  ]);
  expect(await growthBy(() => flood(target, [...hostileControls(), ...hostileBodies(task)]))).toBeLessThan(
    MOST_GROWTH_BYTES,
  );
});

it("on the subject on which a client awaits results", async () => {
  const reply = await heardOn("troupe.reply", () => cluster.client.sendTask("test.add", [1, 2]));
  expect(await growthBy(() => flood(reply, hostileBodies(record)))).toBeLessThan(MOST_GROWTH_BYTES);
});

it("on the subject on which a client awaits answers of workers", async () => {
  const connection = await cluster.view.connection();
  const asked = connection.subscribe("troupe.control.all", { max: 1 });
  await connection.flush();
  const answers = cluster.client.control.inspect({ timeout: "5s" }).ping();
  for await (const question of asked) {
    const ticket = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(
      Buffer.from(question.data).toString("latin1"),
    )?.[0];
    const forged = pack({ v: 1, hostname: "__proto__", value: { polluted: true } });
    await flood(`troupe.answer.${ticket}`, [forged, ...hostileBodies(record)]);
  }
  expect(Object.values(await answers)).toContainEqual({ ok: "pong" });
  expect("polluted" in {}).toBe(false);
  expect(await works()).toBe(true);
});

it.each(["troupe.coordinators", "troupe.pauses", `troupe.priority.${QUEUE}`])("on %s", async (subject) => {
  expect(await growthBy(() => flood(subject, hostileBodies(record)))).toBeLessThan(MOST_GROWTH_BYTES);
});

const bucket = (): number => Math.floor(Date.now() / 10_000);

/** Where the messages are kept that are to be cleared up: stream and subjects. */
type Place = readonly [stream: string, subjects: string];

// Messages to actors of a version that nobody knows yet are kept for workers that will.
const MOST_KEPT = 10;

it.each<[string, (id: string) => string, (id: string) => Fields, Place | null]>([
  ["among revocations", (id) => `$KV.troupe_revoked.task.${id}`, () => ({ v: 1, terminate: true, reason: "x" }), null],
  ["among revoked stamps", (id) => `$KV.troupe_revoked.stamps.${id}`, () => ({ v: 1, stamps: { a: ["b"] } }), null],
  ["among leases", (id) => `$KV.troupe_lease.${id}`, task, null],
  ["in a mailbox", (id) => `troupe.actor.3.chord.${id}.c`, completion, ["troupe_ACTORS", "troupe.actor.3.>"]],
  ["in place of plans", (id) => `troupe.actor.4.chord.${id}.plan`, completion, ["troupe_ACTORS", "troupe.actor.4.>"]],
  ["among delayed tasks", (id) => `troupe.delay.${bucket()}.${id}-0`, task, ["troupe_DELAYED", "troupe.delay.>"]],
])("%s", async (where, subject, valid, place) => {
  const growth = await growthBy(async (round) => {
    const bodies = hostileBodies((id) => valid(`${id}-${round}`));
    await Promise.all(bodies.map((body, i) => cluster.view.store(subject(`h${i}-${round}`), body)));
    if (place === null) return;
    const isCleared = async (): Promise<boolean> => (await cluster.view.count(...place)) <= MOST_KEPT * round;
    await cluster.waitFor(`what was sent ${where} is cleared up`, isCleared);
  });
  expect(growth).toBeLessThan(MOST_GROWTH_BYTES);
});

it("in place of results: whoever reads them is told, whoever should run their tasks reports them", async () => {
  const bodies = hostileBodies(record);
  await Promise.all(bodies.map((body, i) => cluster.view.store(`troupe.result.forged-${i}`, body)));
  const read = await Promise.all(
    bodies.map((_, i) =>
      cluster.client
        .result(`forged-${i}`)
        .info()
        .then(
          () => "read",
          (error: unknown) => (error instanceof TroupeError ? error.code : String(error)),
        ),
    ),
  );
  expect(new Set(read)).toEqual(new Set(["read", "TROUPE_SERIALIZATION", "TROUPE_INVALID_MESSAGE"]));
  const letters = await cluster.view.count("troupe_DEAD", DEAD);
  const refused = read.flatMap((outcome, i) => (outcome === "read" ? [] : [`forged-${i}`])).slice(0, 100);
  await Promise.all(refused.map((taskId) => cluster.client.sendTask("test.add", [1, 2], { taskId })));
  await cluster.emptied();
  expect(await cluster.view.count("troupe_DEAD", DEAD)).toBe(letters + refused.length);
  expect((await cluster.deadLetters())[0]?.reason).toBe("invalid-record");
  expect(await works()).toBe(true);
});

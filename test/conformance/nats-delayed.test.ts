// Delayed tasks as a NATS server sees them: what is stored, which consumers there are, and what is found that lies where no
// mover looks in the ordinary way.

import { headers } from "@nats-io/transport-node";
import { eventually, TestProbe } from "@troupe/core/testing";
import type { OutgoingTask, TaskMover, Transport } from "@troupe/core/transport";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { BareNats } from "../support/bare-nats.ts";

const EARLY_MS = 100;

let nats: BareNats;
let transport: Transport;
let movers: TaskMover[];
let namespace = "";

beforeAll(async () => {
  nats = await BareNats.start();
});
afterAll(() => nats[Symbol.asyncDispose]());

beforeEach(async () => {
  movers = [];
  [transport, namespace] = await nats.connect({ transport: { leaseMs: 1_000 } });
});
afterEach(() => transport.close());

async function move(): Promise<void> {
  movers.push(await transport.delayed.move(`mover ${movers.length}`));
}

function taskOf(key: string, rest: Partial<OutgoingTask> = {}): OutgoingTask {
  const usual = { queue: "q", exclusive: false, repeat: false, contentType: "text/plain", body: Buffer.from(key) };
  return { key, ...usual, ...rest };
}

/** Stores a task in the bucket of its time, however long ago that was. */
async function storeAt(dueAt: number, key: string): Promise<void> {
  const lines = headers();
  lines.set("Troupe-Queue", "q");
  lines.set("Troupe-Due", String(dueAt));
  const subject = `${namespace}.delay.${Math.floor(dueAt / 10_000)}.${key}`;
  await nats.raw.request(subject, key, { headers: lines, timeout: 5_000 });
}

/** Keys of the tasks that come to the queue, with the time when they came. All are acknowledged. */
async function arrivals(): Promise<TestProbe<{ readonly key: string; readonly at: number }>> {
  const probe = new TestProbe<{ readonly key: string; readonly at: number }>(30_000);
  const consumer = await transport.tasks.consume({
    queue: "q",
    onUnused: (count) => consumer.request(count),
    onDelivery: (delivery) => {
      probe.add({ key: Buffer.from(delivery.body).toString(), at: transport.now() });
      delivery.ack();
      consumer.request(1);
    },
  });
  consumer.request(1_000);
  return probe;
}

async function consumers(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of nats.manager.consumers.list(`${namespace}_DELAYED`)) names.push(name);
  return names.toSorted();
}

async function stored(): Promise<number> {
  return (await nats.manager.streams.info(`${namespace}_DELAYED`)).state.messages;
}

it("stores a task create-only, with its queue and its time, and without an id", async () => {
  const dueAt = 1_900_000_001_234.5;
  await transport.delayed.schedule(taskOf("a.b-0", { queue: "mail.out", repeat: true }), dueAt);
  const subject = `${namespace}.delay.190000000.a=2Eb-0`;
  const message = await nats.manager.streams.getMessage(`${namespace}_DELAYED`, { last_by_subj: subject });
  expect(Object.fromEntries([...(message?.header ?? [])].map(([name, values]) => [name, values[0]]))).toEqual({
    "Nats-Expected-Stream": `${namespace}_DELAYED`,
    "Nats-Expected-Last-Subject-Sequence": "0",
    "Troupe-Queue": "mail=2Eout",
    "Troupe-Due": "1900000001235",
    "Content-Type": "text/plain",
  });
});

it("has consumers for this time only, whatever waits", async () => {
  await move();
  const now = transport.now();
  for (let day = 1; day < 400; day += 20) await transport.delayed.schedule(taskOf(`k${day}`), now + day * 86_400_000);
  const names = await consumers();
  const present = Math.floor(transport.now() / 10_000);
  expect(names.length).toBeGreaterThanOrEqual(4);
  for (const name of names) {
    const bucket = Number(name.slice(2));
    expect(bucket).toBeGreaterThanOrEqual(present - 4);
    expect(bucket).toBeLessThanOrEqual(present + 1);
  }
});

it("finds what lies in former buckets, many of them, and leaves no consumer there", async () => {
  const now = Math.floor(transport.now());
  const keys = Array.from({ length: 120 }, (_, index) => `k${index}`);
  // Down for some time: two in each of 60 buckets.
  await Promise.all(keys.map((key, index) => storeAt(now - 86_400_000 + (index >> 1) * 10_000, key)));
  const config = { durable_name: "d-165000000", filter_subject: `${namespace}.delay.165000000.*` };
  await nats.manager.consumers.add(`${namespace}_DELAYED`, { ...config, ack_policy: "explicit" });
  const probe = await arrivals();
  await move();
  const came = (await probe.take(keys.length, "all tasks of former buckets")).map(({ key }) => key);
  expect(came.toSorted()).toEqual(keys.toSorted());
  const present = Math.floor(now / 10_000);
  await eventually("former buckets are closed", async () =>
    (await consumers()).every((name) => Number(name.slice(2)) > present - 10),
  );
  expect(await stored()).toBe(0);
});

it("finds what was stored in a former bucket while it moved, when another mover begins", async () => {
  const probe = await arrivals();
  await move();
  await eventually("the first look at former buckets is over", async () => (await consumers()).length >= 4);
  await storeAt(Math.floor(transport.now()) - 600_000, "late");
  await move();
  expect((await probe.next("the task that was stored late")).key).toBe("late");
});

it("moves a task that is stored after its bucket has begun, and after its time", async () => {
  const probe = await arrivals();
  await move();
  const now = Math.floor(transport.now());
  for (const ago of [0, 5_000, 15_000, 25_000]) await storeAt(now - ago, `k${ago}`);
  const came = (await probe.take(4, "all tasks of buckets that are still open")).map(({ key }) => key);
  expect(new Set(came)).toEqual(new Set(["k0", "k5000", "k15000", "k25000"]));
});

it("sets aside what is not one of Troupe's", async () => {
  const bucket = Math.floor(transport.now() / 10_000);
  await nats.raw.request(`${namespace}.delay.${bucket}.foreign`, "x");
  await move();
  await eventually("the message is gone", async () => (await stored()) === 0);
  const query = { queue: "delayed", reason: null, before: null, limit: 2 };
  expect((await transport.deadLetters.list(query)).letters).toMatchObject([
    { queue: "delayed", reason: "invalid", detail: `delayed message ${namespace}.delay.${bucket}.foreign` },
  ]);
});

it("goes on when somebody deletes its consumers", async () => {
  const probe = await arrivals();
  await move();
  await transport.delayed.schedule(taskOf("k"), transport.now() + 3_000);
  for (const name of await consumers()) await nats.manager.consumers.delete(`${namespace}_DELAYED`, name);
  expect((await probe.next("the task")).key).toBe("k");
});

it("gives its consumers free of requests when it stops, so that nothing is forgotten", async () => {
  const probe = await arrivals();
  await move();
  const dueAt = transport.now() + 1_500;
  for (let index = 0; index < 300; index += 1) await transport.delayed.schedule(taskOf(`k${index}`), dueAt);
  await movers[0]?.close();
  for (const name of await consumers()) {
    expect((await nats.manager.consumers.info(`${namespace}_DELAYED`, name)).num_waiting).toBe(0);
  }
  await move();
  await probe.take(300, "all tasks, by the next mover");
});

it("brings all tasks, none before its time, though the broker is killed again and again", async () => {
  const probe = await arrivals();
  await move();
  const now = transport.now();
  const times = new Map<string, number>();
  for (let index = 0; index < 400; index += 1) times.set(`k${index}`, now + 2_000 + index * 15);
  await Promise.all([...times].map(([key, dueAt]) => transport.delayed.schedule(taskOf(key), dueAt)));
  for (let round = 0; round < 3; round += 1) {
    await probe.next("a task that comes before the next crash");
    await nats.server.restart();
  }
  const left = new Set(times.keys());
  const note = ({ key, at }: { key: string; at: number }): void => {
    left.delete(key);
    expect(at).toBeGreaterThan((times.get(key) ?? Number.POSITIVE_INFINITY) - EARLY_MS);
  };
  for (const item of probe.items) note(item);
  await eventually(
    () => `${left.size} tasks come: ${[...left].slice(0, 5).join()}`,
    () => {
      for (const item of probe.items) note(item);
      return left.size === 0;
    },
    30_000,
  );
});

// Shards of mailboxes as a NATS server sees them: what is left of owners, and what happens when somebody meddles.

import { headers } from "@nats-io/transport-node";
import { eventually, TestProbe } from "@troupe/core/testing";
import type { Mail, OutgoingMail, Shard, Transport } from "@troupe/core/transport";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { BareNats } from "../support/bare-nats.ts";

/** Shorter than the silence after which a shard is lost at last. */
const LOSS_DEADLINE_MS = 5_000;
const SILENCE_DEADLINE_MS = 30_000;

let nats: BareNats;
let transport: Transport;
let warnings: unknown[];
let namespace = "";

beforeAll(async () => {
  nats = await BareNats.start();
});
afterAll(() => nats[Symbol.asyncDispose]());

beforeEach(async () => {
  warnings = [];
  [transport, namespace] = await nats.connect({ warn: (fields: unknown) => void warnings.push(fields) });
});
afterEach(() => transport.close());

function mailOf(id: string, rest: Partial<OutgoingMail> = {}): OutgoingMail {
  return { actor: { shard: 3, id }, kind: "c", repeat: false, body: Buffer.from(id), ...rest };
}

/** Takes shard 3. */
async function take(
  lossDeadlineMs = LOSS_DEADLINE_MS,
): Promise<{ shard: Shard; mails: TestProbe<Mail>; losses: TestProbe<string> }> {
  const mails = new TestProbe<Mail>();
  const losses = new TestProbe<string>(lossDeadlineMs);
  const shard = await transport.mailboxes.take(3, {
    onMail: (mail) => mails.add(mail),
    onLost: (reason) => losses.add(reason),
  });
  if (shard === null) throw new Error("shard 3 was not granted");
  return { shard, mails, losses };
}

async function consumers(): Promise<string[]> {
  return (await nats.manager.consumers.list(`${namespace}_ACTORS`).next()).map(({ name }) => name);
}

async function epochs(): Promise<string[]> {
  const { state } = await nats.manager.streams.info(`${namespace}_EPOCHS`, { subjects_filter: ">" });
  return Object.keys(state.subjects ?? {}).toSorted();
}

it("leaves one consumer of a shard and its last two epochs", async () => {
  for (let round = 0; round < 4; round += 1) await take();
  expect(await consumers()).toEqual(["s3-e4"]);
  await eventually("old epochs are erased", async () => (await epochs()).length === 2);
  expect(await epochs()).toEqual([`${namespace}.epoch.3.3`, `${namespace}.epoch.3.4`]);
});

it("goes on from the highest epoch, though an old one was stored after it", async () => {
  for (let round = 0; round < 3; round += 1) await take();
  await eventually("the first epoch is erased", async () => (await epochs()).length === 2);
  await nats.raw.request(`${namespace}.epoch.3.1`);
  await take();
  expect(await consumers()).toEqual(["s3-e4"]);
});

it("is lost when its consumer is deleted", async () => {
  const { losses } = await take();
  await nats.manager.consumers.delete(`${namespace}_ACTORS`, "s3-e1");
  expect(await losses.next("the loss of the shard")).toMatch(/deleted/i);
});

it("is lost when its consumer is deleted before it is asked for messages", async () => {
  // A subscriber hears what is asked of the server: deletes the consumer as soon as it is made.
  const asked = new TestProbe<unknown>();
  const request = `$JS.API.CONSUMER.DURABLE.CREATE.${namespace}_ACTORS.s3-e1`;
  const spy = nats.raw.subscribe(request, { callback: (_, message) => asked.add(message) });
  await nats.raw.flush();
  const taking = take(SILENCE_DEADLINE_MS);
  await asked.next("the request for a consumer");
  const remove = (): Promise<boolean> =>
    nats.manager.consumers.delete(`${namespace}_ACTORS`, "s3-e1").catch(() => false);
  while (!(await remove()));
  spy.unsubscribe();
  const { losses } = await taking;
  // While the server deletes it, it may still tell of the consumer and already drop what it is asked: then silence tells.
  expect(await losses.next("the loss of the shard")).toMatch(/deleted|silent/i);
});

it("is not granted while a consumer of somebody else's takes its messages", async () => {
  const config = { durable_name: "audit", filter_subject: `${namespace}.actor.>`, ack_policy: "explicit" as const };
  await nats.manager.consumers.add(`${namespace}_ACTORS`, config);
  await expect(take()).rejects.toMatchObject({ code: "TROUPE_BROKER_REFUSED" });
  await nats.manager.consumers.delete(`${namespace}_ACTORS`, "audit");
  await take();
});

it("leaves what it does not know in the log, and tells once", async () => {
  for (const tail of ["gate.a.plan", "chord.a.vote"]) await nats.raw.request(`${namespace}.actor.3.${tail}`);
  const { mails } = await take();
  await transport.mailboxes.send(mailOf("b"));
  expect((await mails.next("a message that is known")).actor.id).toBe("b");
  expect(warnings).toEqual([{ subject: `${namespace}.actor.3.gate.a.plan` }]);
  expect((await nats.manager.streams.info(`${namespace}_ACTORS`)).state.messages).toBe(3);
});

it("writes plans create-only, marks repeats, and gives no message an id", async () => {
  await transport.mailboxes.send(mailOf("a.b", { kind: "plan" }));
  await transport.mailboxes.send(mailOf("a.b", { kind: "seal", repeat: true }));
  const get = (kind: string): ReturnType<typeof nats.manager.streams.getMessage> =>
    nats.manager.streams.getMessage(`${namespace}_ACTORS`, {
      last_by_subj: `${namespace}.actor.3.chord.a=2Eb.${kind}`,
    });
  const [plan, seal] = await Promise.all([get("plan"), get("seal")]);
  expect(plan?.header.get("Nats-Expected-Last-Subject-Sequence")).toBe("0");
  expect(plan?.header.has("Troupe-Repeat")).toBe(false);
  expect(seal?.header.get("Troupe-Repeat")).toBe("1");
  expect(seal?.header.has("Nats-Expected-Last-Subject-Sequence")).toBe(false);
  expect([plan, seal].some((message) => message?.header.has("Nats-Msg-Id"))).toBe(false);
});

it("reads repeats among headers of others", async () => {
  const { mails } = await take();
  const own = headers();
  own.set("Accept-Language", "en");
  own.set("Troupe-Repeat", "1");
  await nats.raw.request(`${namespace}.actor.3.chord.a.c`, "x", { headers: own, timeout: 5_000 });
  await nats.raw.request(`${namespace}.actor.3.chord.a.c`, "y");
  expect((await mails.take(2, "both messages")).map(({ repeat }) => repeat)).toEqual([true, false]);
});

it("acknowledges without the broker's confirmation, and removes for good", async () => {
  const { shard, mails } = await take();
  for (const id of ["a", "b", "c"]) await transport.mailboxes.send(mailOf(id));
  const [first, second] = await mails.take(3, "all messages");
  if (first !== undefined) shard.ack(first);
  if (second !== undefined) await shard.erase(second.seq);
  await eventually(
    "one message is left",
    async () => (await nats.manager.streams.info(`${namespace}_ACTORS`)).state.messages === 1,
  );
  const { num_ack_pending } = await nats.manager.consumers.info(`${namespace}_ACTORS`, "s3-e1");
  expect(num_ack_pending).toBe(1);
});

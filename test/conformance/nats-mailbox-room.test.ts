// Plans are refused before the mailboxes are full, what completes open groups is not.

import { eventually } from "@troupe/core/testing";
import type { Mail, Mailboxes, OutgoingMail, Transport } from "@troupe/core/transport";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { BareNats } from "../support/bare-nats.ts";

const ignore = (): void => undefined;
const MIB = 1024 * 1024;
const MOST_OPEN = 200_000;
const FULL = { code: "TROUPE_QUEUE_FULL" };

let nats: BareNats;
let transport: Transport | null = null;

beforeAll(async () => {
  nats = await BareNats.start();
});
afterAll(() => nats[Symbol.asyncDispose]());
afterEach(async () => {
  await transport?.close();
  transport = null;
});

async function connected(actors: number): Promise<[Mailboxes, namespace: string]> {
  const maxBytes = { tasks: MIB, results: MIB, dead: MIB, actors, delayed: MIB, revoked: MIB };
  const [own, namespace] = await nats.connect({ transport: { maxBytes } });
  transport = own;
  return [own.mailboxes, namespace];
}

function mailOf(shard: number, kind: OutgoingMail["kind"], body = "body"): OutgoingMail {
  return { actor: { shard, id: `${kind}-of-${shard}` }, kind, repeat: false, body: Buffer.from(body) };
}

it("accepts no plan for a shard of 200,000 messages, until some of them are settled", async () => {
  const [mailboxes, namespace] = await connected(256 * MIB);
  const mails: Mail[] = [];
  const shard = await mailboxes.take(3, { onMail: (mail) => void mails.push(mail), onLost: ignore });
  for (let sent = 0; sent < MOST_OPEN; sent += 1) {
    nats.raw.publish(`${namespace}.actor.3.chord.a.c`, "an end");
    if (sent % 10_000 === 0) await nats.raw.flush();
  }
  await nats.raw.flush();
  await eventually(
    () => `${mails.length} of ${MOST_OPEN} came`,
    () => mails.length === MOST_OPEN,
    60_000,
  );
  await expect(mailboxes.send(mailOf(3, "plan"))).rejects.toMatchObject(FULL);
  await expect(mailboxes.send(mailOf(3, "plan"))).rejects.toThrow(/^shard 3 of the mailboxes holds 200000 messages/);
  for (const kind of ["c", "add", "seal"] as const) expect(await mailboxes.send(mailOf(3, kind))).toBe("stored");
  expect(await mailboxes.send(mailOf(4, "plan"))).toBe("stored");
  for (const mail of mails.splice(0, 100)) shard?.ack(mail);
  const isAccepted = (): Promise<boolean> =>
    mailboxes.send(mailOf(3, "plan")).then(
      () => true,
      () => false,
    );
  await eventually("a plan is accepted again", isAccepted, 30_000);
});

it("keeps half of the bytes for what completes open groups", async () => {
  const [mailboxes] = await connected(MIB);
  const large = "x".repeat(100_000);
  expect(await mailboxes.send(mailOf(1, "plan"))).toBe("stored");
  for (let sent = 0; sent < 6; sent += 1) await mailboxes.send(mailOf(1, "c", large));
  const isRefused = (): Promise<boolean> =>
    mailboxes.send(mailOf(2, "plan")).then(
      () => false,
      (error: unknown) => String(error).includes("half is kept for what completes open groups"),
    );
  await eventually("a plan is refused", isRefused, 30_000);
  expect(await mailboxes.send(mailOf(1, "c", large))).toBe("stored");
});

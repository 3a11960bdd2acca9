// Mailboxes of the in-process broker, beyond what all transports promise: limits, turns, sharing.

import { expect, it } from "vitest";
import type { Mail, OutgoingMail, ShardOwner } from "../../../src/transport/mailboxes.ts";
import { memoryTransport } from "../../../src/transport/memory/memory-transport.ts";
import { connectedMemory, settings, turn } from "./connected-memory.ts";

const FULL = { code: "TROUPE_QUEUE_FULL" };

function mailOf(id: string, rest: Partial<OutgoingMail> = {}): OutgoingMail {
  return { actor: { shard: 0, id }, kind: "c", repeat: false, body: new Uint8Array(10), ...rest };
}

/** An owner that remembers. */
class Owner implements ShardOwner {
  readonly mails: Mail[] = [];
  readonly losses: string[] = [];
  readonly onMail = (mail: Mail): void => void this.mails.push(mail);
  readonly onLost = (reason: string): void => void this.losses.push(reason);
}

it("has 16 shards, or as many as it is told", async () => {
  expect(memoryTransport().mailboxes.shards).toBe(16);
  expect(memoryTransport({ shards: 3 }).mailboxes.shards).toBe(3);
  for (const shards of [0, 257, 1.5]) {
    expect(() => memoryTransport({ shards })).toThrow(expect.objectContaining({ code: "TROUPE_CONFIG" }));
  }
});

it("hands messages over in batches, each in a turn of its own", async () => {
  const { transport } = await connectedMemory();
  const owner = new Owner();
  for (let index = 0; index < 300; index += 1) await transport.mailboxes.send(mailOf("a"));
  await transport.mailboxes.take(0, owner);
  expect(owner.mails).toHaveLength(0);
  await turn();
  expect(owner.mails).toHaveLength(256);
  await turn();
  expect(owner.mails).toHaveLength(300);
  await transport.mailboxes.send(mailOf("a"));
  expect(owner.mails).toHaveLength(300);
  await turn();
  expect(owner.mails).toHaveLength(301);
});

it("hands over nothing that was erased while it waited for its turn, or was released meanwhile", async () => {
  const { transport } = await connectedMemory();
  const owner = new Owner();
  for (const id of ["a", "b"]) await transport.mailboxes.send(mailOf(id));
  const shard = await transport.mailboxes.take(0, owner);
  await shard?.erase(1);
  await turn();
  expect(owner.mails.map((mail) => mail.actor.id)).toEqual(["b"]);
  await transport.mailboxes.send(mailOf("c"));
  await shard?.release();
  await turn();
  expect(owner.mails).toHaveLength(1);
  expect(owner.losses).toEqual([]);
});

it("keeps room for what completes open actors", async () => {
  const { transport } = await connectedMemory({ maxStoredBytes: 100 });
  const plan = (id: string): OutgoingMail => mailOf(id, { kind: "plan" });
  for (let index = 0; index < 5; index += 1) await transport.mailboxes.send(plan(`p${index}`));
  await expect(transport.mailboxes.send(plan("p5"))).rejects.toMatchObject(FULL);
  for (let index = 0; index < 5; index += 1) await transport.mailboxes.send(mailOf(`p${index}`));
  await expect(transport.mailboxes.send(mailOf("p0"))).rejects.toMatchObject(FULL);
  const shard = await transport.mailboxes.take(0, new Owner());
  for (let seq = 1; seq <= 6; seq += 1) await shard?.erase(seq);
  await expect(transport.mailboxes.send(plan("p5"))).resolves.toBe("stored");
});

it("bounds the messages of a shard", async () => {
  const { transport } = await connectedMemory();
  const body = new Uint8Array();
  for (let index = 0; index < 200_000; index += 1) await transport.mailboxes.send(mailOf("a", { body }));
  await expect(transport.mailboxes.send(mailOf("p", { body, kind: "plan" }))).rejects.toMatchObject(FULL);
  await expect(transport.mailboxes.send(mailOf("a", { body }))).resolves.toBe("stored");
  await expect(
    transport.mailboxes.send({ ...mailOf("p", { body, kind: "plan" }), actor: { shard: 1, id: "p" } }),
  ).resolves.toBe("stored");
});

it("keeps the log when the last application closes, and tells owners that their shards are gone", async () => {
  const { transport } = await connectedMemory();
  const owner = new Owner();
  const shard = await transport.mailboxes.take(0, owner);
  await transport.mailboxes.send(mailOf("a"));
  await transport.connect(settings);
  await transport.close();
  await turn();
  expect(owner).toMatchObject({ mails: [{ seq: 1 }], losses: [] });
  await transport.close();
  await turn();
  expect(owner.losses).toEqual(["the transport was closed"]);
  await expect(shard?.read(1)).rejects.toMatchObject({ code: "TROUPE_CLOSED" });
  await transport.connect(settings);
  const next = new Owner();
  await transport.mailboxes.take(0, next);
  await turn();
  expect(next.mails).toHaveLength(1);
});

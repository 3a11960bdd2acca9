// Revoking while workers and the broker are killed: what is revoked stays so, and what was terminated has one outcome.

import type { AsyncResult } from "@troupe/core";
import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const app = { ackWait: "2s" } as const;
const REVOKED = { code: "TROUPE_TASK_REVOKED" };

const errorOf = (result: AsyncResult<unknown>): Promise<unknown> => result.get({ timeout: "60s", propagate: false });

it("a revocation outlives all workers and a broker that is killed", async () => {
  await using cluster = await Cluster.start({ app });
  const results = await Promise.all(Array.from({ length: 20 }, () => cluster.client.sendTask("test.add", [1, 2])));
  const [kept, ...revoked] = results;
  await cluster.client.control.revoke(revoked.map(({ id }) => id));
  await cluster.server.kill();
  await cluster.server.restart();
  await cluster.worker();
  expect(await Promise.all(revoked.map(errorOf))).toMatchObject(revoked.map(() => REVOKED));
  expect(kept && (await errorOf(kept))).toBe(3);
  expect([...(await cluster.ledger.starts()).keys()]).toEqual([kept?.id]);
  await cluster.emptied();
});

it("a worker hears what is revoked after its broker was killed", async () => {
  await using cluster = await Cluster.start({ app });
  await cluster.worker({ concurrency: 1 });
  const running = await cluster.client.sendTask("test.wait", ["gate"]);
  const waiting = await cluster.client.sendTask("test.add", [1, 2]);
  await cluster.started(running.id);
  await cluster.server.kill();
  await cluster.server.restart();
  await cluster.waitFor("the client is connected", () => cluster.transport.connected);
  await cluster.client.control.revoke([waiting.id], { reason: "no need" });
  await cluster.client.control.revoke([running.id], { terminate: true });
  expect(await errorOf(running)).toMatchObject({ ...REVOKED, reason: "terminated" });
  expect(await errorOf(waiting)).toMatchObject({ ...REVOKED, reason: "no need" });
  expect(await cluster.ledger.runsOf(waiting.id)).toBe(0);
  await cluster.openGate("gate");
  await cluster.emptied();
});

it.each(["kill-before", "kill-after"] as const)(
  "a worker that is killed when it has terminated a task (%s the record): another one ends it, without a run",
  async (effect) => {
    await using cluster = await Cluster.start({ app });
    const fault = { operation: "records.create(result)", effect } as const;
    const first = await cluster.worker({ fault });
    const result = await cluster.client.sendTask("test.wait", ["gate"]);
    await cluster.started(result.id);
    await result.revoke({ terminate: true });
    await first.ended;
    await cluster.worker();
    expect(await errorOf(result)).toMatchObject(REVOKED);
    await cluster.emptied();
    expect(await cluster.ledger.runsOf(result.id)).toBe(1);
    expect(await result.state()).toBe("REVOKED");
  },
);

// A worker that stands still for a minute, as a stopped virtual machine does, and then goes on as if nothing had happened.

import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const FROZEN_MS = 60_000;
const app = { ackWait: "2s" } as const;

it("cannot change what another worker has decided while it was frozen", async () => {
  await using cluster = await Cluster.start({ app });
  const first = await cluster.worker({ concurrency: 3 });
  const tasks = [
    await cluster.client.sendTask<number>("test.wait", ["gate"]),
    await cluster.client.sendTask<number>("test.waitOnce", ["gate"]),
  ] as const;
  for (const { id } of tasks) await cluster.started(id);
  await first.freeze();
  const frozenAt = performance.now();
  const onItsWay = await cluster.client.sendTask<number>("test.pid");
  const second = await cluster.worker({ concurrency: 3 });
  await cluster.started(tasks[0].id, 2);
  await cluster.openGate("gate");
  expect(await tasks[0].get({ timeout: "30s" })).toBe(second.pid);
  await expect(tasks[1].get({ timeout: "30s" })).rejects.toMatchObject({ code: "TROUPE_WORKER_LOST" });
  expect(await onItsWay.get({ timeout: "30s" })).toBe(second.pid);
  await cluster.emptied();
  const all = [...tasks, onItsWay];
  const before = await Promise.all(all.map(({ id }) => cluster.view.last("troupe_RESULTS", `troupe.result.${id}`)));

  const frozenForLong = (): boolean => performance.now() - frozenAt >= FROZEN_MS;
  await cluster.waitFor("the worker has been frozen for a minute", frozenForLong, FROZEN_MS * 2);
  first.thaw();
  const ended = async (): Promise<number> =>
    (await cluster.ledger.lines()).filter(({ what, pid }) => what === "end" && pid === first.pid).length;
  await cluster.waitFor("the thawed worker ends its handlers", async () => (await ended()) >= tasks.length);
  await cluster.waitFor(
    "the thawed worker settles what it has",
    async () => (await unsettled(cluster, first.pid)) === 0,
  );

  const after = await Promise.all(all.map(({ id }) => cluster.view.last("troupe_RESULTS", `troupe.result.${id}`)));
  expect(after).toEqual(before);
  expect(await cluster.view.count("troupe_RESULTS", "troupe.result.*")).toBe(all.length);
  expect(await cluster.client.result(tasks[0].id).get()).toBe(second.pid);
  expect(await cluster.client.result(tasks[1].id).state()).toBe("FAILURE");
  expect(await cluster.ledger.runsOf(tasks[1].id)).toBe(1);
  expect(await cluster.ledger.runsOf(onItsWay.id)).toBe(1);
  await cluster.emptied();
});

/** How many deliveries a worker has not settled; null when it does not answer. */
async function unsettled(cluster: Cluster, pid: number): Promise<number | null> {
  const stats = Object.values(await cluster.client.control.inspect({ timeout: "300ms" }).stats());
  return stats.find((worker) => worker.pid === pid)?.unsettled ?? null;
}

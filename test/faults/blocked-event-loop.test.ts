// A handler that does not give back the thread for longer than the ack wait. The signals that keep its message leave from
// another thread.

import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const ACK_WAIT_MS = 2_000;
const app = { ackWait: ACK_WAIT_MS } as const;

it("runs a task once that blocks its worker's event loop for three ack waits", async () => {
  await using cluster = await Cluster.start({ app });
  const first = await cluster.worker();
  const result = await cluster.client.sendTask<number>("test.block", [10 * ACK_WAIT_MS]);
  await cluster.started(result.id);
  await using _idle = await cluster.worker();
  expect(await result.get({ timeout: "60s" })).toBe(first.pid);
  await cluster.emptied();
  expect(await cluster.ledger.runsOf(result.id)).toBe(1);
});

it("runs a task once that was on its way to the blocked worker and was taken over by another", async () => {
  await using cluster = await Cluster.start({ app });
  const first = await cluster.worker({ concurrency: 2 });
  const blocking = await cluster.client.sendTask<number>("test.block", [10 * ACK_WAIT_MS]);
  await cluster.started(blocking.id);
  const onItsWay = await cluster.client.sendTask<number>("test.pid");
  const second = await cluster.worker({ concurrency: 2 });
  expect(await onItsWay.get({ timeout: "60s" })).toBe(second.pid);
  expect(await blocking.get({ timeout: "60s" })).toBe(first.pid);
  await cluster.waitFor("the first worker answers again", async () => {
    const stats = Object.values(await cluster.client.control.inspect({ timeout: "300ms" }).stats());
    return stats.some(({ pid, unsettled }) => pid === first.pid && unsettled === 0);
  });
  await cluster.emptied();
  expect(await cluster.ledger.runsOf(onItsWay.id)).toBe(1);
});

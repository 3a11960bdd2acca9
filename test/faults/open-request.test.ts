// A worker that dies while it has a request for more tasks open. nats-server 2.9 then tries to deliver what the worker held
// to the dead request, and afterwards delivers the last of it once more with a delivery count of one, as if it were new.

import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const MAX_DELIVERIES = 3;
const ACK_WAIT_MS = 1_000;
const app = { ackWait: ACK_WAIT_MS, maxDeliveries: MAX_DELIVERIES } as const;

/** Waits until the broker must have met the dead request. To ask it would make it forget the request, so time has to tell. */
async function metDeadRequest(cluster: Cluster): Promise<void> {
  const from = performance.now();
  await cluster.waitFor("two ack waits have passed", () => performance.now() - from > 2 * ACK_WAIT_MS);
}

it("runs a task once that has its record, when the next worker starts afterwards", async () => {
  await using cluster = await Cluster.start({ app });
  const first = await cluster.worker({
    concurrency: 4,
    fault: { operation: "records.create(result)", effect: "kill-after" },
  });
  const result = await cluster.client.sendTask<number>("test.add", [2, 3]);
  await first.end();
  await metDeadRequest(cluster);
  await cluster.worker({ concurrency: 4 });
  expect(await result.get({ timeout: "30s" })).toBe(5);
  await cluster.emptied();
  expect(await cluster.ledger.runsOf(result.id)).toBe(1);
});

it("runs a task once that has its record, when the next worker was busy meanwhile", async () => {
  await using cluster = await Cluster.start({ app });
  await cluster.worker({ concurrency: 1 });
  const busy = await cluster.client.sendTask("test.wait", ["gate"]);
  await cluster.started(busy.id);
  const second = await cluster.worker({
    concurrency: 4,
    fault: { operation: "records.create(result)", effect: "kill-after" },
  });
  const result = await cluster.client.sendTask<number>("test.add", [2, 3]);
  await second.end();
  await metDeadRequest(cluster);
  await cluster.openGate("gate");
  expect(await result.get({ timeout: "30s" })).toBe(5);
  await cluster.emptied();
  expect(await cluster.ledger.runsOf(result.id)).toBe(1);
});

it("gives up a task that kills its workers, though each time the broker calls it new", async () => {
  await using cluster = await Cluster.start({ app });
  const poison = await cluster.client.sendTask("test.die", ["exit"]);
  let isDecided = false;
  const outcome = poison.get({ timeout: "3m", propagate: false }).finally(() => {
    isDecided = true;
  });
  outcome.catch(() => undefined); // looked at in the end
  const most = 2 * MAX_DELIVERIES; // a start that the broker hides may be counted late, but not never
  for (let deaths = 0; deaths < most && !isDecided; deaths++) {
    const worker = await cluster.worker({ concurrency: 8 });
    await cluster.waitFor("the worker dies, or the task is decided", () => worker.gone || isDecided);
    await metDeadRequest(cluster);
  }
  expect(isDecided).toBe(true);
  expect(await outcome).toMatchObject({ code: "TROUPE_WORKER_LOST" });
  await cluster.emptied();
  expect(await cluster.ledger.runsOf(poison.id)).toBeGreaterThanOrEqual(MAX_DELIVERIES);
});

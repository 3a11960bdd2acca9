// A worker of a broadcast queue that is killed, and comes back under its name.

import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const app = { ackWait: "2s", taskQueues: { news: { broadcast: true } } } as const;
const PATIENT = { timeout: "60s" } as const;

it("has its copies when it is back: the one that it ran, and the one that was sent meanwhile", async () => {
  await using cluster = await Cluster.start({ app });
  const { client, ledger } = cluster;
  const first = await cluster.worker({ hostname: "w1@h", concurrency: 4 });
  const other = await cluster.worker({ hostname: "w2@h", concurrency: 4 });
  await client.sendTask("test.wait", ["gate"], { queue: "news", taskId: "a" });
  for (const id of ["a.w1.at.h", "a.w2.at.h"]) await cluster.started(id);
  await first.kill();
  await client.sendTask("test.pid", [], { queue: "news", taskId: "b" });
  expect(await client.result("b.w2.at.h").get(PATIENT)).toBe(other.pid);
  const back = await cluster.worker({ hostname: "w1@h", concurrency: 4 });
  await cluster.worker({ hostname: "late@h", concurrency: 4 });
  await cluster.openGate("gate");
  expect(await client.result("a.w1.at.h").get(PATIENT)).toBe(back.pid);
  expect(await client.result("a.w2.at.h").get(PATIENT)).toBe(other.pid);
  expect(await client.result("b.w1.at.h").get(PATIENT)).toBe(back.pid);
  for (const node of ["w1", "w2", "late"]) await cluster.emptied(`news--${node}.at.h`);
  expect(Object.fromEntries(await ledger.starts())).toEqual({
    "a.w1.at.h": 2,
    "a.w2.at.h": 1,
    "b.w1.at.h": 1,
    "b.w2.at.h": 1,
  });
});

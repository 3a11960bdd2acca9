// A worker that is killed while it runs tasks: another one takes them over, and each ends once.

import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const TASKS = 50;
const app = { ackWait: "2s" } as const;

it("gives the 50 tasks of a worker that is killed with -9 to another one, and each ends once", async () => {
  await using cluster = await Cluster.start({ app });
  const first = await cluster.worker({ concurrency: TASKS });
  const results = await Promise.all(
    Array.from({ length: TASKS }, () => cluster.client.sendTask<number>("test.wait", ["all"])),
  );
  await cluster.waitFor(
    "all tasks run in the first worker",
    async () => (await cluster.ledger.starts()).size === TASKS,
  );
  await first.kill();
  const second = await cluster.worker({ concurrency: TASKS });
  await cluster.openGate("all");
  const values = await Promise.all(results.map((result) => result.get({ timeout: "60s" })));
  expect(new Set(values)).toEqual(new Set([second.pid]));
  expect(new Set((await cluster.ledger.starts()).values())).toEqual(new Set([2]));
  expect(await Promise.all(results.map((result) => result.state()))).toEqual(results.map(() => "SUCCESS"));
  expect(await cluster.view.count("troupe_RESULTS", "troupe.result.*")).toBe(TASKS);
  await cluster.emptied();
});

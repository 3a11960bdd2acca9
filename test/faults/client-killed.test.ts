// A client that dies around the moment its task is accepted.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";
import type { Fault } from "../support/fault-transport.ts";
import type { ClientSettings } from "../support/programs/client-settings.ts";

const KILLED = { code: null, signal: "SIGKILL" };

/** Runs a client that dies while or after it sends `test.add`. Gives the id of its task, if it came to know that. */
async function runClient(cluster: Cluster, how: { taskId?: string; fault?: Fault }): Promise<string | null> {
  const idFile = join(cluster.server.folder, "task-id");
  const settings: ClientSettings = { url: cluster.server.url, task: "test.add", args: [2, 3], idFile, ...how };
  expect(await cluster.run("client", settings).end()).toEqual(KILLED);
  return readFile(idFile, "utf8").catch(() => null);
}

it("does not matter to a task once `sendTask` has resolved", async () => {
  await using cluster = await Cluster.start();
  const id = await runClient(cluster, {});
  await cluster.worker();
  const result = cluster.client.result<number>(id ?? "");
  expect(await result.get({ timeout: "30s" })).toBe(5);
  await cluster.emptied();
  expect(await cluster.ledger.runsOf(result.id)).toBe(1);
});

it("may leave a task behind that it did not know to be accepted; sent again under its id it runs once", async () => {
  await using cluster = await Cluster.start();
  const taskId = "order-1";
  expect(await runClient(cluster, { taskId, fault: { operation: "tasks.publish", effect: "kill-after" } })).toBeNull();
  const again = await cluster.client.sendTask<number>("test.add", [2, 3], { taskId });
  await cluster.worker();
  expect(await again.get({ timeout: "30s" })).toBe(5);
  const late = await cluster.client.sendTask<number>("test.add", [2, 3], { taskId });
  expect(await late.get({ timeout: "30s" })).toBe(5);
  await cluster.emptied();
  expect(await cluster.ledger.runsOf(taskId)).toBe(1);
});

it("leaves nothing behind when it dies before it sends", async () => {
  await using cluster = await Cluster.start();
  expect(await runClient(cluster, { fault: { operation: "tasks.publish", effect: "kill-before" } })).toBeNull();
  expect(await cluster.view.count("troupe_TASKS", "troupe.task.>")).toBe(0);
});

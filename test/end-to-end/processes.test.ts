// Callers, workers and the broker as processes of their own: what one has promised holds when another has gone.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Troupe } from "@troupe/core";
import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";
import type { ClientSettings } from "../support/programs/client-settings.ts";

const app = { ackWait: "2s" } as const;

it("a result outlives the caller, the worker and the broker's process", async () => {
  await using cluster = await Cluster.start({ app });
  const idFile = join(cluster.server.folder, "task-id");
  const settings: ClientSettings = { url: cluster.server.url, task: "test.add", args: [40, 2], idFile };
  await cluster.run("client", settings).end();
  const id = await readFile(idFile, "utf8");
  const worker = await cluster.worker();
  expect(await cluster.client.result(id).get({ timeout: "20s" })).toBe(42);
  worker.signal("SIGTERM");
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  await cluster.server.restart();
  await using other = new Troupe("other", { broker: cluster.server.url, logLevel: "silent" });
  expect(await other.result(id).get({ timeout: "20s" })).toBe(42);
  expect(await other.result(id).info()).toMatchObject({ state: "SUCCESS", name: "test.add" });
  await cluster.server.stop();
  await cluster.server.restart();
  await cluster.waitFor("the client is connected again", () => cluster.transport.connected);
  expect(await cluster.client.result(id).state()).toBe("SUCCESS");
});

it("a wait outlasts a restart of the broker", async () => {
  await using cluster = await Cluster.start({ app });
  await cluster.worker();
  const running = await cluster.client.sendTask<number>("test.wait", ["gate"]);
  const waiting = [running.get({ timeout: "60s" }), cluster.client.result(running.id).get({ timeout: "60s" })];
  await cluster.started(running.id);
  await cluster.server.restart();
  await cluster.openGate("gate");
  const [first, second] = await Promise.all(waiting);
  expect(first).toBe(second);
  const later = await cluster.client.sendTask<number>("test.add", [1, 1]);
  expect(await later.get({ timeout: "30s" })).toBe(2);
  await cluster.emptied();
});

it("SIGTERM stops a worker warm: it finishes what runs, and the rest is done by others", async () => {
  await using cluster = await Cluster.start({ app });
  const first = await cluster.worker({ concurrency: 2 });
  const running = await cluster.client.sendTask<number>("test.wait", ["gate"]);
  await cluster.started(running.id);
  first.signal("SIGTERM");
  await cluster.waitFor("the worker takes no more tasks", async () => {
    const probe = await cluster.client.sendTask<number>("test.pid");
    await using _second = await cluster.worker({ concurrency: 1 });
    return (await probe.get({ timeout: "30s" })) !== first.pid;
  });
  await cluster.openGate("gate");
  expect(await running.get({ timeout: "30s" })).toBe(first.pid);
  expect(await first.end()).toEqual({ code: 0, signal: null });
  expect(await cluster.ledger.runsOf(running.id)).toBe(1);
});

it("SIGQUIT stops a worker cold: what runs is given back at once, and runs elsewhere", async () => {
  await using cluster = await Cluster.start({ app: { ackWait: "5m" } });
  const first = await cluster.worker({ concurrency: 2 });
  const running = await cluster.client.sendTask<number>("test.wait", ["gate"]);
  await cluster.started(running.id);
  const second = await cluster.worker({ concurrency: 2 });
  first.signal("SIGQUIT");
  expect(await first.end()).toEqual({ code: 0, signal: null });
  await cluster.started(running.id, 2);
  await cluster.openGate("gate");
  expect(await running.get({ timeout: "30s" })).toBe(second.pid);
  await cluster.emptied();
});

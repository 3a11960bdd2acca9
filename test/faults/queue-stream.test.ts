// A queue with a stream of its own, whose worker and broker are killed: nothing is lost, and each task ends once.

import { jetstreamManager } from "@nats-io/jetstream";
import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const TASKS = 20;
const STREAM = "troupe_TASKS_media";
const app = { ackWait: "2s", taskQueues: { media: { stream: { maxMessages: 1_000 } } } } as const;

it("gives the tasks of a killed worker to another one, through a restart of a killed broker", async () => {
  await using cluster = await Cluster.start({ app });
  const first = await cluster.worker({ concurrency: TASKS, queues: ["media"] });
  const results = await Promise.all(
    Array.from({ length: TASKS }, () => cluster.client.sendTask<number>("test.wait", ["all"], { queue: "media" })),
  );
  await cluster.waitFor("all tasks run", async () => (await cluster.ledger.starts()).size === TASKS);
  expect(await cluster.view.count(STREAM, "troupe.own.media.>")).toBe(TASKS);
  await first.kill();
  await cluster.server.kill();
  await cluster.server.restart();
  await cluster.waitFor("the client is connected again", () => cluster.transport.connected);
  const late = await cluster.client.sendTask<number>("test.add", [40, 2], { queue: "media", countdown: "2s" });
  const second = await cluster.worker({ concurrency: TASKS, queues: ["media"] });
  await cluster.openGate("all");
  const values = await Promise.all(results.map((result) => result.get({ timeout: "60s" })));
  expect(new Set(values)).toEqual(new Set([second.pid]));
  const starts = await Promise.all(results.map(({ id }) => cluster.ledger.runsOf(id)));
  expect(new Set(starts)).toEqual(new Set([2]));
  expect(await late.get({ timeout: "60s" })).toBe(42);
  await cluster.emptied("media");
});

it("does not run what a killed broker brings back, and clears it up", async () => {
  await using cluster = await Cluster.start({ app });
  await cluster.worker({ concurrency: 4, queues: ["media"] });
  const send = () => cluster.client.sendTask<number>("test.add", [40, 2], { queue: "media" });
  const results = await Promise.all(Array.from({ length: TASKS }, send));
  await Promise.all(results.map((result) => result.get({ timeout: "60s" })));
  await cluster.server.kill();
  await cluster.server.restart();
  await cluster.waitFor("the client is connected again", () => cluster.transport.connected);
  expect(await (await send()).get({ timeout: "60s" })).toBe(42);
  const manager = await jetstreamManager(await cluster.view.connection(), { checkAPI: false });
  const stored = async (): Promise<number> => (await manager.streams.info(STREAM)).state.messages;
  await cluster.waitFor("the stream is empty", async () => (await stored()) === 0, 90_000);
  const starts = await Promise.all(results.map(({ id }) => cluster.ledger.runsOf(id)));
  expect(new Set(starts)).toEqual(new Set([1]));
});

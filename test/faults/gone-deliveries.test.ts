// A broker that was killed remembers deliveries of messages that it does not have any more.

import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { expect, it } from "vitest";
import { Cluster } from "../support/cluster.ts";

const STREAM = "troupe_TASKS";
const TASKS = 20;
const ROUNDS = 5;

// Tasks whose worker is dead, and whose messages are gone for good.
async function loseTasks(cluster: Cluster, manager: JetStreamManager): Promise<void> {
  const worker = await cluster.worker({ concurrency: TASKS });
  const running = await Promise.all(
    Array.from({ length: TASKS }, () => cluster.client.sendTask("test.wait", ["never"])),
  );
  await Promise.all(running.map(({ id }) => cluster.started(id)));
  await worker.kill();
  const { state } = await manager.streams.info(STREAM);
  for (let seq = state.first_seq + 1; seq <= state.last_seq; seq++) await manager.streams.deleteMessage(STREAM, seq);
}

it("does not wait for what a crash of the broker took away", async () => {
  await using cluster = await Cluster.start({ app: { ackWait: "2s" } });
  const manager = await jetstreamManager(await cluster.view.connection(), { checkAPI: false });
  await cluster.worker({ queues: ["other"] });
  // What lies before the first message of the stream, the broker forgets by itself.
  await cluster.client.sendTask("test.add", [1, 1], { queue: "idle" });
  const unsettled = async (): Promise<number> => (await cluster.transport.tasks.count("default")).unsettled;
  // The broker stores the state of its consumers now and then: it may know nothing of the deliveries.
  let waits = 0;
  for (let round = 0; round < ROUNDS && waits === 0; round++) {
    await loseTasks(cluster, manager);
    await cluster.server.restart();
    await cluster.waitFor("the client is connected again", () => cluster.transport.connected);
    waits = await unsettled();
  }
  expect(waits).toBeGreaterThan(0);
  await cluster.waitFor("nothing is waited for", async () => (await unsettled()) === 0, 90_000);
});

// What the in-process queues do beyond the promises of the port: turns, batches, limits, time.

import { expect, it } from "vitest";
import type { Delivery, QueueConsumer } from "../../../src/transport/task-queue.ts";
import type { Transport } from "../../../src/transport/transport.ts";
import { connectedMemory, taskOf, turn } from "./connected-memory.ts";

async function consume(transport: Transport, onDelivery: (delivery: Delivery) => void): Promise<QueueConsumer> {
  return transport.tasks.consume({ queue: "q", onDelivery, onUnused: () => undefined });
}

it("never delivers within the call that publishes or requests", async () => {
  const { transport } = await connectedMemory();
  const delivered: Delivery[] = [];
  const consumer = await consume(transport, (delivery) => delivered.push(delivery));
  consumer.request(2);
  await transport.tasks.publish(taskOf("a"));
  expect(delivered).toHaveLength(0);
  await turn();
  expect(delivered).toHaveLength(1);
});

it("lets other events in between the batches of a long queue", async () => {
  const { transport } = await connectedMemory();
  for (let key = 0; key < 5_000; key += 1) await transport.tasks.publish(taskOf(`${key}`));
  let delivered = 0;
  const consumer = await consume(transport, (delivery) => {
    delivered += 1;
    delivery.ack();
    consumer.request(1);
  });
  consumer.request(1);
  await turn();
  expect(delivered).toBeGreaterThan(0);
  expect(delivered).toBeLessThan(1_000);
});

it("lets consumers take turns", async () => {
  const { transport } = await connectedMemory();
  const counts = [0, 0, 0];
  for (const index of counts.keys()) {
    const consumer = await consume(transport, () => {
      counts[index] = (counts[index] ?? 0) + 1;
    });
    consumer.request(10);
  }
  for (let key = 0; key < 15; key += 1) await transport.tasks.publish(taskOf(`${key}`));
  await turn();
  expect(counts).toEqual([5, 5, 5]);
});

it("counts and purges what waits for the end of a delay", async () => {
  const { transport, clock } = await connectedMemory();
  await transport.tasks.publish(taskOf("a"));
  const delivered: Delivery[] = [];
  const consumer = await consume(transport, (delivery) => delivered.push(delivery));
  consumer.request(1);
  await turn();
  delivered[0]?.handBack(1_000);
  expect(await transport.tasks.count("q")).toEqual({ waiting: 1, unsettled: 0 });
  expect(await transport.tasks.purge("q")).toBe(1);
  expect(await transport.tasks.count("q")).toEqual({ waiting: 0, unsettled: 0 });
  consumer.request(1);
  clock.advance(1_000);
  await turn();
  expect(delivered).toHaveLength(1);
});

it("recognises repeats of a plain message for two minutes, also after it was acknowledged", async () => {
  const { transport, clock } = await connectedMemory();
  const consumer = await consume(transport, (delivery) => delivery.ack());
  await transport.tasks.publish(taskOf("a"));
  consumer.request(1);
  await turn();
  clock.advance(119_000);
  expect(await transport.tasks.publish(taskOf("a", { repeat: true }))).toBe("exists");
  clock.advance(240_000);
  expect(await transport.tasks.publish(taskOf("a", { repeat: true }))).toBe("stored");
});

it("refuses an exclusive message whose key a plain one holds, however long that waits", async () => {
  const { transport, clock } = await connectedMemory();
  await transport.tasks.publish(taskOf("a"));
  clock.advance(10_000_000);
  expect(await transport.tasks.publish(taskOf("a", { exclusive: true }))).toBe("exists");
});

it("refuses messages by their bytes, and has room again after an ack", async () => {
  const { transport } = await connectedMemory({ maxStoredBytes: 100 });
  const body = new Uint8Array(60);
  await transport.tasks.publish(taskOf("a", { body }));
  await expect(transport.tasks.publish(taskOf("b", { body }))).rejects.toMatchObject({ code: "TROUPE_QUEUE_FULL" });
  const consumer = await consume(transport, (delivery) => delivery.ack());
  consumer.request(1);
  await turn();
  expect(await transport.tasks.publish(taskOf("b", { body }))).toBe("stored");
});

it("has room for all after a purge", async () => {
  const { transport } = await connectedMemory({ maxMessages: 3 });
  for (let round = 0; round < 3; round += 1) {
    for (const key of ["a", "b", "c"]) await transport.tasks.publish(taskOf(`${key}${round}`));
    await expect(transport.tasks.publish(taskOf("d"))).rejects.toMatchObject({ code: "TROUPE_QUEUE_FULL" });
    expect(await transport.tasks.purge("q")).toBe(3);
  }
});

it("arms no timer that outlives its consumers", async () => {
  const { transport, clock } = await connectedMemory();
  const consumer = await consume(transport, () => undefined);
  consumer.request(5);
  expect(clock.armed).toBe(1);
  await consumer.close();
  expect(clock.armed).toBe(0);
});

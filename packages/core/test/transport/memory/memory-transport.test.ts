// The in-process transport as a broker that outlives its connections.

import { expect, it } from "vitest";
import { ManualClock } from "../../../src/testing/manual-clock.ts";
import { memoryTransport } from "../../../src/transport/memory/memory-transport.ts";
import type { Delivery } from "../../../src/transport/task-queue.ts";
import type { ConnectionChange } from "../../../src/transport/transport.ts";
import { settings, taskOf, turn } from "./connected-memory.ts";

it("keeps what is stored while nobody is connected, and gives back what was not settled", async () => {
  const transport = memoryTransport();
  const delivered: Delivery[] = [];
  const consume = (): ReturnType<typeof transport.tasks.consume> =>
    transport.tasks.consume({
      queue: "q",
      onUnused: () => undefined,
      onDelivery: (delivery) => delivered.push(delivery),
    });
  await transport.connect(settings);
  await transport.tasks.publish(taskOf("a"));
  (await consume()).request(1);
  await turn();
  await transport.close();
  delivered[0]?.ack();
  await transport.connect(settings);
  (await consume()).request(1);
  await turn();
  expect(delivered.map(({ redelivered, suspicious }) => [redelivered, suspicious])).toEqual([
    [false, false],
    [true, true],
  ]);
});

it("tells each opening and closing once", async () => {
  const transport = memoryTransport();
  const changes: ConnectionChange[] = [];
  transport.onChange((change) => changes.push(change));
  for (const act of ["connect", "connect", "close", "close", "close", "connect"] as const)
    await transport[act](settings);
  expect(changes.map((change) => change.type)).toEqual(["connected", "closed", "connected"]);
});

it("refuses a second namespace", async () => {
  const transport = memoryTransport();
  await transport.connect(settings);
  await expect(transport.connect({ ...settings, namespace: "other" })).rejects.toMatchObject({ code: "TROUPE_CONFIG" });
  await transport.close();
  expect(transport.connected).toBe(false);
});

it("drops subscriptions when it is closed", async () => {
  const transport = memoryTransport();
  await transport.connect(settings);
  const heard: Uint8Array[] = [];
  await transport.broadcast.subscribe(["reply", "c"], (body) => heard.push(body));
  transport.broadcast.publish(["reply", "c"], new Uint8Array(1));
  await transport.close();
  await transport.connect(settings);
  transport.broadcast.publish(["reply", "c"], new Uint8Array(1));
  await turn();
  expect(heard).toEqual([]);
});

it("tells the time of its clock", () => {
  const clock = new ManualClock(1_000);
  const transport = memoryTransport({ clock });
  clock.advance(5);
  expect(transport.now()).toBe(1_005);
});

it("is not shared by applications that declare the stream of a queue differently", async () => {
  const transport = memoryTransport();
  const limited = (maxMessages: number) => new Map([["media", { maxMessages, maxBytes: null, replicas: null }]]);
  await transport.connect({ ...settings, queueStreams: limited(5) });
  await transport.connect({ ...settings, queueStreams: limited(5) });
  await expect(transport.connect({ ...settings, queueStreams: limited(6) })).rejects.toThrow(/"media".*6.*5.*alike/s);
  await expect(transport.connect(settings)).rejects.toThrow(/"media" has no stream in taskQueues here/);
});

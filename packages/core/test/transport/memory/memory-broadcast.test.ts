// Broadcasts in the process are handed over in turns of their own, within a bound.

import { expect, it } from "vitest";
import { connectedMemory, turn } from "./connected-memory.ts";

const topic = ["reply", "c"] as const;

it("calls handlers in a turn of their own", async () => {
  const { broadcast } = (await connectedMemory()).transport;
  const heard: number[] = [];
  await broadcast.subscribe(topic, (body) => heard.push(body.byteLength));
  broadcast.publish(topic, new Uint8Array(1));
  expect(heard).toEqual([]);
  await turn();
  expect(heard).toEqual([1]);
});

it("lets a handler publish and unsubscribe", async () => {
  const { broadcast } = (await connectedMemory()).transport;
  const heard: number[] = [];
  const end = await broadcast.subscribe(topic, (body) => {
    heard.push(body.byteLength);
    broadcast.publish(topic, new Uint8Array(body.byteLength + 1));
    if (heard.length === 3) end();
  });
  broadcast.publish(topic, new Uint8Array(1));
  for (let turns = 0; turns < 6; turns += 1) await turn();
  expect(heard).toEqual([1, 2, 3]);
});

it("drops what exceeds its bound within one turn", async () => {
  const { broadcast } = (await connectedMemory()).transport;
  let heard = 0;
  await broadcast.subscribe(topic, () => {
    heard += 1;
  });
  for (let sent = 0; sent < 100_500; sent += 1) broadcast.publish(topic, new Uint8Array(1));
  await turn();
  expect(heard).toBe(100_000);
});

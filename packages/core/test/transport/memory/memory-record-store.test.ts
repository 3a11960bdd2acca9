// What the in-process records do beyond the promises of the port: exact expiry, eviction, copies.

import { expect, it } from "vitest";
import type { RecordKey } from "../../../src/transport/record-store.ts";
import { connectedMemory, settings } from "./connected-memory.ts";

const result = (id: string): RecordKey => ({ kind: "result", id });
const body = new Uint8Array(10);

it("forgets a record exactly when its time is over, counted from its last replacement", async () => {
  const { clock, transport } = await connectedMemory();
  const { records } = transport;
  await records.create(result("a"), body);
  clock.advance(settings.resultExpiresMs - 1);
  expect(await records.read(result("a"))).not.toBeNull();
  await records.replace(result("a"), body);
  clock.advance(settings.resultExpiresMs - 1);
  expect(await records.create(result("a"), body)).toBe("exists");
  clock.advance(1);
  expect(await records.read(result("a"))).toBeNull();
  expect(await records.create(result("a"), body)).toBe("created");
});

it.each([
  ["records", { maxMessages: 3 }],
  ["bytes", { maxStoredBytes: 30 }],
])("drops the oldest when there are too many %s", async (_, limits) => {
  const { records } = (await connectedMemory(limits)).transport;
  for (const id of ["a", "b", "c"]) await records.create(result(id), body);
  await records.replace(result("a"), body);
  await records.create(result("d"), body);
  const kept = await Promise.all(["a", "b", "c", "d"].map(async (id) => (await records.read(result(id))) !== null));
  expect(kept).toEqual([true, false, true, true]);
});

it("gives out copies", async () => {
  const { records } = (await connectedMemory()).transport;
  const mine = new Uint8Array([1]);
  await records.create(result("a"), mine);
  mine.fill(2);
  (await records.read(result("a")))?.fill(3);
  expect([...((await records.glance(result("a"))) ?? [])]).toEqual([1]);
});

// Delayed tasks of the in-process broker, beyond what all transports promise: exact times, limits, sharing.

import { expect, it } from "vitest";
import type { ManualClock } from "../../../src/testing/manual-clock.ts";
import type { Transport } from "../../../src/transport/transport.ts";
import { connectedMemory, settings, taskOf } from "./connected-memory.ts";

const FULL = { code: "TROUPE_QUEUE_FULL" };
const YEAR_MS = 365 * 24 * 3_600_000;

async function waiting(transport: Transport): Promise<number> {
  return (await transport.tasks.count("q")).waiting;
}

/** Schedules a task that is due so many milliseconds from now. */
function schedule(transport: Transport, clock: ManualClock, key: string, delayMs: number): Promise<unknown> {
  return transport.delayed.schedule(taskOf(key), clock.now() + delayMs);
}

it("moves at the very millisecond", async () => {
  const { transport, clock } = await connectedMemory();
  await transport.delayed.move("a");
  for (const delayMs of [2_000, 1_000, YEAR_MS, 1_500]) await schedule(transport, clock, `k${delayMs}`, delayMs);
  for (const [stepMs, expected] of [
    [999, 0],
    [1, 1],
    [499, 1],
    [1, 2],
    [500, 3],
    [YEAR_MS - 2_001, 3],
    [1, 4],
  ] as const) {
    clock.advance(stepMs);
    expect(await waiting(transport)).toBe(expected);
  }
});

it("sends straight what is due in less than a second", async () => {
  const { transport, clock } = await connectedMemory();
  await schedule(transport, clock, "a", 999);
  await schedule(transport, clock, "b", 1_000);
  expect(await waiting(transport)).toBe(1);
  expect((await transport.delayed.list(9)).map(({ key }) => key)).toEqual(["b"]);
});

it("has one timer, and none when there is nothing to move or nobody moves", async () => {
  const { transport, clock } = await connectedMemory();
  const before = clock.armed;
  for (let index = 0; index < 100; index += 1) await schedule(transport, clock, `k${index}`, 5_000 + index);
  expect(clock.armed).toBe(before);
  const movers = [await transport.delayed.move("a"), await transport.delayed.move("b")];
  expect(clock.armed).toBe(before + 1);
  await movers[0]?.close();
  expect(clock.armed).toBe(before + 1);
  await movers[1]?.close();
  expect(clock.armed).toBe(before);
  await transport.delayed.move("c");
  for (let index = 0; index < 100; index += 1) await transport.delayed.cancel(`k${index}`);
  expect(clock.armed).toBe(before);
});

it("moves what has become due while nobody moved", async () => {
  const { transport, clock } = await connectedMemory();
  for (let index = 0; index < 2_500; index += 1) await schedule(transport, clock, `k${index}`, 5_000);
  clock.advance(YEAR_MS);
  expect(await waiting(transport)).toBe(0);
  await transport.delayed.move("a");
  clock.advance(0);
  expect(await waiting(transport)).toBe(2_500);
});

it("tries again after five seconds when there is no room in the queues", async () => {
  const { transport, clock } = await connectedMemory({ maxMessages: 1 });
  await transport.delayed.move("a");
  await transport.tasks.publish(taskOf("first"));
  await schedule(transport, clock, "late", 2_000);
  const dueAt = clock.now() + 2_000;
  clock.advance(2_000);
  expect(await transport.delayed.find("late")).toMatchObject({ key: "late", dueAt });
  await transport.tasks.purge("q");
  clock.advance(4_999);
  expect(await waiting(transport)).toBe(0);
  clock.advance(1);
  expect(await waiting(transport)).toBe(1);
  expect(await transport.delayed.find("late")).toBeNull();
});

it("can be told to forget a task whose queue is full", async () => {
  const { transport, clock } = await connectedMemory({ maxMessages: 1 });
  await transport.delayed.move("a");
  await transport.tasks.publish(taskOf("first"));
  await schedule(transport, clock, "late", 2_000);
  clock.advance(3_000);
  expect(await transport.delayed.cancel("late")).toMatchObject({ key: "late" });
  await transport.tasks.purge("q");
  clock.advance(60_000);
  expect(await waiting(transport)).toBe(0);
});

it("bounds the number and the bytes of what waits, apart from the queues", async () => {
  const { transport, clock } = await connectedMemory({ maxMessages: 3, maxStoredBytes: 10 });
  for (const key of ["a", "b", "c"]) await schedule(transport, clock, key, 5_000);
  await expect(schedule(transport, clock, "d", 5_000)).rejects.toMatchObject(FULL);
  await transport.tasks.publish(taskOf("d"));
  await transport.delayed.cancel("a");
  const body = new Uint8Array(9);
  const large = (): Promise<unknown> => transport.delayed.schedule(taskOf("e", { body }), clock.now() + 5_000);
  await expect(large()).rejects.toMatchObject(FULL);
  await transport.delayed.cancel("b");
  await expect(large()).resolves.toBe("stored");
});

it("keeps what waits when the last application closes, and moves on for the next", async () => {
  const { transport, clock } = await connectedMemory();
  await transport.connect(settings);
  const mover = await transport.delayed.move("a");
  await schedule(transport, clock, "k", 5_000);
  await transport.close();
  expect(clock.armed).toBe(1);
  await transport.close();
  expect(clock.armed).toBe(0);
  clock.advance(6_000);
  await transport.connect(settings);
  expect(await waiting(transport)).toBe(0);
  await mover.close();
  await transport.delayed.move("b");
  clock.advance(0);
  expect(await waiting(transport)).toBe(1);
});

// Conformance of `DelayedTasks.move`: what is due goes to its queue, not before its time, once, whoever moves.

import { strict as assert } from "node:assert";
import type { Stored } from "../../transport/task-queue.ts";
import { eventually } from "../test-probe.ts";
import { Arrivals, DELAY_MS, untilPast } from "./delayed-tester.ts";
import { bytesOf, HOSTILE_NAMES, textOf } from "./expectations.ts";
import { SMALL_STORE } from "./options.ts";
import { fence, TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

/** Clocks are measured, not read. */
const EARLY_MS = 100;
const MANY = 2_000;
const MANY_DELAY_MS = 2_500;
/** How long a task waits whose queue is full. */
const FULL_PAUSE_MS = 5_000;

export function movingConformance(suite: ConformanceSuite): void {
  suite.describe("moving of delayed tasks", () => {
    suite.test("brings tasks to their queues when they are due, and not before", (context) => keepsTime(context));
    suite.test("brings each task to its own queue, whatever that is called", (context) => findsQueues(context));
    suite.test("ends when the mover is closed, and goes on with another", (context) => changesHands(context));
    suite.test("brings thousands that are due at once, each once, though several move", (context) =>
      movesMany(context),
    );
    suite.test("brings back what was in its queue a moment ago", (context) => bringsBack(context));
    suite.test("leaves out what was cancelled", (context) => leavesOut(context));
    suite.testWith("waits while a queue is full", { capability: "full-store" }, (context) => waitsForRoom(context));
    suite.testWith("goes on after the broker was restarted", { capability: "reconnect" }, (context) =>
      outlivesRestart(context),
    );
  });
}

async function keepsTime(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const mover = await transport.delayed.move("a");
  const arrivals = await Arrivals.open(transport, "q", deadlineMs + 2 * DELAY_MS);
  const now = transport.now();
  const times = new Map([600, 0, 300].map((more) => [`k${more}`, now + DELAY_MS + more]));
  for (const [key, dueAt] of times) {
    const body = bytesOf(key);
    await transport.delayed.schedule(taskOf("q", key, { body, contentType: "application/json" }), dueAt);
    body.fill(0);
  }
  for (const { delivery, at } of await arrivals.probe.take(times.size, "all tasks, when they are due")) {
    const dueAt = times.get(textOf(delivery.body) ?? "") ?? Number.POSITIVE_INFINITY;
    assert.ok(at >= dueAt - EARLY_MS, `a task came ${dueAt - at} ms too early`);
    const { exclusive, suspicious, redelivered, contentType } = delivery;
    assert.deepEqual(
      { exclusive, suspicious, redelivered, contentType },
      { exclusive: true, suspicious: true, redelivered: false, contentType: "application/json" },
    );
  }
  await context.eventually("nothing waits any more", async () => (await transport.delayed.list(1)).length === 0);
  assert.equal(await transport.delayed.cancel("k0"), null, "what was moved cannot be cancelled");
  const again = await transport.tasks.publish(taskOf("q", "k0", { exclusive: true }));
  assert.equal(again, "exists", "a task keeps its key in its queue");
  await mover.close();
}

async function findsQueues(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const mover = await transport.delayed.move("a");
  const queues = await Promise.all(
    HOSTILE_NAMES.map((name) => Arrivals.open(transport, name, deadlineMs + 2 * DELAY_MS)),
  );
  const dueAt = transport.now() + DELAY_MS;
  await Promise.all(
    HOSTILE_NAMES.map((name) => transport.delayed.schedule(taskOf(name, `k-${name}`, { body: bytesOf(name) }), dueAt)),
  );
  for (const [index, { probe }] of queues.entries()) {
    await probe.next(`the task of queue ${JSON.stringify(HOSTILE_NAMES[index])}`);
  }
  await fence(transport, deadlineMs);
  assert.deepEqual(
    queues.map(({ bodies }) => bodies),
    HOSTILE_NAMES.map((name) => [name]),
  );
  await mover.close();
}

async function changesHands(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const sibling = await context.sibling();
  const arrivals = await Arrivals.open(transport, "q", deadlineMs + DELAY_MS);
  const former = await transport.delayed.move("former");
  const dueAt = transport.now() + DELAY_MS;
  await transport.delayed.schedule(taskOf("q", "k"), dueAt);
  await former.close();
  await former.close();
  await untilPast(context, dueAt + DELAY_MS / 4);
  await fence(transport, deadlineMs);
  assert.deepEqual(arrivals.bodies, [], "moved, though nobody moves");
  assert.equal((await transport.delayed.find("k"))?.key, "k", "it still waits");
  const next = await sibling.delayed.move("next");
  await arrivals.probe.next("the task, moved by another process");
  await fence(transport, deadlineMs);
  assert.deepEqual(arrivals.bodies, ["k"]);
  await next.close();
}

async function movesMany(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const transports = [transport, await context.sibling()];
  const arrivals = await Arrivals.open(transport, "q", deadlineMs + MANY_DELAY_MS);
  const movers = await Promise.all(transports.map((each, index) => each.delayed.move(`mover ${index}`)));
  const dueAt = transport.now() + MANY_DELAY_MS;
  const keys = Array.from({ length: MANY }, (_, index) => `k${index}`);
  await Promise.all(
    keys.map((key, index) => (transports[index % 2] ?? transport).delayed.schedule(taskOf("q", key), dueAt)),
  );
  await arrivals.probe.take(MANY, "all tasks");
  await fence(transport, deadlineMs);
  assert.equal(arrivals.bodies.length, MANY, "a task came twice");
  assert.deepEqual(new Set(arrivals.bodies), new Set(keys));
  await Promise.all(movers.map((mover) => mover.close()));
}

// As a worker does that has no place for a task: it lets it wait, then takes it off the queue.
async function bringsBack(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const mover = await transport.delayed.move("a");
  const arrivals = await Arrivals.open(transport, "q", deadlineMs + DELAY_MS);
  for (const exclusive of [false, true]) {
    const task = taskOf("q", `k-${exclusive}`, { exclusive });
    await transport.tasks.publish(task);
    for (const again of ["for the first time", "once more", "and once more"]) {
      const { delivery } = await arrivals.probe.next(`${task.key}, ${again}`);
      await context.eventually("it was moved", async () => (await transport.delayed.find(task.key)) === null);
      assert.equal(await transport.delayed.schedule(task, transport.now() + DELAY_MS), "stored");
      await delivery.confirmAck();
    }
    const { delivery } = await arrivals.probe.next(`${task.key}, for the last time`);
    await delivery.confirmAck();
  }
  await mover.close();
}

async function leavesOut(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const mover = await transport.delayed.move("a");
  const arrivals = await Arrivals.open(transport, "q", deadlineMs + DELAY_MS);
  const dueAt = transport.now() + DELAY_MS;
  for (const key of ["cancelled", "kept"]) await transport.delayed.schedule(taskOf("q", key), dueAt);
  assert.equal((await transport.delayed.cancel("cancelled"))?.key, "cancelled");
  await arrivals.probe.next("the task that was not cancelled");
  await untilPast(context, dueAt + DELAY_MS / 4);
  await fence(transport, deadlineMs);
  assert.deepEqual(arrivals.bodies, ["kept"]);
  await mover.close();
}

async function waitsForRoom(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const mover = await transport.delayed.move("a");
  const body = new Uint8Array(SMALL_STORE.bodyBytes);
  const fill = (index: number): Promise<Stored> => transport.tasks.publish(taskOf("q", `k${index}`, { body }));
  const dueAt = transport.now() + DELAY_MS;
  await transport.delayed.schedule(taskOf("q", "late", { body }), dueAt);
  for (let index = 0, isFull = false; !isFull; index += 1) {
    assert.ok(index < SMALL_STORE.most, `a small store took ${index} messages`);
    isFull = await fill(index).then(
      () => false,
      () => true,
    );
  }
  await untilPast(context, dueAt + DELAY_MS / 2);
  assert.equal((await transport.delayed.find("late"))?.key, "late", "it waits for room");
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(5);
  for (const delivery of await consumer.take(5, "deliveries from a full queue")) await delivery.confirmAck();
  const hasGone = async (): Promise<boolean> => (await transport.delayed.find("late")) === null;
  await eventually("the task goes to its queue, where there is room now", hasGone, deadlineMs + FULL_PAUSE_MS);
  const again = transport.tasks.publish(taskOf("q", "late", { exclusive: true, body }));
  assert.equal(await again, "exists", "it is in its queue");
  await mover.close();
}

async function outlivesRestart(context: TestContext): Promise<void> {
  const { transport, broker, deadlineMs } = context;
  const mover = await transport.delayed.move("a");
  const arrivals = await Arrivals.open(transport, "q", 2 * deadlineMs);
  const now = transport.now();
  const times = new Map([0, 500, 4_000].map((more) => [`k${more}`, now + DELAY_MS + more]));
  for (const [key, dueAt] of times) await transport.delayed.schedule(taskOf("q", key), dueAt);
  assert.ok(broker.restart !== undefined, "the broker offers no restart()");
  await broker.restart();
  await context.eventually("the transport is connected", () => transport.connected);
  const left = new Set(times.keys());
  while (left.size > 0) {
    const { delivery, at } = await arrivals.probe.next(`tasks ${[...left].join()}, after the restart`);
    const key = textOf(delivery.body) ?? "";
    left.delete(key);
    assert.ok(at >= (times.get(key) ?? 0) - EARLY_MS, `task ${key} came ${(times.get(key) ?? 0) - at} ms too early`);
  }
  await mover.close();
}

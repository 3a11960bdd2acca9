// Conformance of `TaskQueue` for priorities: higher ones first, none never, and a queue has as many as are used.

import { strict as assert } from "node:assert";
import type { Transport } from "../../transport/transport.ts";
import { eventually } from "../test-probe.ts";
import { YEAR_MS } from "./delayed-tester.ts";
import { textOf } from "./expectations.ts";
import { fence, TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const REQUEST_EXPIRES_MS = 6_000;

export function prioritiesConformance(suite: ConformanceSuite): void {
  suite.describe("priorities", () => {
    suite.test("deliver the highest of what waits first", async (context) => {
      const { transport } = context;
      for (const priority of [0, 9, 5, 0, 5, 9]) await publish(transport, priority, 1);
      assert.deepEqual(await takeOneByOne(context, 6), [9, 9, 5, 5, 0, 0]);
    });

    suite.test("deliver one of ten of the others, in turn, so that none waits for ever", async (context) => {
      const { transport } = context;
      await publish(transport, 0, 3);
      await publish(transport, 4, 3);
      await publish(transport, 9, 60);
      const taken = await takeOneByOne(context, 66);
      assert.equal(taken[0], 9);
      for (const priority of [0, 4]) {
        const places = taken.flatMap((one, at) => (one === priority ? [at] : []));
        assert.ok((places[0] ?? 66) < 25, `priority ${priority} was delivered first at place ${places[0]}`);
        assert.ok((places[2] ?? 66) < 66, `priority ${priority} had to wait until nothing else was there`);
      }
      const early = taken.slice(0, 30).filter((priority) => priority === 9).length;
      assert.ok(early >= 26, `of the first 30 deliveries ${early} were of the highest priority`);
    });

    suite.test("come up while the queue is consumed", (context) => comesUp(context));

    suite.test("overtake what waits", async (context) => {
      const { transport, deadlineMs } = context;
      await publish(transport, 0, 20);
      const consumer = await TestConsumer.open(await context.sibling(), "q", deadlineMs);
      consumer.request(1);
      (await consumer.next("first delivery")).ack();
      await publish(transport, 3, 1);
      await fence(transport, deadlineMs);
      consumer.request(4);
      await consumer.take(4, "deliveries after the one with a higher priority was published");
      assert.ok(consumer.bodies.includes("3"), `it came after ${consumer.bodies.join()}`);
    });

    suite.test("give no more than was asked for", async ({ transport, deadlineMs }) => {
      for (const priority of [0, 5, 9]) await publish(transport, priority, 5);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      for (const count of [4, 1, 7]) {
        const before = consumer.delivered;
        consumer.request(count);
        await consumer.take(count, `${count} deliveries that were requested`);
        await fence(transport, deadlineMs);
        assert.equal(consumer.delivered, before + count, "more was delivered than requested");
      }
    });

    suite.test("tell what of a request was not used", async (context) => {
      const { transport, deadlineMs, options } = context;
      for (const priority of [0, 5]) await publish(transport, priority, 1);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs, false);
      consumer.request(5);
      await consumer.take(2, "deliveries of what is there");
      const expiresMs = options.requestExpiresMs ?? REQUEST_EXPIRES_MS;
      await eventually(
        () => `onUnused tells 3 (it told ${consumer.unused})`,
        () => consumer.unused === 3,
        expiresMs,
      );
      await publish(transport, 5, 1);
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 2, "a request was answered by onUnused and by a delivery");
      consumer.request(1);
      await consumer.next("delivery that was requested again");
    });

    suite.test("are counted and purged together", async (context) => {
      const { transport, deadlineMs } = context;
      for (const priority of [0, 5, 9]) await publish(transport, priority, 2);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(1);
      await consumer.next("delivery");
      await context.eventually("5 wait and 1 is unsettled", async () => {
        const { waiting, unsettled } = await transport.tasks.count("q");
        return waiting === 5 && unsettled === 1;
      });
      assert.equal(await transport.tasks.purge("q"), 5);
    });

    suite.test("leave nothing behind when a consumer stops and closes", (context) => leavesNothing(context));

    suite.test("are kept by delayed tasks", async ({ transport }) => {
      const dueAt = Math.ceil(transport.now()) + YEAR_MS;
      await transport.delayed.schedule(taskOf("q", "k", { priority: 7 }), dueAt);
      assert.equal((await transport.delayed.find("k"))?.priority, 7);
      assert.deepEqual(
        (await transport.delayed.list(1)).map(({ priority }) => priority),
        [7],
      );
    });
  });
}

/** Publishes messages whose bodies are their priority. */
async function publish(transport: Transport, priority: number, count: number): Promise<void> {
  const body = new TextEncoder().encode(String(priority));
  for (let left = count; left > 0; left -= 1)
    await transport.tasks.publish(taskOf("q", crypto.randomUUID(), { priority, body }));
}

/** Priorities of deliveries, each of them acknowledged before the next is asked for. */
async function takeOneByOne({ transport, deadlineMs }: TestContext, count: number): Promise<number[]> {
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  const taken: number[] = [];
  for (let at = 0; at < count; at += 1) {
    consumer.request(1);
    const delivery = await consumer.next(`delivery ${at + 1} of ${count}`);
    taken.push(Number(textOf(delivery.body)));
    delivery.ack();
  }
  return taken;
}

async function comesUp(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const consumer = await TestConsumer.open(await context.sibling(), "q", deadlineMs);
  consumer.request(2);
  await publish(transport, 6, 1);
  assert.equal(textOf((await consumer.next("delivery of a priority that the queue did not have")).body), "6");
  await publish(transport, 0, 1);
  assert.equal(textOf((await consumer.next("delivery without priority")).body), "0");
  await publish(transport, 2, 1);
  await publish(transport, 9, 1);
  consumer.request(2);
  await consumer.take(2, "deliveries of two more priorities");
}

async function leavesNothing(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  for (const priority of [0, 5, 9]) await publish(transport, priority, 4);
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(3);
  await consumer.take(3, "deliveries");
  await consumer.stop();
  const other = await TestConsumer.open(await context.sibling(), "q", deadlineMs);
  other.request(12);
  await other.take(9, "all that the other consumer has not got");
  await consumer.close();
  await other.take(3, "what the closed consumer gave back");
}

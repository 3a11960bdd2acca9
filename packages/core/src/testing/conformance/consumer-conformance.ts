// Conformance of `QueueConsumer`: it gets what it asked for and no more, and loses nothing when it ends.

import { strict as assert } from "node:assert";
import { eventually } from "../test-probe.ts";
import { assertRejects, textOf } from "./expectations.ts";
import { fence, publishMany, TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const REQUEST_EXPIRES_MS = 6_000;

export function consumerConformance(suite: ConformanceSuite): void {
  suite.describe("queue consumer", () => {
    suite.test("gets nothing before it asks", async ({ transport, deadlineMs }) => {
      await publishMany(transport, "q", 3);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      await publishMany(transport, "q", 3, "late");
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 0);
    });

    suite.test("gets as many as it asked for, and no more", async ({ transport, deadlineMs }) => {
      await publishMany(transport, "q", 10);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(3);
      await consumer.take(3, "the three deliveries that were requested");
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 3, "more was delivered than requested");
      consumer.request(1);
      consumer.request(2);
      await consumer.take(3, "the one and two deliveries that were requested");
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 6, "more was delivered than requested");
    });

    suite.test("gets messages that come after it asked, no more than that", async ({ transport, deadlineMs }) => {
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(4);
      await publishMany(transport, "q", 10);
      await consumer.take(4, "deliveries of messages that came after the request");
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 4, "more was delivered than requested");
    });

    suite.test("is told what of its requests was not used", (context) => returnsUnused(context));

    suite.test("keeps its deliveries when it stops, and leaves the rest to others", (context) => stops(context));

    suite.test("takes nothing with it when it stops while it asks", async (context) => {
      const { transport, deadlineMs } = context;
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(10);
      await fence(transport, deadlineMs);
      await consumer.stop();
      await publishMany(transport, "q", 5);
      const other = await TestConsumer.open(await context.sibling(), "q", deadlineMs);
      other.request(5);
      const deliveries = await other.take(5, "delivery of all messages to the other consumer");
      assert.equal(consumer.delivered, 0, "a consumer that was stopped got messages");
      assert.ok(deliveries.every((delivery) => !delivery.redelivered));
    });

    suite.test("gives back what it has not settled when it is closed", (context) => givesBack(context));

    suite.test("settles nothing after it was closed", async (context) => {
      const { transport, deadlineMs } = context;
      await publishMany(transport, "q", 2);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(2);
      const [first, second] = await consumer.take(2, "deliveries");
      await consumer.close();
      first?.ack();
      if (second !== undefined) {
        await assertRejects(second.confirmAck(), ["TROUPE_BROKER_REFUSED", "TROUPE_CLOSED"], "confirmAck after close");
      }
      const other = await TestConsumer.open(transport, "q", deadlineMs);
      other.request(2);
      await other.take(2, "deliveries of both messages that were given back");
    });

    suite.test("can be stopped and closed twice", async ({ transport, deadlineMs }) => {
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(1);
      await Promise.all([consumer.stop(), consumer.stop()]);
      await Promise.all([consumer.close(), consumer.close()]);
      consumer.request(1);
      await transport.tasks.publish(taskOf("q", "k"));
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 0, "a consumer that was closed got a message");
    });
  });
}

async function returnsUnused(context: TestContext): Promise<void> {
  const { transport, deadlineMs, options } = context;
  const consumer = await TestConsumer.open(transport, "q", deadlineMs, false);
  consumer.request(4);
  await transport.tasks.publish(taskOf("q", "used"));
  await consumer.next("delivery of the one message there is");
  const expiresMs = options.requestExpiresMs ?? REQUEST_EXPIRES_MS;
  const what = (): string => `onUnused tells the 3 messages that did not come (it told ${consumer.unused})`;
  await eventually(what, () => consumer.unused === 3, expiresMs);
  await publishMany(transport, "q", 3);
  await fence(transport, deadlineMs);
  assert.equal(consumer.delivered, 1, "a request was answered by onUnused and by a delivery");
  consumer.request(2);
  await consumer.take(2, "deliveries that were requested again");
  await fence(transport, deadlineMs);
  assert.deepEqual([consumer.delivered, consumer.unused], [3, 3]);
}

async function stops(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  await publishMany(transport, "q", 4);
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(1);
  const held = await consumer.next("delivery");
  await consumer.stop();
  consumer.request(3);
  await fence(transport, deadlineMs);
  assert.equal(consumer.delivered, 1, "a consumer that was stopped got messages");
  const other = await TestConsumer.open(await context.sibling(), "q", deadlineMs);
  other.request(4);
  await other.take(3, "the three other messages, delivered to another consumer");
  await fence(transport, deadlineMs);
  assert.ok(!other.bodies.includes(textOf(held.body)), "what a stopped consumer holds went to another one");
  await held.confirmAck();
  await context.eventually("the queue holds three unsettled messages", async () => {
    const { waiting, unsettled } = await transport.tasks.count("q");
    return waiting === 0 && unsettled === 3;
  });
}

async function givesBack(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  await publishMany(transport, "q", 5);
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(3);
  const [acked, ...lost] = await consumer.take(3, "deliveries");
  await acked?.confirmAck();
  await consumer.close();
  const other = await TestConsumer.open(await context.sibling(), "q", deadlineMs);
  other.request(5);
  const deliveries = await other.take(4, "all messages that were not acknowledged, delivered to another consumer");
  await fence(transport, deadlineMs);
  assert.equal(other.delivered, 4, "an acknowledged message came again, or one came twice");
  const again = deliveries.filter((delivery) => delivery.redelivered);
  assert.deepEqual(
    new Set(again.map((delivery) => textOf(delivery.body))),
    new Set(lost.map((delivery) => textOf(delivery.body))),
    "those that the closed consumer had are told as redelivered, the others are not",
  );
  assert.ok(
    deliveries.every((delivery) => delivery.suspicious === delivery.redelivered),
    "what was delivered before is suspicious, and nothing else",
  );
}

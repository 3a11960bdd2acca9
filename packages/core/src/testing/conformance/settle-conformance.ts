// Conformance of `Delivery`: it is this process's until it is settled, it is settled once, and what is given back comes again.

import { strict as assert } from "node:assert";
import { assertRejects, textOf } from "./expectations.ts";
import { fence, publishMany, TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const DELAY_MS = 400;
/** Timers and clocks are a little off. */
const EARLY_MS = 20;
/** Held for so many times the ack wait. */
const HELD_WAITS = 3;

export function settleConformance(suite: ConformanceSuite): void {
  suite.describe("settling a delivery", () => {
    suite.test("delivers again what was handed back", async ({ transport, deadlineMs }) => {
      const consumer = await consumerOf(transport, deadlineMs);
      const first = await consumer.next("first delivery");
      consumer.request(1);
      first.handBack(0);
      const again = await consumer.next("delivery of the message that was handed back");
      assert.equal(textOf(again.body), "k");
      assert.equal(again.contentType, "text/plain");
      assert.deepEqual([again.redelivered, again.exclusive, again.suspicious], [true, false, true]);
    });

    suite.test("delivers what was handed back with a delay when that is over, others meanwhile", (context) =>
      delays(context),
    );

    suite.test("ignores what follows an acknowledgement", async (context) => {
      const { transport, deadlineMs } = context;
      const consumer = await consumerOf(transport, deadlineMs);
      const delivery = await consumer.next("delivery");
      await delivery.confirmAck();
      delivery.handBack(0);
      delivery.ack();
      await delivery.confirmAck();
      consumer.request(1);
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 1, "handed back after it was acknowledged, a message came again");
    });

    suite.test("ignores what follows a handing back", async (context) => {
      const { transport, deadlineMs } = context;
      const consumer = await consumerOf(transport, deadlineMs);
      const first = await consumer.next("first delivery");
      first.handBack(0);
      first.ack();
      first.handBack(0);
      await assertRejects(first.confirmAck(), ["TROUPE_BROKER_REFUSED"], "confirmAck after handBack");
      consumer.request(2);
      const again = await consumer.next("delivery of the message that was handed back and then acknowledged");
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 2, "handed back twice, a message was delivered twice");
      await again.confirmAck();
      await context.eventually("the queue is empty", async () => {
        const { waiting, unsettled } = await transport.tasks.count("q");
        return waiting + unsettled === 0;
      });
    });

    suite.test("keeps what is stored as it is, whatever a receiver does to the body", async (context) => {
      const { transport, deadlineMs } = context;
      const consumer = await consumerOf(transport, deadlineMs);
      const first = await consumer.next("first delivery");
      first.body.fill(0);
      first.handBack(0);
      consumer.request(1);
      assert.equal(textOf((await consumer.next("second delivery")).body), "k");
    });

    suite.testWith(
      "keeps a delivery beyond the ack wait, also while the event loop is blocked",
      { settings: { ackWaitMs: suite.options.shortestAckWaitMs ?? 2_000 } },
      (context) => holds(context),
    );
  });
}

/** A consumer of a queue with one message, requested. */
async function consumerOf(transport: TestContext["transport"], deadlineMs: number): Promise<TestConsumer> {
  await transport.tasks.publish(taskOf("q", "k"));
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(1);
  return consumer;
}

async function delays({ transport, deadlineMs }: TestContext): Promise<void> {
  const consumer = await consumerOf(transport, deadlineMs);
  const first = await consumer.next("first delivery");
  const handedBackAt = performance.now();
  first.handBack(DELAY_MS);
  consumer.request(2);
  await transport.tasks.publish(taskOf("q", "other"));
  assert.equal(textOf((await consumer.next("delivery of another message during the delay")).body), "other");
  const again = await consumer.next(`delivery ${DELAY_MS} ms after it was handed back`);
  const waitedMs = performance.now() - handedBackAt;
  assert.equal(textOf(again.body), "k");
  assert.ok(again.redelivered && again.suspicious, "a message that was handed back must be told as redelivered");
  assert.ok(waitedMs >= DELAY_MS - EARLY_MS, `handed back for ${DELAY_MS} ms, it came after ${waitedMs} ms`);
}

async function holds(context: TestContext): Promise<void> {
  const { transport, deadlineMs, settings } = context;
  await publishMany(transport, "q", 1);
  const other = await context.sibling();
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(1);
  const delivery = await consumer.next("delivery");
  const rival = await TestConsumer.open(other, "q", deadlineMs);
  rival.request(1);
  // Blocks this thread as a handler that computes does.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settings.ackWaitMs * HELD_WAITS);
  await fence(other, deadlineMs);
  assert.equal(rival.delivered, 0, `held for ${HELD_WAITS} ack waits, a message went to another consumer`);
  await delivery.confirmAck();
  await fence(other, deadlineMs);
  assert.equal(rival.delivered, 0, "acknowledged after a long time, a message was delivered again");
}

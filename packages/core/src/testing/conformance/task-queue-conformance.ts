// Conformance of `TaskQueue`: what is published arrives, unchanged and once, and stays stored until it is settled.

import { strict as assert } from "node:assert";
import type { Transport } from "../../transport/transport.ts";
import { assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import { fence, publishMany, TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

/** Room for what a transport adds to a body: headers, addresses. */
const ENVELOPE_BYTES = 4_096;
const SHARED = 1_000;

export function taskQueueConformance(suite: ConformanceSuite): void {
  suite.describe("task queue", () => {
    suite.test("delivers what was published", async ({ transport, deadlineMs }) => {
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(1);
      assert.equal(await transport.tasks.publish(taskOf("q", "k", { contentType: "application/json" })), "stored");
      const delivery = await consumer.next("delivery of the message");
      assert.equal(delivery.queue, "q");
      assert.equal(textOf(delivery.body), "k");
      assert.equal(delivery.contentType, "application/json");
      assert.deepEqual([delivery.redelivered, delivery.exclusive, delivery.suspicious], [false, false, false]);
    });

    suite.test("keeps bodies of all sizes intact", async ({ transport, deadlineMs }) => {
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      for (const size of [0, 1, 65_536, transport.maxMessageBytes - ENVELOPE_BYTES]) {
        const body = patternOf(size);
        await transport.tasks.publish(taskOf("q", `k${size}`, { body }));
        consumer.request(1);
        const delivery = await consumer.next(`delivery of ${size} bytes`);
        assertSameBytes(delivery.body, body, `body of ${size} bytes`);
        delivery.ack();
      }
    });

    suite.test("stores the body as it was published, whatever its sender does to the array later", async (context) => {
      const { transport, deadlineMs } = context;
      const body = bytesOf("before");
      await transport.tasks.publish(taskOf("q", "k", { body }));
      body.set(bytesOf("after!"));
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(1);
      assert.equal(textOf((await consumer.next("delivery")).body), "before");
    });

    suite.test("delivers to a consumer that was there before the queue's first message", async (context) => {
      const { transport, deadlineMs } = context;
      const consumer = await TestConsumer.open(await context.sibling(), "q", deadlineMs);
      consumer.request(1);
      await transport.tasks.publish(taskOf("q", "k"));
      assert.equal(textOf((await consumer.next("delivery of the message")).body), "k");
    });

    suite.test("removes a message that was acknowledged", (context) => removesAcked(context));

    suite.test("counts what waits and what is not settled", async (context) => {
      const { transport, deadlineMs } = context;
      await expectCount(context, "q", 0, 0);
      await publishMany(transport, "q", 5);
      await expectCount(context, "q", 5, 0);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(2);
      const [first] = await consumer.take(2, "deliveries");
      await expectCount(context, "q", 3, 2);
      first?.ack();
      await expectCount(context, "q", 3, 1);
    });

    suite.test("names queues that are consumed, and those in which plain messages wait", async (context) => {
      const { transport, deadlineMs } = context;
      const { tasks } = transport;
      await TestConsumer.open(transport, "consumed", deadlineMs);
      await tasks.publish(taskOf("a.b", "k"));
      await tasks.publish({ ...taskOf("urgent", "k"), priority: 9 });
      const names = await tasks.names();
      for (const queue of ["consumed", "a.b", "urgent"]) assert.ok(names.includes(queue), `${queue}: ${names.join()}`);
      assert.equal(new Set(names).size, names.length, names.join());
    });

    suite.test(
      "names queues that nobody consumes any more, empty ones too, until they are forgotten",
      async (context) => {
        const { tasks } = context.transport;
        const consumer = await TestConsumer.open(context.transport, "left", context.deadlineMs);
        await consumer.close();
        assert.ok((await tasks.names()).includes("left"));
        await tasks.forget("left");
        assert.ok(!(await tasks.names()).includes("left"));
      },
    );

    suite.test("purges what waits, and keeps what is delivered", (context) => purges(context));

    suite.test("purges nothing of a queue that does not exist", async ({ transport }) => {
      assert.equal(await transport.tasks.purge("never-used"), 0);
    });

    suite.test("forgets a queue, with what waits in it, until it is used again", (context) => forgets(context));

    suite.test("gives each message to one of two consumers", (context) => sharesAQueue(context));

    suite.test("keeps queues apart whatever they are called", async (context) => {
      const { transport, deadlineMs } = context;
      const consumers = await Promise.all(HOSTILE_NAMES.map((name) => TestConsumer.open(transport, name, deadlineMs)));
      await Promise.all(
        HOSTILE_NAMES.map((name) => transport.tasks.publish(taskOf(name, `k-${name}`, { body: bytesOf(name) }))),
      );
      for (const consumer of consumers) consumer.request(2);
      for (const [index, consumer] of consumers.entries()) {
        const name = HOSTILE_NAMES[index] ?? "";
        const delivery = await consumer.next(`delivery to queue "${name}"`);
        assert.equal(delivery.queue, name);
      }
      await fence(transport, deadlineMs);
      assert.deepEqual(
        consumers.map((consumer) => consumer.bodies),
        HOSTILE_NAMES.map((name) => [name]),
      );
      for (const name of HOSTILE_NAMES) await expectCount(context, name, 0, 1);
    });
  });
}

async function removesAcked(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  await publishMany(transport, "q", 4);
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(4);
  const deliveries = await consumer.take(4, "deliveries");
  for (const delivery of deliveries.slice(0, 2)) delivery.ack();
  await Promise.all(deliveries.slice(2).map((delivery) => delivery.confirmAck()));
  await expectCount(context, "q", 0, 0);
  await consumer.close();
  const second = await TestConsumer.open(transport, "q", deadlineMs);
  second.request(4);
  await fence(transport, deadlineMs);
  assert.deepEqual(second.bodies, [], "acknowledged messages were delivered again");
}

async function purges(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  await publishMany(transport, "q", 5);
  await transport.tasks.publish(taskOf("other", "unrelated"));
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(2);
  const held = await consumer.take(2, "deliveries before the purge");
  assert.equal(await transport.tasks.purge("q"), 3);
  await expectCount(context, "q", 0, 2);
  await expectCount(context, "other", 1, 0);
  await Promise.all(held.map((delivery) => delivery.confirmAck()));
  await expectCount(context, "q", 0, 0);
  consumer.request(1);
  await transport.tasks.publish(taskOf("q", "after"));
  assert.equal(textOf((await consumer.next("delivery after the purge")).body), "after");
}

async function forgets({ transport, deadlineMs }: TestContext): Promise<void> {
  const { tasks } = transport;
  const before = await TestConsumer.open(transport, "gone", deadlineMs);
  await TestConsumer.open(transport, "stays", deadlineMs);
  await before.close();
  await tasks.publish(taskOf("gone", "plain"));
  await tasks.publish({ ...taskOf("gone", "urgent"), priority: 5 });
  await tasks.forget("gone");
  await tasks.forget("never-used");
  const names = await tasks.names();
  assert.ok(!names.includes("gone") && names.includes("stays"), names.join());
  await tasks.publish({ ...taskOf("gone", "later"), priority: 5, body: bytesOf("later") });
  const after = await TestConsumer.open(transport, "gone", deadlineMs);
  after.request(1);
  assert.equal(textOf((await after.next("delivery of a queue that was forgotten")).body), "later");
  assert.deepEqual(await tasks.count("gone"), { waiting: 0, unsettled: 1 });
}

async function sharesAQueue(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const seen = new Map<string, number>();
  const consume = async (on: Transport): Promise<void> => {
    const consumer = await on.tasks.consume({
      queue: "q",
      onUnused: (count) => consumer.request(count),
      onDelivery: (delivery) => {
        const key = textOf(delivery.body) ?? "";
        seen.set(key, (seen.get(key) ?? 0) + 1);
        delivery.ack();
        consumer.request(1);
      },
    });
    consumer.request(20);
  };
  await consume(transport);
  await consume(await context.sibling());
  await publishMany(transport, "q", SHARED);
  await context.eventually(`delivery of ${SHARED} messages to two consumers`, () => seen.size === SHARED);
  await fence(transport, deadlineMs);
  assert.deepEqual(
    [...seen].filter(([, times]) => times !== 1),
    [],
    "messages were delivered more than once",
  );
  await expectCount(context, "q", 0, 0);
}

/** Waits until a queue holds so many messages; counts may lag behind acknowledgements. */
async function expectCount(context: TestContext, queue: string, waiting: number, unsettled: number): Promise<void> {
  await context.eventually(`queue "${queue}" counts ${waiting} waiting and ${unsettled} unsettled`, async () => {
    const count = await context.transport.tasks.count(queue);
    return count.waiting === waiting && count.unsettled === unsettled;
  });
}

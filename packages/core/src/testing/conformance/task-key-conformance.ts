// Conformance of keys and limits of `TaskQueue.publish`: when a message is refused, when it is suspicious.

import { strict as assert } from "node:assert";
import { PayloadTooLargeError } from "../../model/errors.ts";
import type { Stored } from "../../transport/task-queue.ts";
import { assertRejects } from "./expectations.ts";
import { SMALL_STORE } from "./options.ts";
import { fence, TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const WRITERS = 6;
const ROUNDS = 20;
const exclusive = taskOf("q", "k", { exclusive: true });

export function taskKeyConformance(suite: ConformanceSuite): void {
  suite.describe("keys of messages", () => {
    suite.test("refuses an exclusive key while its message waits or runs", (context) => refusesExclusive(context));

    suite.test("recognises a plain message that is repeated under an exclusive key", async ({ transport }) => {
      assert.equal(await transport.tasks.publish(taskOf("q", "k")), "stored");
      assert.equal(await transport.tasks.publish({ ...exclusive, repeat: true }), "exists");
    });

    suite.test("refuses an exclusive key while its message waits for the end of a delay", async (context) => {
      const { transport, deadlineMs } = context;
      await transport.tasks.publish(exclusive);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(1);
      (await consumer.next("delivery")).handBack(60_000);
      await fence(transport, deadlineMs);
      assert.equal(await transport.tasks.publish(exclusive), "exists");
    });

    suite.test("stores an exclusive key once of many writers", async (context) => {
      const { transport } = context;
      const transports = [transport, await context.sibling()];
      for (let round = 0; round < ROUNDS; round += 1) {
        const message = taskOf("q", `k${round}`, { exclusive: true });
        const tries = Array.from({ length: WRITERS }, (_, writer) => transports[writer % 2] ?? transport);
        const outcomes = await Promise.all(tries.map((writer) => writer.tasks.publish(message)));
        assert.equal(
          outcomes.filter((outcome) => outcome === "stored").length,
          1,
          `round ${round}: ${outcomes.join()}`,
        );
      }
    });

    suite.test("keeps keys apart that look alike", async ({ transport }) => {
      const keys = ["k", "k.1", "k-1", "K", "*", ">", "k*", "a b", "ä", "k/1"];
      const publish = (key: string): Promise<Stored> => transport.tasks.publish(taskOf("q", key, { exclusive: true }));
      for (const key of keys) assert.equal(await publish(key), "stored", `key "${key}"`);
      for (const key of keys) assert.equal(await publish(key), "exists", `key "${key}" again`);
    });

    suite.test("stores the same exclusive key in two queues", async ({ transport }) => {
      assert.equal(await transport.tasks.publish(exclusive), "stored");
      assert.equal(await transport.tasks.publish({ ...exclusive, queue: "other" }), "stored");
    });

    suite.test("recognises a quick repeat of a plain message", async ({ transport, deadlineMs }) => {
      assert.equal(await transport.tasks.publish(taskOf("q", "k")), "stored");
      assert.equal(await transport.tasks.publish(taskOf("q", "k", { repeat: true })), "exists");
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(2);
      await consumer.next("delivery");
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, 1, "a message and its repeat were both delivered");
    });

    suite.test("recognises or suspects the repeat of a plain message that was acknowledged", async (context) => {
      const { transport, deadlineMs } = context;
      await transport.tasks.publish(taskOf("q", "k"));
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(2);
      await (await consumer.next("delivery")).confirmAck();
      const outcome = await transport.tasks.publish(taskOf("q", "k", { repeat: true }));
      if (outcome === "stored") assert.ok((await consumer.next("delivery of the repeat")).suspicious);
      await fence(transport, deadlineMs);
      assert.equal(consumer.delivered, outcome === "stored" ? 2 : 1, `the repeat was told as "${outcome}"`);
    });

    suite.test("tells which messages are exclusive, and which are suspicious", (context) => flags(context));
  });

  suite.describe("limits of messages", () => {
    suite.test("refuses a message that is too large, with both sizes", async ({ transport }) => {
      const body = new Uint8Array(transport.maxMessageBytes + 1);
      const sends = {
        message: () => transport.tasks.publish(taskOf("q", "k", { body })),
        "new record": () => transport.records.create({ kind: "result", id: "x" }, body),
        record: () => transport.records.replace({ kind: "state", id: "x" }, body),
      };
      for (const [what, send] of Object.entries(sends)) {
        const error = await assertRejects(send(), ["TROUPE_PAYLOAD_TOO_LARGE"], `a ${what} that is too large`);
        assert.ok(error instanceof PayloadTooLargeError);
        assert.equal(error.limitBytes, transport.maxMessageBytes);
        assert.ok(error.sizeBytes >= body.byteLength, `told as ${error.sizeBytes} bytes, it has ${body.byteLength}`);
      }
      assert.equal(await transport.records.read({ kind: "result", id: "x" }), null);
      assert.deepEqual(await transport.tasks.count("q"), { waiting: 0, unsettled: 0 });
      assert.equal(await transport.tasks.publish(taskOf("q", "k")), "stored", "the connection must survive");
    });

    suite.testWith("refuses messages when the store is full", { capability: "full-store" }, (context) =>
      refusesWhenFull(context),
    );
  });
}

async function refusesExclusive({ transport, deadlineMs }: TestContext): Promise<void> {
  assert.equal(await transport.tasks.publish(exclusive), "stored");
  assert.equal(await transport.tasks.publish(exclusive), "exists", "while it waits");
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(2);
  const first = await consumer.next("delivery");
  assert.equal(await transport.tasks.publish(exclusive), "exists", "while it runs");
  await fence(transport, deadlineMs);
  assert.equal(consumer.delivered, 1, "a message that was refused was delivered");
  await first.confirmAck();
  // Afterwards it may be recognised for a while; what is stored again is to be looked up before it runs.
  const outcome = await transport.tasks.publish({ ...exclusive, repeat: true });
  if (outcome === "stored")
    assert.ok((await consumer.next("delivery of the message that was stored again")).suspicious);
}

async function flags({ transport, deadlineMs }: TestContext): Promise<void> {
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  for (const isExclusive of [false, true]) {
    for (const repeat of [false, true]) {
      await transport.tasks.publish(taskOf("q", `k${isExclusive}${repeat}`, { exclusive: isExclusive, repeat }));
      consumer.request(1);
      const what = `exclusive: ${isExclusive}, repeat: ${repeat}`;
      const delivery = await consumer.next(`delivery of ${what}`);
      assert.deepEqual(
        { redelivered: delivery.redelivered, exclusive: delivery.exclusive, suspicious: delivery.suspicious },
        { redelivered: false, exclusive: isExclusive, suspicious: repeat },
        what,
      );
    }
  }
}

async function refusesWhenFull(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const body = new Uint8Array(SMALL_STORE.bodyBytes);
  const publish = (index: number): Promise<Stored> => transport.tasks.publish(taskOf("q", `k${index}`, { body }));
  let stored = 0;
  for (; stored < SMALL_STORE.least; stored += 1) assert.equal(await publish(stored), "stored");
  let refused: Error | null = null;
  for (; refused === null && stored < SMALL_STORE.most; stored += 1) {
    refused = await publish(stored).then(
      () => null,
      (error: Error) => error,
    );
  }
  stored -= 1;
  assert.ok(refused !== null, `a small store took ${SMALL_STORE.most} messages`);
  await assertRejects(Promise.reject(refused), ["TROUPE_QUEUE_FULL"], "a message to a full store");
  await context.eventually(
    `the queue holds the ${stored} messages that were stored, and not the one that was refused`,
    async () => {
      const { waiting, unsettled } = await transport.tasks.count("q");
      return waiting + unsettled === stored;
    },
  );
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  consumer.request(2);
  for (const delivery of await consumer.take(2, "deliveries from a full store")) await delivery.confirmAck();
  assert.equal(await publish(stored), "stored", "after acknowledgements there is room again");
}

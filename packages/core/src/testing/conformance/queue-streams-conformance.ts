// Conformance of queues that are stored apart from the others: they work as any queue does, and being full is their own affair.

import { strict as assert } from "node:assert";
import { QueueFullError } from "../../model/errors.ts";
import { textOf } from "./expectations.ts";
import { TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext, TestNeeds } from "./suite.ts";

const OWN = "own.queue";
const MOST = 10;
const KIB = 1_024;

const NEEDS: TestNeeds = {
  settings: {
    queueStreams: new Map([
      [OWN, { maxMessages: MOST, maxBytes: null, replicas: null }],
      ["bytes", { maxMessages: null, maxBytes: 16 * KIB, replicas: null }],
    ]),
  },
};

export function queueStreamsConformance(suite: ConformanceSuite): void {
  suite.describe("queues with a stream of their own", () => {
    suite.testWith("deliver, count, name and purge as others do", NEEDS, (context) => works(context));
    suite.testWith("take each key once", NEEDS, ({ transport }) => takesOnce(transport));
    suite.testWith("hand out priorities, the highest first", NEEDS, (context) => keepsPriorities(context));
    suite.testWith("refuse more than they may hold, until something is settled", NEEDS, (context) => refuses(context));
    suite.testWith("refuse more bytes than they may hold", NEEDS, ({ transport }) => refusesBytes(transport));
    suite.testWith("get what was delayed", NEEDS, (context) => getsDelayed(context));
  });
}

async function works(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const { tasks } = transport;
  for (const key of ["a", "b", "c"]) assert.equal(await tasks.publish(taskOf(OWN, key)), "stored");
  await tasks.publish(taskOf("other", "a"));
  assert.deepEqual(await tasks.count(OWN), { waiting: 3, unsettled: 0 });
  assert.ok((await tasks.names()).includes(OWN));
  const { found, complete } = await tasks.search("b", 100);
  assert.deepEqual([found.map(({ queue, ahead }) => [queue, ahead]), complete], [[[OWN, 1]], true]);
  const consumer = await TestConsumer.open(await context.sibling(), OWN, deadlineMs);
  consumer.request(1);
  const first = await consumer.next("the first task");
  assert.deepEqual([first.queue, textOf(first.body), first.suspicious], [OWN, "a", false]);
  assert.deepEqual(await tasks.count(OWN), { waiting: 2, unsettled: 1 });
  assert.equal(await tasks.purge(OWN), 2);
  await first.confirmAck();
  assert.deepEqual(await tasks.count(OWN), { waiting: 0, unsettled: 0 });
  assert.deepEqual(await tasks.count("other"), { waiting: 1, unsettled: 0 });
}

async function takesOnce({ tasks }: TestContext["transport"]): Promise<void> {
  assert.equal(await tasks.publish(taskOf(OWN, "plain")), "stored");
  assert.equal(await tasks.publish(taskOf(OWN, "plain")), "exists");
  assert.equal(await tasks.publish(taskOf(OWN, "chosen", { exclusive: true })), "stored");
  assert.equal(await tasks.publish(taskOf(OWN, "chosen", { exclusive: true })), "exists");
}

async function keepsPriorities({ transport, deadlineMs }: TestContext): Promise<void> {
  for (const priority of [0, 9, 5]) await transport.tasks.publish(taskOf(OWN, `k${priority}`, { priority }));
  assert.deepEqual(await transport.tasks.count(OWN), { waiting: 3, unsettled: 0 });
  const consumer = await TestConsumer.open(transport, OWN, deadlineMs);
  consumer.request(3);
  const bodies = (await consumer.take(3, "all priorities")).map((delivery) => textOf(delivery.body));
  assert.deepEqual(bodies, ["k9", "k5", "k0"]);
}

async function refuses(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const { tasks } = transport;
  for (let n = 0; n < MOST; n++) await tasks.publish(taskOf(OWN, `k${n}`));
  const refusal: unknown = await tasks.publish(taskOf(OWN, "more")).catch((error: unknown) => error);
  assert.ok(refusal instanceof QueueFullError, String(refusal));
  for (const part of [`"${OWN}"`, String(MOST), "maxMessages"]) assert.ok(refusal.message.includes(part), part);
  assert.equal(await tasks.publish(taskOf("other", "k")), "stored", "other queues have room");
  const consumer = await TestConsumer.open(transport, OWN, deadlineMs);
  consumer.request(1);
  const delivery = await consumer.next("a task of the full queue");
  await assert.rejects(tasks.publish(taskOf(OWN, "more")), QueueFullError, "what runs counts");
  await delivery.confirmAck();
  await context.eventually("there is room again", () =>
    tasks.publish(taskOf(OWN, "more")).then(
      () => true,
      () => false,
    ),
  );
}

async function refusesBytes({ tasks }: TestContext["transport"]): Promise<void> {
  const body = new Uint8Array(KIB);
  const fill = async (): Promise<void> => {
    for (let n = 0; n < 17; n++) await tasks.publish(taskOf("bytes", `k${n}`, { body }));
  };
  await assert.rejects(fill(), QueueFullError);
  assert.ok((await tasks.count("bytes")).waiting > 2);
}

async function getsDelayed(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const mover = await transport.delayed.move("a");
  const consumer = await TestConsumer.open(transport, OWN, deadlineMs);
  consumer.request(1);
  await transport.delayed.schedule(taskOf(OWN, "k"), transport.now() + 1_200);
  assert.equal(textOf((await consumer.next("the delayed task")).body), "k");
  await mover.close();
}

// Conformance of searches in queues and mailboxes: what waits and what is delivered is found, and stays what it was.

import { strict as assert } from "node:assert";
import type { FoundTask } from "../../transport/task-queue.ts";
import { bytesOf, textOf } from "./expectations.ts";
import { brief, mailOf, planOf, TestOwner } from "./mail-tester.ts";
import { TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const MOST = 1_000;

export function searchConformance(suite: ConformanceSuite): void {
  suite.describe("searches", () => {
    suite.test("find the messages of all queues that contain a text, and how many wait before each", (context) =>
      findsWaiting(context),
    );
    suite.test("find what is delivered, and take nothing", (context) => findsDelivered(context));
    suite.test("say when they have not looked at all", async ({ transport: { tasks } }) => {
      for (const key of ["one", "two", "three"]) await tasks.publish(taskOf("q", key));
      assert.equal((await tasks.search("nothing", 2)).complete, false);
      assert.equal((await tasks.search("nothing", 3)).complete, true);
    });
    suite.test("find the messages in all mailboxes, and take nothing", async ({ transport, deadlineMs }) => {
      const { mailboxes } = transport;
      assert.deepEqual(await mailboxes.search("x", MOST), { found: [], complete: true });
      await mailboxes.send(planOf("a", "the plan of x"));
      await mailboxes.send(mailOf("b", "for x", { actor: { shard: 1, id: "b" } }));
      await mailboxes.send(mailOf("a", "of y"));
      const { found, complete } = await mailboxes.search("x", MOST);
      assert.deepEqual(found.map(brief).toSorted(), ["a plan the plan of x", "b c for x"]);
      assert.equal(complete, true);
      const owner = await TestOwner.of(transport, deadlineMs);
      assert.deepEqual(await owner.next(2, "the log"), ["a plan the plan of x", "a c of y"]);
    });
  });
}

async function findsWaiting({ transport: { tasks } }: TestContext): Promise<void> {
  assert.deepEqual(await tasks.search("wanted", MOST), { found: [], complete: true });
  await tasks.publish(taskOf("q", "first"));
  await tasks.publish(taskOf("q", "second", { exclusive: true }));
  await tasks.publish(taskOf("q", "third", { body: bytesOf("is wanted here") }));
  await tasks.publish(taskOf("q", "urgent", { priority: 5, body: bytesOf("wanted soon") }));
  await tasks.publish(taskOf("a queue of its own", "own", { exclusive: true, body: bytesOf("wanted") }));
  const { found, complete } = await tasks.search("wanted", MOST);
  assert.deepEqual(found.map(lineOf).toSorted(), [
    "a queue of its own 0 waits behind 0: wanted",
    "q 0 waits behind 2: is wanted here",
    "q 5 waits behind 0: wanted soon",
  ]);
  assert.equal(complete, true);
}

async function findsDelivered({ transport, deadlineMs }: TestContext): Promise<void> {
  const { tasks } = transport;
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  await tasks.publish(taskOf("q", "wanted one"));
  consumer.request(1);
  const delivery = await consumer.next("delivery of the first message");
  await tasks.publish(taskOf("q", "wanted two"));
  const found = async (): Promise<string[]> => (await tasks.search("wanted", MOST)).found.map(lineOf).toSorted();
  assert.deepEqual(await found(), ["q 0 is delivered: wanted one", "q 0 waits behind 0: wanted two"]);
  await delivery.confirmAck();
  assert.deepEqual(await found(), ["q 0 waits behind 0: wanted two"]);
  consumer.request(1);
  const second = await consumer.next("delivery of the second message");
  assert.deepEqual([textOf(second.body), second.redelivered], ["wanted two", false]);
}

function lineOf({ queue, priority, delivered, ahead, body }: FoundTask): string {
  return `${queue} ${priority} ${delivered ? "is delivered" : `waits behind ${ahead}`}: ${textOf(body)}`;
}

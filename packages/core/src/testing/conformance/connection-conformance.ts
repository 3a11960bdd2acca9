// Conformance of `Transport` itself: opening, sharing and closing the connection, and losing it.

import { strict as assert } from "node:assert";
import type { ConnectionChange, Transport } from "../../transport/transport.ts";
import { TestProbe } from "../test-probe.ts";
import { assertRejects, bytesOf, NOT_CONNECTED, textOf } from "./expectations.ts";
import { planOf } from "./mail-tester.ts";
import { fence, publishMany, TestConsumer, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const CLOCK_TOLERANCE_MS = 2_000;
const CONNECT_WAIT_MS = 500;

export function connectionConformance(suite: ConformanceSuite): void {
  suite.describe("connection", () => {
    suite.testWith("refuses operations before it is open", { unconnected: true }, async ({ transport }) => {
      assert.equal(transport.connected, false);
      await expectRefusals(transport);
    });

    suite.test("says where it leads", async ({ transport }) => {
      assert.equal(transport.connected, true);
      assert.match(transport.address, /^[a-z]+:/);
      assert.ok(transport.maxMessageBytes > 0);
    });

    suite.test("is closed by the last of its users", async ({ transport, settings, deadlineMs }) => {
      await Promise.all([transport.connect(settings), transport.connect(settings)]);
      await transport.close();
      await transport.close();
      assert.equal(transport.connected, true);
      await fence(transport, deadlineMs);
      await transport.close();
      assert.equal(transport.connected, false);
      await expectRefusals(transport);
      await transport.close();
    });

    suite.test("tells when it is closed, to those that still listen", async ({ transport, deadlineMs }) => {
      const changes = new TestProbe<ConnectionChange>(deadlineMs);
      const forgotten: ConnectionChange[] = [];
      transport.onChange((change) => changes.add(change));
      transport.onChange((change) => forgotten.push(change))();
      await transport.close();
      assert.equal((await changes.next('the change "closed"')).type, "closed");
      assert.deepEqual(forgotten, [], "a listener that had left was told");
    });

    suite.testWith(
      "gives unsettled deliveries back when it is closed",
      { capability: "separate-connections" },
      (context) => givesBackOnClose(context),
    );

    suite.test("ignores broadcasts and settlements after it was closed", async ({ transport, deadlineMs }) => {
      await publishMany(transport, "q", 3);
      const consumer = await TestConsumer.open(transport, "q", deadlineMs);
      consumer.request(3);
      const [first, second, third] = await consumer.take(3, "deliveries");
      await transport.close();
      transport.broadcast.publish(["reply", "c"], bytesOf("too late"));
      first?.ack();
      second?.handBack(0);
      if (third === undefined) return;
      const codes = [...NOT_CONNECTED, "TROUPE_BROKER_REFUSED" as const];
      await assertRejects(third.confirmAck(), codes, "confirmAck on a closed connection");
    });

    suite.test("knows the time", async ({ transport }) => {
      const differences = Array.from({ length: 100 }, () => transport.now() - Date.now());
      const worst = Math.max(...differences.map(Math.abs));
      // On one machine the broker's clock is this one.
      assert.ok(worst < CLOCK_TOLERANCE_MS, `the broker's clock is ${worst} ms off`);
      const spread = Math.max(...differences) - Math.min(...differences);
      assert.ok(spread < CLOCK_TOLERANCE_MS / 10, `the broker's clock jumps by ${spread} ms`);
    });

    suite.testWith(
      "rejects when there is no broker",
      { capability: "unreachable", unconnected: true },
      async ({ broker, settings }) => {
        const transport = broker.unreachable?.();
        assert.ok(transport !== undefined, "the broker offers no unreachable()");
        const connecting = transport.connect({ ...settings, timeoutMs: CONNECT_WAIT_MS });
        await assertRejects(connecting, ["TROUPE_BROKER_UNREACHABLE"], "connecting to nothing");
        assert.equal(transport.connected, false);
        const ended = transport.connect({ ...settings, timeoutMs: null, signal: AbortSignal.timeout(CONNECT_WAIT_MS) });
        await assertRejects(ended, NOT_CONNECTED, "connecting to nothing until a signal");
      },
    );

    suite.testWith("comes back after the broker was restarted", { capability: "reconnect" }, (context) =>
      comesBack(context),
    );
  });
}

async function expectRefusals(transport: Transport): Promise<void> {
  const { tasks, records, broadcast, deadLetters, leases, mailboxes, delayed, revocations, pauses } = transport;
  const key = { kind: "result", id: "x" } as const;
  const body = bytesOf("x");
  const ignore = (): void => undefined;
  const letter = { queue: "q", reason: "rejected", detail: "none", contentType: null, body };
  const operations: Record<string, () => Promise<unknown>> = {
    publish: () => tasks.publish(taskOf("q", "k")),
    consume: () => tasks.consume({ queue: "q", onDelivery: ignore, onUnused: ignore }),
    count: () => tasks.count("q"),
    names: () => tasks.names(),
    purge: () => tasks.purge("q"),
    forget: () => tasks.forget("q"),
    create: () => records.create(key, body),
    replace: () => records.replace(key, body),
    read: () => records.read(key),
    glance: () => records.glance(key),
    subscribe: () => broadcast.subscribe(["reply", "c"], ignore),
    put: () => deadLetters.put(letter, null),
    letters: () => deadLetters.list({ queue: null, reason: null, before: null, limit: 1 }),
    letter: () => deadLetters.get("1"),
    drop: () => deadLetters.drop("1"),
    letterCount: () => deadLetters.count("q"),
    hold: () => leases.hold("shard", "a"),
    release: () => leases.release("shard", "a"),
    send: () => mailboxes.send(planOf("a")),
    take: () => mailboxes.take(0, { onMail: ignore, onLost: ignore }),
    schedule: () => delayed.schedule(taskOf("q", "k"), transport.now() + 60_000),
    move: () => delayed.move("a"),
    list: () => delayed.list(1),
    find: () => delayed.find("k"),
    cancel: () => delayed.cancel("k"),
    revoke: () => revocations.put({ kind: "task", id: "x" }, body),
    "find revoked": () => revocations.find({ kind: "task", id: "x" }),
    "count revoked": () => revocations.count(),
    "list revoked": () => revocations.list("task", 1),
    "watch revoked": () => revocations.watch("start", ignore),
    pause: () => pauses.create("q", body),
    resume: () => pauses.remove("q"),
    "list paused": () => pauses.list(),
  };
  for (const [name, operation] of Object.entries(operations)) {
    await assertRejects(operation(), NOT_CONNECTED, `${name} without a connection`);
  }
}

async function givesBackOnClose(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const leaving = await context.sibling();
  await publishMany(transport, "q", 3);
  const consumer = await TestConsumer.open(leaving, "q", deadlineMs);
  consumer.request(2);
  await consumer.take(2, "deliveries");
  await leaving.close();
  const other = await TestConsumer.open(transport, "q", deadlineMs);
  other.request(3);
  const deliveries = await other.take(3, "all messages, delivered to the connection that is left");
  assert.equal(deliveries.filter((delivery) => delivery.redelivered).length, 2);
}

async function comesBack(context: TestContext): Promise<void> {
  const { transport, broker, deadlineMs } = context;
  const changes = new TestProbe<ConnectionChange>(deadlineMs);
  transport.onChange((change) => changes.add(change));
  const heard = new TestProbe<string | null>(deadlineMs);
  await transport.broadcast.subscribe(["reply", "c"], (body) => heard.add(textOf(body)));
  await publishMany(transport, "q", 2);
  await transport.records.create({ kind: "result", id: "x" }, bytesOf("kept"));
  const consumer = await TestConsumer.open(transport, "q", deadlineMs);
  assert.ok(broker.restart !== undefined, "the broker offers no restart()");
  await broker.restart();
  assert.equal((await changes.next('the change "disconnected"')).type, "disconnected");
  assert.deepEqual(await changes.next('the change "connected"'), { type: "connected", restarted: true });
  await context.eventually("the transport is connected", () => transport.connected);
  consumer.request(2);
  await consumer.take(2, "what was stored before, delivered to a consumer from before");
  assert.equal(textOf(await transport.records.read({ kind: "result", id: "x" })), "kept");
  transport.broadcast.publish(["reply", "c"], bytesOf("again"));
  assert.equal(await heard.next("a broadcast, by a subscription from before"), "again");
}

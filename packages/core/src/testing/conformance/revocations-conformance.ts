// Conformance of `Revocations`: what is stored is found and told, to all who watch, whatever happens to the connection.

import { strict as assert } from "node:assert";
import type { RevocationKey, Revocations, StoredRevocation } from "../../transport/revocations.ts";
import { TestProbe } from "../test-probe.ts";
import { assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf, textOf } from "./expectations.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const MANY = 2_500;
const CLOCK_TOLERANCE_MS = 2_000;

const task = (id: string): RevocationKey => ({ kind: "task", id });

export function revocationsConformance(suite: ConformanceSuite): void {
  suite.describe("revocations", () => {
    suite.test("are found by their key, the last that was stored", async (context) => {
      const { revocations } = context.transport;
      const sibling = await context.sibling();
      assert.equal(await revocations.find(task("x")), null);
      await revocations.put(task("x"), bytesOf("first"));
      assert.equal(textOf(await sibling.revocations.find(task("x"))), "first");
      await sibling.revocations.put(task("x"), bytesOf("second"));
      assert.equal(textOf(await revocations.find(task("x"))), "second");
      assert.equal(await revocations.count(), 1);
    });

    suite.test("are kept apart whatever they are called", (context) => keepsApart(context));

    suite.test("are listed by their kind, with the time of their end, at most so many", (context) => lists(context));

    suite.test("keep bodies of all sizes intact", async ({ transport: { revocations } }) => {
      for (const size of [0, 1, 65_536]) {
        const body = patternOf(size);
        await revocations.put(task(`x${size}`), body);
        assertSameBytes(await revocations.find(task(`x${size}`)), body, `revocation of ${size} bytes`);
      }
    });

    suite.test("are told to those who watch: what is there, then what comes", (context) => tells(context));

    suite.test("are told one by one, though many are stored at once", async ({ transport, deadlineMs }) => {
      const { revocations } = transport;
      const ids = Array.from({ length: MANY }, (_, number) => `task ${number}`);
      await Promise.all(ids.map((id) => revocations.put(task(id), bytesOf(id))));
      const heard = new TestProbe<string>(deadlineMs);
      const watch = await watchOn(revocations, "start", heard);
      const early: string[] = [];
      for (const id of ids) early.push(await heard.next(`the revocation of ${id}`));
      assert.deepEqual(early.toSorted(), ids.map((id) => `${id}=${id}`).toSorted());
      watch.close();
    });

    const shortestExpiryMs = suite.options.shortestExpiryMs ?? 1_500;
    suite.testWith(
      "end when their time is over",
      { settings: { revokeExpiresMs: shortestExpiryMs } },
      async (context) => {
        const { revocations } = context.transport;
        await revocations.put(task("x"), bytesOf("x"));
        await context.eventually("the revocation ends", async () => (await revocations.find(task("x"))) === null);
        assert.deepEqual(await revocations.list("task", 10), []);
      },
    );

    suite.testWith(
      "are told after the broker was restarted, with none left out",
      { capability: "reconnect" },
      (context) => survives(context),
    );
  });
}

async function keepsApart({ transport: { revocations } }: TestContext): Promise<void> {
  const names = [...HOSTILE_NAMES, "x".repeat(128)];
  for (const kind of ["task", "stamps"] as const) {
    for (const id of names) await revocations.put({ kind, id }, bytesOf(`${kind} ${id}`));
  }
  for (const kind of ["task", "stamps"] as const) {
    for (const id of names) assert.equal(textOf(await revocations.find({ kind, id })), `${kind} ${id}`);
    const listed = await revocations.list(kind, 1_000);
    assert.deepEqual(listed.map(({ key }) => key.id).toSorted(), names.toSorted());
  }
  assert.equal(await revocations.find(task("nobody")), null);
}

async function lists({ transport, settings }: TestContext): Promise<void> {
  const { revocations } = transport;
  for (const id of ["a", "b", "c"]) await revocations.put(task(id), bytesOf(`body of ${id}`));
  await revocations.put({ kind: "stamps", id: "s" }, bytesOf("body of s"));
  const tasks = await revocations.list("task", 10);
  assert.deepEqual(tasks.map(({ key, body }) => `${key.kind} ${key.id}: ${textOf(body)}`).toSorted(), [
    "task a: body of a",
    "task b: body of b",
    "task c: body of c",
  ]);
  const endsAt = transport.now() + settings.revokeExpiresMs;
  for (const stored of tasks)
    assert.ok(Math.abs(stored.endsAt - endsAt) < CLOCK_TOLERANCE_MS, `ends at ${stored.endsAt}`);
  assert.equal((await revocations.list("task", 2)).length, 2);
  assert.equal((await revocations.list("stamps", 2)).length, 1);
  const counts = [await revocations.count(), await revocations.count("task"), await revocations.count("stamps")];
  assert.deepEqual(counts, [4, 3, 1]);
}

async function tells(context: TestContext): Promise<void> {
  const { transport, deadlineMs } = context;
  const { revocations } = transport;
  const sibling = await context.sibling();
  await revocations.put(task("a"), bytesOf("1"));
  await revocations.put(task("b"), bytesOf("2"));
  const heard = new TestProbe<string>(deadlineMs);
  const heardLater = new TestProbe<string>(deadlineMs);
  const watch = await watchOn(revocations, "start", heard);
  const later = await watchOn(sibling.revocations, "now", heardLater);
  assert.deepEqual([watch.isCurrent, later.isCurrent], [true, true]);
  await sibling.revocations.put(task("c"), bytesOf("3"));
  await revocations.put(task("a"), bytesOf("4"));
  for (const told of ["a=1", "b=2", "c=3", "a=4"]) assert.equal(await heard.next(told), told);
  for (const told of ["c=3", "a=4"]) assert.equal(await heardLater.next(told), told);
  watch.close();
  watch.close();
  await revocations.put(task("d"), bytesOf("5"));
  assert.equal(await heardLater.next("d=5"), "d=5");
  assert.equal(heard.items.length, 4, "a watch that was closed was told");
  later.close();
}

async function survives(context: TestContext): Promise<void> {
  const { transport, broker, deadlineMs } = context;
  const heard: string[] = [];
  const probe = new TestProbe<string>(deadlineMs);
  const watch = await watchOn(transport.revocations, "start", probe, heard);
  await transport.revocations.put(task("before"), bytesOf("1"));
  assert.equal(await probe.next("the first"), "before=1");
  assert.ok(broker.restart !== undefined, "the broker offers no restart()");
  await broker.restart();
  // Another connection is likely to be quicker.
  const sibling = await context.sibling();
  await sibling.revocations.put(task("meanwhile"), bytesOf("2"));
  await context.eventually("what came meanwhile is told", () => heard.includes("meanwhile=2"));
  await context.eventually("the watch is current again", () => watch.isCurrent);
  await sibling.revocations.put(task("after"), bytesOf("3"));
  await context.eventually("what came afterwards is told", () => heard.includes("after=3"));
  assert.equal(textOf(await transport.revocations.find(task("before"))), "1");
  watch.close();
}

function watchOn(
  revocations: Revocations,
  from: "start" | "now",
  heard: TestProbe<string>,
  log: string[] = [],
): ReturnType<Revocations["watch"]> {
  return revocations.watch(from, ({ key, body }: StoredRevocation) => {
    const told = `${key.id}=${textOf(body)}`;
    log.push(told);
    heard.add(told);
  });
}

// Conformance of `DelayedTasks` as a store: what is scheduled waits, can be found, and can be taken out again.

import { strict as assert } from "node:assert";
import type { DelayedTask } from "../../transport/delayed-tasks.ts";
import type { Stored } from "../../transport/task-queue.ts";
import { Arrivals, DELAY_MS, withText, YEAR_MS } from "./delayed-tester.ts";
import { assertRejects, assertSameBytes, bytesOf, HOSTILE_NAMES, patternOf } from "./expectations.ts";
import { SMALL_STORE } from "./options.ts";
import { fence, taskOf } from "./queue-tester.ts";
import type { ConformanceSuite, TestContext } from "./suite.ts";

const WRITERS = 6;
const ROUNDS = 20;
const MINUTE_MS = 60_000;
/** Room for what a transport adds to a body. */
const ENVELOPE_BYTES = 1_024;

export function delayedTasksConformance(suite: ConformanceSuite): void {
  suite.describe("delayed tasks", () => {
    suite.test("go straight to their queues when they are due within a second", (context) => goesStraight(context));
    suite.test("wait while one with their key waits: exists", (context) => refusesSecond(context));

    suite.test("are stored once of many writers", async (context) => {
      const { transport } = context;
      const transports = [transport, await context.sibling()];
      const dueAt = transport.now() + MINUTE_MS;
      for (let round = 0; round < ROUNDS; round += 1) {
        const outcomes = await Promise.all(
          Array.from({ length: WRITERS }, (_, writer) =>
            (transports[writer % 2] ?? transport).delayed.schedule(taskOf("q", `k${round}`), dueAt),
          ),
        );
        assert.equal(
          outcomes.filter((outcome) => outcome === "stored").length,
          1,
          `round ${round}: ${outcomes.join()}`,
        );
      }
    });

    suite.test("are listed, the earliest first", (context) => lists(context));
    suite.test("are found by their keys", (context) => finds(context));
    suite.test("can be cancelled, once", (context) => cancels(context));
    suite.test("are kept apart whatever their keys and queues are called", (context) => keepsApart(context));
    suite.test("keep bodies of all sizes intact, and refuse what is too large", (context) => keepsBodies(context));

    suite.test("refuse what is no time", async ({ transport }) => {
      for (const dueAt of [Number.NaN, Number.POSITIVE_INFINITY, 1e13]) {
        const scheduling = transport.delayed.schedule(taskOf("q", "k"), dueAt);
        await assertRejects(scheduling, ["TROUPE_BROKER_REFUSED"], `a task that is due at ${dueAt}`);
      }
      assert.deepEqual(await transport.delayed.list(10), []);
      assert.deepEqual(await transport.tasks.count("q"), { waiting: 0, unsettled: 0 });
    });

    suite.testWith("are refused when the store is full", { capability: "full-store" }, (context) =>
      refusesWhenFull(context),
    );
  });
}

async function goesStraight({ transport, deadlineMs }: TestContext): Promise<void> {
  const { delayed } = transport;
  const now = transport.now();
  const arrivals = await Arrivals.open(transport, "q", deadlineMs);
  const times = [now - YEAR_MS, 0, now, now + 900];
  for (const [index, dueAt] of times.entries()) {
    assert.equal(await delayed.schedule(taskOf("q", `k${index}`), dueAt), "stored", `due in ${dueAt - now} ms`);
  }
  await delayed.schedule(taskOf("q", "exclusive", { exclusive: true }), now);
  await delayed.schedule(taskOf("q", "repeat", { repeat: true }), now);
  const came = await arrivals.probe.take(times.length + 2, "all tasks, though nobody moves");
  assert.deepEqual(
    came.map(({ delivery: { exclusive, suspicious } }) => ({ exclusive, suspicious })).slice(times.length - 1),
    [
      { exclusive: false, suspicious: false },
      { exclusive: true, suspicious: false },
      { exclusive: false, suspicious: true },
    ],
    "what is not delayed comes as it would have come by publish",
  );
  assert.equal(await delayed.schedule(taskOf("q", "exclusive", { exclusive: true }), now), "exists");
  assert.deepEqual(await delayed.list(10), []);
}

async function refusesSecond(context: TestContext): Promise<void> {
  const { transport } = context;
  const sibling = await context.sibling();
  const dueAt = transport.now() + MINUTE_MS;
  const schedule = (at: number, rest: Parameters<typeof taskOf>[2] = {}, queue = "q"): Promise<Stored> =>
    sibling.delayed.schedule(taskOf(queue, "k", { body: bytesOf("second"), ...rest }), at);
  assert.equal(await transport.delayed.schedule(taskOf("q", "k"), dueAt), "stored");
  assert.equal(await schedule(dueAt), "exists");
  assert.equal(await schedule(dueAt, { exclusive: true }), "exists", "exclusive");
  assert.equal(await schedule(dueAt, { repeat: true }), "exists", "a repeat");
  assert.equal(await schedule(dueAt, {}, "other"), "exists", "for another queue");
  for (const later of [1, MINUTE_MS, YEAR_MS]) {
    assert.equal(await schedule(dueAt + later, { exclusive: true }), "exists", `exclusive, ${later} ms later`);
  }
  const first = { key: "k", queue: "q", priority: 0, contentType: "text/plain", dueAt: Math.ceil(dueAt), body: "k" };
  assert.deepEqual((await transport.delayed.list(10)).map(withText), [first]);
  await transport.delayed.cancel("k");
  assert.equal(await schedule(dueAt, { exclusive: true }), "stored", "after the first was cancelled");
}

async function lists({ transport, deadlineMs }: TestContext): Promise<void> {
  const { delayed } = transport;
  const now = Math.ceil(transport.now());
  assert.deepEqual(await delayed.list(10), []);
  // Within one slice of time and in many.
  const delays = [YEAR_MS, 9 * MINUTE_MS, MINUTE_MS, MINUTE_MS + 1, MINUTE_MS - 1, 30 * YEAR_MS, 2 * MINUTE_MS];
  const times = delays.map((delay) => now + delay);
  await Promise.all(times.map((dueAt) => delayed.schedule(taskOf(`q${dueAt}`, `k${dueAt}`), dueAt)));
  const sorted = times.toSorted((one, other) => one - other);
  const expected = sorted.map((dueAt) => {
    return { key: `k${dueAt}`, queue: `q${dueAt}`, priority: 0, contentType: "text/plain", dueAt, body: `k${dueAt}` };
  });
  const mover = await transport.delayed.move("lister");
  await fence(transport, deadlineMs);
  assert.deepEqual((await delayed.list(10)).map(withText), expected);
  for (const limit of [0, 1, 2, 5]) {
    const listed = await delayed.list(limit);
    assert.deepEqual(listed.map(withText), expected.slice(0, limit), `the first ${limit}`);
  }
  await mover.close();
}

async function finds(context: TestContext): Promise<void> {
  const { transport } = context;
  const dueAt = Math.ceil(transport.now()) + YEAR_MS;
  const body = bytesOf("as it was");
  await transport.delayed.schedule(taskOf("q", "k", { body, contentType: "application/json" }), dueAt);
  body.fill(0);
  const expected = { key: "k", queue: "q", priority: 0, contentType: "application/json", dueAt, body: "as it was" };
  const found = await (await context.sibling()).delayed.find("k");
  assert.deepEqual(withText(found), expected);
  found?.body.fill(0);
  assert.deepEqual(withText(await transport.delayed.find("k")), expected, "found again");
  assert.equal(await transport.delayed.find("K"), null);
}

async function cancels(context: TestContext): Promise<void> {
  const { transport } = context;
  const sibling = await context.sibling();
  const dueAt = Math.ceil(transport.now()) + YEAR_MS;
  const mover = await sibling.delayed.move("canceller");
  for (const key of ["a", "b"]) await transport.delayed.schedule(taskOf("q", key), dueAt);
  assert.equal(await transport.delayed.cancel("c"), null, "nobody has scheduled that");
  const cancelled = withText(await sibling.delayed.cancel("a"));
  assert.deepEqual(cancelled, { key: "a", queue: "q", priority: 0, contentType: "text/plain", dueAt, body: "a" });
  assert.equal(await transport.delayed.cancel("a"), null, "a second time");
  assert.equal(await transport.delayed.find("a"), null);
  assert.deepEqual(keysOf(await transport.delayed.list(10)), ["b"]);
  await mover.close();
}

async function keepsApart({ transport }: TestContext): Promise<void> {
  const { delayed } = transport;
  const now = Math.ceil(transport.now());
  const keys = [...HOSTILE_NAMES, "x".repeat(128), ".".repeat(128)];
  // One in each slice of time.
  for (const [index, key] of keys.entries()) {
    const task = taskOf(HOSTILE_NAMES[index] ?? "q", key, { exclusive: true });
    assert.equal(await delayed.schedule(task, now + index * MINUTE_MS + MINUTE_MS), "stored", `key "${key}"`);
  }
  const listed = await delayed.list(keys.length + 1);
  assert.deepEqual(keysOf(listed), keys);
  assert.deepEqual(
    listed.map(({ queue }) => queue),
    keys.map((_, index) => HOSTILE_NAMES[index] ?? "q"),
  );
  // Wildcards come first, while there are others before and behind them that they could match.
  const left = new Set(keys);
  for (const key of keys.toSorted((one, other) => Number(/[*>]/.test(other)) - Number(/[*>]/.test(one)))) {
    assert.equal((await delayed.cancel(key))?.key, key, `cancelling "${key}"`);
    left.delete(key);
    assert.deepEqual(keysOf(await delayed.list(keys.length)), [...left], `after "${key}" was cancelled`);
  }
}

async function keepsBodies({ transport }: TestContext): Promise<void> {
  const { delayed, maxMessageBytes } = transport;
  const dueAt = transport.now() + YEAR_MS;
  for (const size of [0, 1, 65_536, maxMessageBytes - ENVELOPE_BYTES]) {
    const body = patternOf(size);
    await delayed.schedule(taskOf("q", `k${size}`, { body }), dueAt);
    const found = await delayed.find(`k${size}`);
    assertSameBytes(found?.body ?? null, body, `body of ${size} bytes`);
  }
  const scheduling = delayed.schedule(taskOf("q", "k", { body: new Uint8Array(maxMessageBytes + 1) }), dueAt);
  await assertRejects(scheduling, ["TROUPE_PAYLOAD_TOO_LARGE"], "a task that is too large");
  assert.equal(await delayed.find("k"), null);
}

async function refusesWhenFull({ transport }: TestContext): Promise<void> {
  const body = new Uint8Array(SMALL_STORE.bodyBytes);
  const dueAt = transport.now() + MINUTE_MS + DELAY_MS;
  const schedule = (index: number): Promise<Stored> =>
    transport.delayed.schedule(taskOf("q", `k${index}`, { body }), dueAt);
  let stored = 0;
  for (; stored < SMALL_STORE.least; stored += 1) assert.equal(await schedule(stored), "stored");
  let refused: Error | null = null;
  for (; refused === null && stored < SMALL_STORE.most; stored += 1) {
    refused = await schedule(stored).then(
      () => null,
      (error: Error) => error,
    );
  }
  stored -= 1;
  assert.ok(refused !== null, `a small store took ${SMALL_STORE.most} delayed tasks`);
  await assertRejects(Promise.reject(refused), ["TROUPE_QUEUE_FULL"], "a delayed task to a full store");
  assert.equal((await transport.delayed.list(SMALL_STORE.most)).length, stored, "what was stored is there");
  for (const key of ["k0", "k1"]) await transport.delayed.cancel(key);
  assert.equal(await schedule(stored), "stored", "after two were cancelled there is room again");
}

function keysOf(tasks: readonly DelayedTask[]): string[] {
  return tasks.map(({ key }) => key);
}

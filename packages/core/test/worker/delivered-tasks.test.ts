import { expect, it } from "vitest";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { PayloadTooLargeError } from "../../src/model/errors.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { DeliveredTasks } from "../../src/worker/delivered-tasks.ts";
import { asyncPool } from "../../src/worker/pool.ts";
import type { Handler } from "../../src/worker/registered-task.ts";
import { taskSpawner } from "../../src/worker/spawn-task.ts";
import { NO_CANVAS, NO_RATES, StubDelivery, sourceOf, taskOf } from "../support/hosts.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";
import { nextTurn, soon } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly lines: Line[] = [];
  /** Messages asked for and not delivered, by queue. */
  readonly asked: number[] = [];
  readonly tasks: DeliveredTasks;

  constructor(handler: Handler, { concurrency = 2, queues = 1, prefetchMultiplier = 1 } = {}) {
    this.clock.advance(1);
    this.tasks = new DeliveredTasks(
      {
        transport: this.transport,
        tasks: sourceOf(taskOf(handler)),
        clock: this.clock,
        logger: rememberingLogger(this.lines),
        within: (_context, fn) => fn(),
        accepted: new Set(["msgpack"]),
        maxDeliveries: 5,
        ...NO_CANVAS,
      },
      {
        hostname: "w1@host",
        concurrency,
        prefetchMultiplier,
        queues,
        timeLimits: null,
        rates: NO_RATES,
        tellsTasks: false,
        spawn: taskSpawner(null),
        pool: asyncPool((_context, fn) => fn()),
        request: (queue, count) => {
          this.asked[queue] = (this.asked[queue] ?? 0) + count;
        },
      },
    );
    this.tasks.begin();
  }

  deliver(message: Partial<TaskMessage> = {}, queue = 0, part: Partial<StubDelivery> = {}): StubDelivery {
    if (!this.asked[queue]) throw new Error(`queue ${queue} was not asked for a message`);
    this.asked[queue] -= 1;
    const delivery = Object.assign(new StubDelivery(this.transport.calls, message), part);
    this.tasks.accept(delivery, queue);
    return delivery;
  }

  async quiet(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  }
}

it("asks for as many messages as there are slots, and for one more whenever a handler ends", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 3 });
  expect(scene.asked).toEqual([3]);
  for (const id of ["a", "b", "c"]) scene.deliver({ id });
  expect([scene.asked, scene.tasks.unsettled.size, scene.tasks.slots.taken]).toEqual([[0], 3, 3]);
  gate.resolve();
  await scene.quiet();
  expect([scene.asked, scene.tasks.unsettled.size, scene.tasks.slots.taken]).toEqual([[3], 0, 0]);
  expect(scene.tasks.totals).toEqual(new Map([["proj.add", 3]]));
});

it("fetches as many messages for each slot as it is told, of which one runs", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 2, prefetchMultiplier: 3 });
  expect(scene.asked).toEqual([6]);
  for (const id of ["a", "b", "c", "d", "e", "f"]) scene.deliver({ id });
  expect([scene.tasks.slots.taken, scene.tasks.slots.waiting]).toEqual([2, 4]);
  gate.resolve();
  await scene.quiet();
  expect([scene.asked, scene.tasks.unsettled.size]).toEqual([[6], 0]);
});

it("has more slots when it grows, and asks for messages for them at once", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 1, prefetchMultiplier: 2 });
  for (const id of ["a", "b"]) scene.deliver({ id });
  scene.tasks.resize(3);
  expect([scene.asked, scene.tasks.slots.taken]).toEqual([[4], 2]);
  gate.resolve();
  await scene.quiet();
  expect(scene.asked).toEqual([6]);
});

it("finishes what runs when it shrinks, and asks for less", async () => {
  const gates = new Map(["a", "b", "c"].map((id) => [id, deferred()]));
  const scene = new Scene(
    function () {
      return gates.get(this.id)?.promise;
    },
    { concurrency: 3 },
  );
  for (const id of gates.keys()) scene.deliver({ id });
  scene.tasks.resize(1);
  expect(scene.tasks.slots.taken).toBe(3);
  for (const [ended, gate] of [...gates.values()].entries()) {
    gate.resolve();
    await scene.quiet();
    expect(scene.asked).toEqual([ended === 2 ? 1 : 0]);
  }
  scene.tasks.resize(2);
  expect(scene.asked).toEqual([2]);
});

it("takes back requests that came back unused when it has shrunk, and grows by those that are left first", () => {
  const scene = new Scene(() => 4, { concurrency: 4 });
  scene.tasks.resize(1);
  scene.asked[0] = 0;
  scene.tasks.unused(0, 4);
  expect(scene.asked).toEqual([1]);
  scene.tasks.resize(4);
  expect(scene.asked).toEqual([4]);
  scene.tasks.resize(2);
  scene.tasks.resize(3);
  scene.asked[0] = 0;
  scene.tasks.unused(0, 4);
  expect(scene.asked).toEqual([3]);
});

it("asks for no more while too many outcomes wait to be stored, and makes up for it", async () => {
  const scene = new Scene(() => 4, { concurrency: 1 });
  const stored = deferred();
  scene.transport.answer("create", ...Array.from({ length: 1_000 }, () => () => stored.promise));
  let delivered = 0;
  while ((scene.asked[0] ?? 0) > 0 && delivered < 1_000) scene.deliver({ id: `t${delivered++}` });
  expect(delivered).toBe(257);
  stored.resolve();
  await scene.quiet();
  expect([scene.asked, scene.tasks.unsettled.size]).toEqual([[1], 0]);
});

it.each<readonly [string, Partial<StubDelivery>, string]>([
  ["undecodable bytes", { body: Buffer.from("c1", "hex") }, "undecodable"],
  ["a refused content type", { contentType: "application/x-python-serialize" }, "refused-content"],
  ["a message of another version", { body: serializerNamed("msgpack").encode({ v: 9 }) }, "invalid"],
])("sets %s aside once, and goes on", async (_what, part, reason) => {
  const scene = new Scene(() => 4);
  scene.deliver({}, 0, part);
  await scene.quiet();
  expect(scene.transport.calls).toEqual([`put ${reason}`, "ack"]);
  expect(scene.transport.letters).toMatchObject([{ queue: "default", reason }]);
  expect(scene.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  expect([scene.asked, scene.tasks.unsettled.size]).toEqual([[2], 0]);
});

it("gives a bad message back that cannot even be set aside: none is left without an end", async () => {
  const scene = new Scene(() => 4);
  scene.transport.answer("put", new PayloadTooLargeError("dead letter", 2, 1));
  scene.deliver({}, 0, { body: Buffer.from("c1", "hex") });
  await scene.quiet();
  expect(scene.transport.calls.at(-1)).toMatch(/^(ack|handBack \d+)$/);
  expect(scene.tasks.unsettled.size).toBe(0);
});

it("keeps no credit of 300 bad messages in a row", async () => {
  const scene = new Scene(() => 4, { concurrency: 4 });
  for (let i = 0; i < 300; i++) {
    scene.deliver({}, 0, { body: Buffer.from("c1", "hex") });
    if (i % 50 === 0) await scene.quiet();
  }
  await scene.quiet();
  expect([scene.asked, scene.tasks.unsettled.size]).toEqual([[4], 0]);
});

it("shares its slots among queues, and runs no more handlers than slots", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 1, queues: 3 });
  expect(scene.asked).toEqual([1, 1, 1]);
  for (const queue of [0, 1, 2]) scene.deliver({ id: `t${queue}` }, queue);
  expect([scene.tasks.slots.taken, scene.tasks.totals.get("proj.add")]).toEqual([1, 1]);
  gate.resolve();
  await scene.quiet();
  expect(scene.tasks.totals.get("proj.add")).toBe(3);
  expect(scene.asked.reduce((sum, count) => sum + count, 0)).toBe(3);
});

it("lends the unused credits of one queue to another", () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 4, queues: 2 });
  scene.deliver({ id: "a" });
  scene.asked[1] = 0;
  scene.tasks.unused(1, 2);
  expect(scene.asked).toEqual([2, 1]);
});

it("gives thousands of redelivered tasks back that wait for their turn, and goes on when the one that runs ends", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 5_000 });
  for (let i = 0; i < 5_000; i++) scene.deliver({ id: `t${i}` }, 0, { redelivered: true });
  await scene.quiet();
  expect([scene.tasks.restarts.waiting, scene.tasks.totals.get("proj.add")]).toEqual([4_999, 1]);
  scene.clock.advance(1_000);
  await scene.quiet();
  expect([scene.tasks.restarts.waiting, scene.tasks.unsettled.size]).toEqual([0, 1]);
  gate.resolve();
  await scene.quiet();
  scene.deliver({ id: "t1" }, 0, { redelivered: true });
  await scene.quiet();
  expect([scene.tasks.totals.get("proj.add"), scene.tasks.unsettled.size]).toEqual([2, 0]);
  expect([scene.tasks.restarts.taken, scene.tasks.slots.taken]).toEqual([0, 0]);
});

it("drains: gives back what waits, asks for no more, and ends when the rest is settled", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 1, queues: 2 });
  scene.deliver({ id: "running" }, 0);
  scene.deliver({ id: "waiting" }, 1);
  const drained = scene.tasks.drain();
  expect(await soon(drained)).toBe("pending");
  expect(scene.transport.calls).toEqual(["replace state waiting", "handBack 0"]);
  scene.tasks.unused(0, 1);
  gate.resolve();
  await drained;
  expect(scene.asked).toEqual([0, 0]);
  expect(scene.transport.calls.slice(2)).toEqual(["create result running", "confirmAck"]);
});

it.each([
  ["for a slot, which comes free", null, false],
  ["for another further start to end", null, true],
  ["until it is due", 1_735_689_600_500, false],
])("lets nothing start once it is halted, and keeps it until it drains: %s", async (_what, eta, redelivered) => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 1, queues: 2 });
  scene.deliver({ id: "running" }, 0, { redelivered });
  await scene.quiet();
  scene.deliver({ id: "waiting", eta }, 1, { redelivered });
  await scene.quiet();
  scene.tasks.halt();
  gate.resolve();
  scene.clock.advance(5_000);
  await scene.quiet();
  const { calls } = scene.transport;
  expect([scene.tasks.totals.get("proj.add"), calls.filter((call) => call.startsWith("handBack"))]).toEqual([1, []]);
  await scene.tasks.drain();
  expect([calls.at(-1), scene.tasks.unsettled.size, scene.tasks.slots.taken]).toEqual(["handBack 0", 0, 0]);
});

it("drains at once when it has nothing", async () => {
  expect(await soon(new Scene(() => 4).tasks.drain())).toBeUndefined();
});

it("gives back what arrives while it drains", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise);
  scene.deliver({ id: "running" });
  const drained = scene.tasks.drain();
  scene.deliver({ id: "late" });
  gate.resolve();
  await drained;
  expect(scene.transport.calls).toContain("handBack 0");
  expect(scene.tasks.unsettled.size).toBe(0);
});

it("does not end a drain before a confirmation that is under way", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise);
  const delivery = scene.deliver();
  const confirmed = deferred();
  delivery.confirm = () => confirmed.promise;
  const drained = scene.tasks.drain();
  gate.resolve();
  await scene.quiet();
  expect(scene.transport.calls.at(-1)).toBe("confirmAck");
  expect(await soon(drained)).toBe("pending");
  confirmed.resolve();
  await drained;
});

it("abandons: tells handlers to end, forgets everything, stores and acknowledges nothing any more", async () => {
  const gate = deferred();
  const reasons: unknown[] = [];
  const scene = new Scene(function () {
    this.signal.addEventListener("abort", () => reasons.push(this.signal.reason));
    return gate.promise;
  });
  for (const id of ["a", "b"]) scene.deliver({ id });
  await scene.tasks.abandon(new Error("cold stop"));
  expect(reasons).toMatchObject([{ message: "cold stop" }, { message: "cold stop" }]);
  expect(await soon(scene.tasks.drain())).toBeUndefined();
  gate.resolve();
  await scene.quiet();
  // Only that these starts do not count.
  expect(scene.transport.calls).toEqual(["replace state a", "replace state b"]);
  expect([scene.tasks.unsettled.size, scene.asked]).toEqual([0, [0]]);
});

it("abandons thousands that wait, and starts none of them when a place comes free", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 5_000 });
  for (let i = 0; i < 5_000; i++) scene.deliver({ id: `t${i}` }, 0, { redelivered: true });
  await scene.quiet();
  await scene.tasks.abandon(new Error("cold stop"));
  expect(scene.tasks.restarts.waiting).toBe(0);
  gate.resolve();
  await scene.quiet();
  expect([scene.tasks.totals.get("proj.add"), scene.tasks.restarts.taken, scene.tasks.slots.taken]).toEqual([1, 0, 0]);
});

it("abandons a task that waits for a slot: it does not start when one comes free", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise, { concurrency: 1, queues: 2 });
  scene.deliver({ id: "running" }, 0);
  scene.deliver({ id: "waiting" }, 1);
  await scene.tasks.abandon(new Error("cold stop"));
  expect(scene.tasks.slots.waiting).toBe(0);
  gate.resolve();
  await scene.quiet();
  expect([scene.tasks.totals.get("proj.add"), scene.tasks.slots.taken]).toEqual([1, 0]);
});

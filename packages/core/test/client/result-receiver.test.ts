import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { ResultReceiver } from "../../src/client/result-receiver.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { BrokerTimeoutError, ClosedError, SerializationError } from "../../src/model/errors.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";
import { recordOf } from "../support/messages.ts";
import { nextTurn } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

const MSGPACK = serializerNamed("msgpack");

const bodyOf = (part: Partial<FinalRecord>): Uint8Array => encodeFinalRecord(recordOf(part), MSGPACK);

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly lines: Line[] = [];
  readonly receiver = new ResultReceiver("client-1", {
    transport: this.transport,
    clock: this.clock,
    logger: rememberingLogger(this.lines),
  });

  static async open(): Promise<Scene> {
    const scene = new Scene();
    await scene.receiver.open();
    scene.transport.calls.length = 0;
    return scene;
  }

  push(part: Partial<FinalRecord>): void {
    this.transport.deliver("reply.client-1", bodyOf(part));
  }

  store(part: Partial<FinalRecord> & { readonly id: string }): void {
    this.transport.stored.set(`result ${part.id}`, bodyOf(part));
  }

  /** Moves time on in steps, so that what is read in one is known in the next. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - passed));
      await nextTurn();
    }
  }

  /** Waits here for a task that was submitted here. */
  waitForOwn(id: string): ReturnType<ResultReceiver["wait"]> {
    return this.receiver.wait(id, this.receiver.mark());
  }
}

it("gives a pushed record to the one who waits, without reading", async () => {
  const scene = await Scene.open();
  const wait = scene.waitForOwn("a");
  scene.push({ id: "b", value: 1 });
  scene.push({ id: "a", value: 2 });
  expect((await wait.record).value).toBe(2);
  expect(scene.transport.calls).toEqual([]);
  scene.clock.advance(500);
  expect(scene.clock.armed).toBe(0);
});

it("keeps a record that is pushed before anybody waits", async () => {
  const scene = await Scene.open();
  const mark = scene.receiver.mark();
  scene.push({ id: "a", value: 2 });
  expect((await scene.receiver.wait("a", mark).record).value).toBe(2);
  expect(scene.transport.calls).toEqual([]);
  expect(scene.clock.armed).toBe(0);
});

it("gives one push to all who wait for it", async () => {
  const scene = await Scene.open();
  const waits = [scene.waitForOwn("a"), scene.waitForOwn("a"), scene.waitForOwn("a")];
  waits[1]?.cancel();
  scene.push({ id: "a", value: 2 });
  expect((await waits[0]?.record)?.value).toBe(2);
  expect((await waits[2]?.record)?.value).toBe(2);
  await scene.pass(500);
  expect(scene.clock.armed).toBe(0);
});

it("reads at once what was submitted elsewhere", async () => {
  const scene = await Scene.open();
  scene.store({ id: "a", value: 2 });
  expect((await scene.receiver.wait("a", null).record).value).toBe(2);
  expect(scene.transport.calls).toEqual(["glance result a"]);
});

it("reads again after 1 s, 5 s and then every 30 s", async () => {
  const scene = await Scene.open();
  scene.waitForOwn("a");
  const readAt: number[] = [];
  for (let second = 0.5; second <= 95; second += 0.5) {
    const before = scene.transport.calls.length;
    await scene.pass(500);
    if (scene.transport.calls.length > before) readAt.push(second);
  }
  expect(readAt).toEqual([1, 5, 30, 60, 90]);
});

it("reads once for several waits of one task", async () => {
  const scene = await Scene.open();
  scene.waitForOwn("a");
  scene.waitForOwn("a");
  await scene.pass(1_000);
  expect(scene.transport.calls).toEqual(["glance result a"]);
});

it("goes on after a read that failed", async () => {
  const scene = await Scene.open();
  scene.transport.answer("glance", new BrokerTimeoutError("no answer"));
  const wait = scene.waitForOwn("a");
  await scene.pass(1_000);
  scene.store({ id: "a", value: 2 });
  await scene.pass(4_500);
  expect((await wait.record).value).toBe(2);
});

it("reads everything that is awaited when it is connected again", async () => {
  const scene = await Scene.open();
  const waits = ["a", "b", "c"].map((id) => scene.waitForOwn(id));
  scene.store({ id: "a", value: 1 });
  scene.store({ id: "c", value: 3 });
  scene.transport.change({ type: "disconnected", reason: "test" });
  scene.transport.change({ type: "connected", restarted: true });
  expect((await waits[0]?.record)?.value).toBe(1);
  expect((await waits[2]?.record)?.value).toBe(3);
  expect(scene.transport.calls).toEqual(["glance result a", "glance result b", "glance result c"]);
});

it("reads at once what was submitted before a reconnection and is awaited after it", async () => {
  const scene = await Scene.open();
  const mark = scene.receiver.mark();
  scene.transport.change({ type: "disconnected", reason: "test" });
  scene.transport.change({ type: "connected", restarted: false });
  scene.store({ id: "a", value: 1 });
  expect((await scene.receiver.wait("a", mark).record).value).toBe(1);
});

it("reads what it was pushed and had to drop: the oldest eighth of 10,000 records", async () => {
  const scene = await Scene.open();
  const mark = scene.receiver.mark();
  for (let i = 0; i <= 10_000; i++) scene.push({ id: `t${i}`, value: i });
  scene.store({ id: "t1250", value: "stored" });
  expect((await scene.receiver.wait("t1250", mark).record).value).toBe("stored");
  expect(scene.transport.calls).toEqual(["glance result t1250"]);
  expect((await scene.receiver.wait("t1251", mark).record).value).toBe(1251);
  expect((await scene.receiver.wait("t10000", mark).record).value).toBe(10_000);
  expect(scene.transport.calls).toHaveLength(1);
});

it("keeps at most 16 MiB of records that nobody asked for", async () => {
  const scene = await Scene.open();
  const mark = scene.receiver.mark();
  const value = "x".repeat(1_048_576);
  for (let i = 0; i < 17; i++) scene.push({ id: `t${i}`, value });
  for (const id of ["t0", "t2"]) scene.receiver.wait(id, mark);
  expect(scene.transport.calls).toEqual(["glance result t0", "glance result t2"]);
  expect((await scene.receiver.wait("t16", mark).record).value).toBe(value);
  expect((await scene.receiver.wait("t3", mark).record).value).toBe(value);
});

it("keeps the newer of two pushes, and counts it once", async () => {
  const scene = await Scene.open();
  for (let i = 0; i < 40; i++) scene.push({ id: "a", value: `${i}${"x".repeat(1_000_000)}` });
  scene.push({ id: "b", value: 1 });
  expect((await scene.receiver.wait("a", 0).record).value).toMatch(/^39x/);
  expect(scene.transport.calls).toEqual([]);
});

it("ignores a push that it cannot read, with a warning", async () => {
  const scene = await Scene.open();
  const wait = scene.waitForOwn("a");
  for (const body of [new Uint8Array(), Buffer.from("garbage"), MSGPACK.encode({ v: 2, id: "a" })]) {
    scene.transport.deliver("reply.client-1", body);
  }
  expect(scene.lines.map(({ level }) => level)).toEqual(["warn", "warn", "warn"]);
  scene.push({ id: "a", value: 2 });
  expect((await wait.record).value).toBe(2);
});

it("rejects when the stored record cannot be read", async () => {
  const scene = await Scene.open();
  scene.transport.stored.set("result a", Buffer.from("garbage"));
  const wait = scene.receiver.wait("a", null);
  await expect(wait.record).rejects.toBeInstanceOf(SerializationError);
  await scene.pass(500);
  expect(scene.clock.armed).toBe(0);
});

it("rejects all waits when it is closed, and every later one", async () => {
  const scene = await Scene.open();
  const waits = [scene.waitForOwn("a"), scene.waitForOwn("b"), scene.receiver.wait("c", null)];
  scene.receiver.close();
  for (const wait of waits) await expect(wait.record).rejects.toBeInstanceOf(ClosedError);
  expect(() => scene.receiver.wait("d", null)).toThrow(ClosedError);
  expect(scene.clock.armed).toBe(0);
  expect(scene.transport.listeners.size).toBe(0);
  expect(scene.transport.subscribers.get("reply.client-1")?.size).toBe(0);
  for (const wait of waits) wait.cancel();
});

it("stops reading what nobody waits for any more", async () => {
  const scene = await Scene.open();
  const wait = scene.waitForOwn("a");
  wait.cancel();
  wait.cancel();
  await scene.pass(60_000);
  expect(scene.transport.calls).toEqual([]);
  expect(scene.clock.armed).toBe(0);
  const kept = scene.receiver.wait("b", scene.receiver.mark());
  scene.push({ id: "b", value: 1 });
  expect((await kept.record).value).toBe(1);
  kept.cancel();
});

it("reads at most 256 records at a time", async () => {
  const scene = await Scene.open();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  scene.transport.answer("glance", ...Array.from({ length: 1_000 }, () => () => gate));
  for (let i = 0; i < 1_000; i++) scene.receiver.wait(`t${i}`, null);
  expect(scene.transport.calls).toHaveLength(256);
  await scene.pass(5_000);
  expect(scene.transport.calls).toHaveLength(256);
  release();
  await scene.pass(2_000);
  expect(new Set(scene.transport.calls).size).toBe(1_000);
});

it("reads every one of 20,000 waits within a minute, also the last", async () => {
  const scene = await Scene.open();
  for (let i = 0; i < 20_000; i++) scene.waitForOwn(`t${i}`);
  await scene.pass(60_000);
  expect(new Set(scene.transport.calls).size).toBe(20_000);
});

it("holds 100,000 waits in less than a kilobyte each, and nothing after they are cancelled", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const scene = await Scene.open();
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const ids = Array.from({ length: 100_000 }, (_, i) => `3fa85f64-5717-4562-b3fc-${String(i).padStart(12, "0")}`);
  const waits = ids.map((id) => scene.waitForOwn(id));
  const perWait = (used() - before) / waits.length;
  expect(perWait).toBeLessThan(1_024);
  for (const wait of waits) wait.cancel();
  ids.length = 0;
  waits.length = 0;
  await scene.pass(500);
  expect(scene.clock.armed).toBe(0);
  expect((used() - before) / 100_000).toBeLessThan(64);
});

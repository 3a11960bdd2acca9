// The option `unique`, over each broker: one of several calls runs, however many clients call at once, whatever dies.

import { randomUUID } from "node:crypto";
import { type AsyncResult, TaskExistsError, TaskRevokedError, type Troupe } from "@troupe/core";
import { TestProbe } from "@troupe/core/testing";
import type { OutgoingTask, Transport } from "@troupe/core/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const LONG = { timeout: "60s" } as const;

/** A transport that is lost to its client as soon as a task, or anything after it, is to be sent. */
function dyingAt(transport: Transport, point: "publish" | "replace"): Transport {
  const dead = (): never => {
    throw new Error("the client has died");
  };
  const tasks = Object.assign(Object.create(transport.tasks), {
    publish: async (task: OutgoingTask) => (point === "publish" ? dead() : transport.tasks.publish(task)),
  });
  const records = Object.assign(Object.create(transport.records), {
    create: async (key: Parameters<Transport["records"]["create"]>[0], body: Uint8Array) =>
      key.kind === "claim" ? dead() : transport.records.create(key, body),
    read: (key: Parameters<Transport["records"]["read"]>[0]) => transport.records.read(key),
    replace: async () => dead(),
  });
  return new Proxy(transport, {
    get: (target, name) => {
      if (name === "tasks") return tasks;
      if (name === "records") return records;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

describe.each(BROKERS)("over %s", (broker) => {
  let world: World;
  let started: TestProbe<string>;
  let release: (() => void)[];

  beforeEach(async () => {
    world = await World.open(broker);
    started = new TestProbe(60_000);
    release = [];
    world.service.task("proj.slow", async (name: string) => {
      started.add(name);
      await new Promise<void>((resolve) => release.push(resolve));
      return name;
    });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const call = (app: Troupe, name: string, unique: object): Promise<AsyncResult<string>> =>
    app.sendTask<string>("proj.slow", [name], { unique });

  async function reasonOf(result: AsyncResult<unknown>): Promise<string> {
    const error = await result.get({ ...LONG, propagate: false });
    return error instanceof TaskRevokedError ? error.reason : `not revoked: ${String(error)}`;
  }

  it("runs one of many calls that come at once, from several clients; the others get its handle", async () => {
    const other = world.app({ broker: world.newTransport() });
    await world.worker();
    for (const round of ["first", "second"]) {
      const calls = Array.from({ length: 12 }, (_, i) => call(i % 2 ? other : world.client, "a", { key: "k" }));
      const results = await Promise.all(calls);
      expect(new Set(results.map(({ id }) => id)).size).toBe(1);
      expect(results.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(1);
      await started.next(`the task of the ${round} round runs`);
      const late = await call(other, "b", { key: "k" });
      expect([late.isDuplicate, late.id]).toEqual([true, results[0]?.id]);
      for (const go of release.splice(0)) go();
      const values = await Promise.all(results.map((result) => result.get(LONG)));
      expect(new Set(values)).toEqual(new Set(["a"]));
    }
    expect(started.items).toHaveLength(2);
  });

  it("tells by the arguments what is the same, in whatever order they were written; or by the key", async () => {
    const send = (task: string, args: unknown[], unique: object = {}): Promise<AsyncResult<unknown>> =>
      world.client.sendTask(task, args, { unique });
    const first = await send("proj.a", [{ x: 1, y: [2] }]);
    expect((await send("proj.a", [{ y: [2], x: 1 }])).id).toBe(first.id);
    const others = [await send("proj.a", [{ x: 1, y: [3] }]), await send("proj.b", [{ x: 1, y: [2] }])];
    for (const { isDuplicate } of others) expect(isDuplicate).toBe(false);
    const byKey = await send("proj.a", [1], { key: "k" });
    expect((await send("proj.a", [2], { key: "k" })).id).toBe(byKey.id);
    const task = world.client.task(
      "proj.c",
      { unique: { key: (order: number) => `order ${order}` } },
      (_order: number, _by: string) => 1,
    );
    const byFunction = await task.delay(1, "me");
    expect((await task.delay(1, "you")).id).toBe(byFunction.id);
    expect((await task.delay(2, "me")).isDuplicate).toBe(false);
  });

  it("rejects a second call where that is asked for, with the id of the first", async () => {
    const first = await call(world.client, "a", { onDuplicate: "reject" });
    const second = call(world.client, "a", { onDuplicate: "reject" });
    await expect(second).rejects.toThrow(TaskExistsError);
    await expect(second).rejects.toMatchObject({ taskId: first.id });
  });

  it("sends what a client could not send that died, when the next one meets its record", async () => {
    const dying = world.app({ broker: dyingAt(world.transport, "publish") });
    await expect(call(dying, "a", { key: "k" })).rejects.toThrow("died");
    const found = await call(world.client, "b", { key: "k" });
    expect(found.isDuplicate).toBe(true);
    await world.worker();
    expect(await started.next("the dead client's call runs")).toBe("a");
    for (const go of release.splice(0)) go();
    expect(await found.get(LONG)).toBe("a");
    expect((await call(world.client, "c", { key: "k" })).isDuplicate).toBe(false);
  });

  it("replaces what waits, not what runs", async () => {
    const unique = { mode: "replace", key: "k" };
    const first = await call(world.client, "1", unique);
    const second = await call(world.client, "2", unique);
    expect([first, second].map(({ isDuplicate }) => isDuplicate)).toEqual([false, false]);
    expect(await reasonOf(first)).toBe(`replaced by task ${second.id}`);
    await world.worker({ concurrency: 2 });
    expect(await started.next("the second runs")).toBe("2");
    const third = await call(world.client, "3", unique);
    expect(await started.next("the third runs beside it")).toBe("3");
    for (const go of release.splice(0)) go();
    expect(await Promise.all([second.get(LONG), third.get(LONG)])).toEqual(["2", "3"]);
    expect(started.items).toEqual(["2", "3"]);
  });

  it("replaces what a client that died left unreplaced", async () => {
    const unique = { mode: "replace", key: "k" };
    const first = await call(world.client, "1", unique);
    const dying = world.app({ broker: dyingAt(world.transport, "replace") });
    await expect(call(dying, "2", unique)).rejects.toThrow("died");
    const third = await call(world.client, "3", unique);
    expect(await reasonOf(first)).toBe(`replaced by task ${third.id}`);
    await world.worker({ concurrency: 3 });
    expect(await started.next("the third runs")).toBe("3");
    for (const go of release.splice(0)) go();
    expect(await third.get(LONG)).toBe("3");
    await world.emptied();
    expect(started.items).toEqual(["3"]);
  });

  it("runs the last call of a burst, after the burst", async () => {
    const unique = { mode: "debounce", for: "2s", key: "k" };
    const results: AsyncResult<string>[] = [];
    for (let i = 1; i <= 4; i++) results.push(await call(world.client, `${i}`, unique));
    await world.worker({ concurrency: 4 });
    expect(await started.next("the last one runs")).toBe("4");
    for (const go of release.splice(0)) go();
    expect(await results[3]?.get(LONG)).toBe("4");
    const [first, second, third, fourth] = results;
    const reasons = await Promise.all([first, second, third].map(async (result) => (result ? reasonOf(result) : null)));
    expect(reasons).toEqual([second, third, fourth].map((next) => `replaced by task ${next?.id}`));
    expect(started.items).toEqual(["4"]);
    expect(await world.transport.delayed.list(10)).toEqual([]);
  });

  it("holds with a chosen id and with results that are not kept", async () => {
    const taskId = randomUUID();
    const options = { unique: { key: "k" }, taskId, ignoreResult: true };
    await world.worker();
    for (let i = 0; i < 2; i++) await world.client.sendTask("proj.slow", ["a"], options);
    await started.next("it runs");
    expect((await world.client.sendTask("proj.slow", ["a"], { unique: { key: "k" } })).id).toBe(taskId);
    for (const go of release.splice(0)) go();
    await world.emptied();
    expect((await world.client.sendTask("proj.slow", ["a"], { unique: { key: "k" } })).isDuplicate).toBe(false);
    expect(await started.next("it runs anew")).toBe("a");
    for (const go of release.splice(0)) go();
  });
});

// Events, from those who send them to those who listen, over each broker.

import type { TaskContext, UnknownEvent } from "@troupe/core";
import { Reject } from "@troupe/core";
import { eventually, TestProbe } from "@troupe/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const LIMIT_MS = 30_000;
const WAIT = { timeout: "30s" } as const;

describe.each(BROKERS)("over %s", (broker) => {
  let world: World;
  beforeEach(async () => {
    world = await World.open(broker, { settings: { taskSendSentEvent: true } });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  async function listen(pattern = "*"): Promise<TestProbe<UnknownEvent>> {
    const probe = new TestProbe<UnknownEvent>(LIMIT_MS);
    await world.client.events.subscribe(pattern, (event) => probe.add({ ...event }));
    return probe;
  }

  const typesOf = (probe: TestProbe<UnknownEvent>, id: string): string[] =>
    probe.items.filter(({ uuid }) => uuid === id).map(({ type }) => type);

  it("tell the life of a task, with what each says", async () => {
    world.service.task("e.add", (x: number, y: number) => x + y);
    const probe = await listen("task-*");
    const worker = await world.worker({ events: true });
    const result = await world.client.sendTask("e.add", [2, 2]);
    await result.get(WAIT);
    await eventually("its end is told", () => typesOf(probe, result.id).includes("task-succeeded"), LIMIT_MS);
    const events = new Map(probe.items.map((event) => [event.type, event]));
    expect([...events.keys()].toSorted()).toEqual(["task-received", "task-sent", "task-started", "task-succeeded"]);
    const called = {
      name: "e.add",
      args: "[ 2, 2 ]",
      kwargs: "{}",
      retries: 0,
      eta: null,
      expires: null,
      queue: "default",
    };
    const { id: uuid } = result;
    expect(events.get("task-sent")).toMatchObject({ uuid, ...called, rootId: uuid, parentId: null, pid: process.pid });
    expect(events.get("task-sent")?.hostname).toMatch(/^gen\d+@/);
    expect(events.get("task-received")).toMatchObject({ uuid, ...called, hostname: worker.hostname });
    expect(events.get("task-succeeded")).toMatchObject({ uuid, result: "4", runtimeMs: expect.any(Number) });
    const own = probe.items.filter(({ hostname }) => hostname === worker.hostname);
    expect(own.map(({ type }) => type)).toEqual(["task-received", "task-started", "task-succeeded"]);
    expect(own.map(({ clock }) => clock)).toEqual(own.map(({ clock }) => clock).toSorted((one, two) => one - two));
  });

  it("tell how tasks end otherwise", async () => {
    const { service, client } = world;
    service.task("e.fail", () => Promise.reject(new RangeError("no such disk")));
    service.task("e.reject", () => Promise.reject(new Reject("not mine")));
    service.task("e.retry", { maxRetries: 1 }, function (this: TaskContext) {
      if (this.retries === 0) this.retry({ countdown: 0 });
    });
    const probe = await listen("task-*");
    await world.worker({ events: true });
    const end = async (name: string, options = {}): Promise<Record<string, unknown> | undefined> => {
      const result = await client.sendTask(name, ["secret"], { argsrepr: "(masked)", ...options });
      const isEnd = ({ type, uuid }: UnknownEvent): boolean =>
        uuid === result.id && !["task-sent", "task-received", "task-started", "task-retried"].includes(type);
      await eventually(`the end of ${name} is told`, () => probe.items.some(isEnd), LIMIT_MS);
      return { ...probe.items.find(isEnd), types: typesOf(probe, result.id).filter((type) => type !== "task-sent") };
    };
    expect(await end("e.fail")).toMatchObject({
      type: "task-failed",
      exception: "RangeError: no such disk",
      traceback: expect.stringContaining("events.test"),
    });
    expect(await end("e.reject")).toMatchObject({ type: "task-rejected", requeue: false });
    expect(await end("e.unknown")).toMatchObject({
      type: "task-failed",
      exception: expect.stringContaining("NotRegistered"),
    });
    expect(await end("e.fail", { expires: new Date(1) })).toMatchObject({ type: "task-revoked", expired: true });
    const retried = await end("e.retry");
    expect(retried?.["types"]).toEqual(
      "received started retried received started succeeded".split(" ").map((name) => `task-${name}`),
    );
    expect(JSON.stringify(probe.items)).not.toContain("secret");
    expect(probe.items.find(({ type }) => type === "task-received")).toMatchObject({ args: "(masked)" });
  });

  it("tell nothing of tasks unless they are asked to, by the worker, the task, or at run time", async () => {
    const { service, client } = world;
    service.task("e.add", (x: number) => x);
    service.task("e.hidden", { sendEvents: false }, (x: number) => x);
    const probe = await listen("task-*");
    const worker = await world.worker();
    const run = async (name: string): Promise<string> => {
      const result = await client.sendTask(name, [1]);
      await result.get(WAIT);
      return result.id;
    };
    const untold = await run("e.add");
    const { hostname } = worker;
    expect(await client.control.enableEvents()).toEqual({ [hostname]: { ok: "task events enabled" } });
    expect(await client.control.enableEvents()).toEqual({ [hostname]: { ok: "task events already enabled" } });
    const hidden = await run("e.hidden");
    const told = await run("e.add");
    await eventually("the task is told of", () => typesOf(probe, told).includes("task-succeeded"), LIMIT_MS);
    expect(typesOf(probe, untold)).toEqual(["task-sent"]);
    expect(typesOf(probe, hidden).filter((type) => type !== "task-sent")).toEqual([]);
    expect(await client.control.disableEvents()).toEqual({ [hostname]: { ok: "task events disabled" } });
    expect(await client.control.disableEvents()).toEqual({ [hostname]: { ok: "task events already disabled" } });
    const later = await run("e.add");
    await worker.stop();
    await eventually("the call is told of", () => typesOf(probe, later).length > 0, LIMIT_MS);
    expect(typesOf(probe, later)).toEqual(["task-sent"]);
  });

  it("tell that a worker lives, until it has stopped", async () => {
    const probe = await listen("worker-*");
    const worker = await world.worker({ hostname: "w1@host", heartbeatInterval: "50ms" });
    const [online] = await probe.take(3, "online, and two heartbeats");
    expect(online).toMatchObject({ type: "worker-online", hostname: "w1@host", freqMs: 50, active: 0, processed: 0 });
    expect(online).toMatchObject({
      swIdent: "troupe",
      loadavg: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    await worker.stop();
    await eventually("its end is told", () => probe.items.at(-1)?.type === "worker-offline", LIMIT_MS);
    const quiet = await world.worker({ heartbeatInterval: 0 });
    const asked = probe.items.length + 2;
    expect(await world.client.control.heartbeat()).toEqual({ [quiet.hostname]: { ok: "heartbeat sent" } });
    await eventually("it is told", () => probe.items.length >= asked, LIMIT_MS);
    expect(probe.items.slice(-2).map(({ type }) => type)).toEqual(["worker-online", "worker-heartbeat"]);
  });

  it("of one's own are sent by tasks and by others", async () => {
    world.service.task("e.pay", async function (this: TaskContext, total: number) {
      await this.sendEvent("bill-paid", { total });
      await this.progress(1, 2);
    });
    const orders = await listen("bill-*");
    const all = await listen("task-progress");
    await world.worker({ events: true });
    const result = await world.client.sendTask("e.pay", [3]);
    expect(await orders.next("the task's event")).toMatchObject({ type: "bill-paid", total: 3, uuid: result.id });
    expect(await all.next("its progress")).toMatchObject({ done: 1, total: 2, uuid: result.id });
    await world.client.events.send("bill-shipped", { to: ["Ghent"] });
    expect(await orders.next("another's event")).toMatchObject({ type: "bill-shipped", to: ["Ghent"] });
    for (const [type, fields] of [
      ["task-failed", {}],
      ["paid", {}],
      ["bill-paid", { uuid: "x" }],
      ["bill-paid", { fn: () => 1 }],
    ] as const)
      await expect(world.client.events.send<string>(type, fields)).rejects.toThrow(/event|fields/);
  });

  it("do not hold up tasks when their subscriber is slow, which is told how many it missed", async () => {
    world.service.task("e.add", (x: number) => x);
    await world.worker({ events: true, concurrency: 50 });
    let handled = 0;
    let missed = 0;
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await world.client.events.subscribe(
      "task-*",
      async () => {
        handled += 1;
        await gate;
      },
      { queueSize: 100, onDropped: (count) => void (missed += count) },
    );
    let heard = 0;
    await world.client.events.subscribe("task-*", () => void (heard += 1));
    const calls = Array.from({ length: 1_000 }, (_, n) => world.client.sendTask<number>("e.add", [n]));
    for (const call of calls) await (await call).get(WAIT);
    await eventually("another hears all", () => heard === 4_000, LIMIT_MS);
    expect(handled).toBe(1);
    release();
    await eventually("the rest is handled", () => handled === 101, LIMIT_MS);
    expect(missed).toBe(4_000 - 101);
  });

  it("that nobody can read hurt nobody", async () => {
    const probe = await listen("task-failed");
    const { events } = world.transport;
    const failed = { group: "task", name: "failed" };
    for (const bytes of [
      [],
      [0xc1],
      [0x7b, 0x22],
      [0xdf, 0xff, 0xff, 0xff, 0xff],
      Array.from({ length: 50_000 }, () => 0x91),
    ])
      events.publish(failed, Uint8Array.from(bytes));
    world.service.task("e.fail", () => Promise.reject(new Error("x")));
    await world.worker({ events: true });
    const result = await world.client.sendTask("e.fail");
    expect(await probe.next("the one that can be read")).toMatchObject({ uuid: result.id, exception: "Error: x" });
  });

  it("keep a place for a service, which gets again what it failed at", async () => {
    const failures: unknown[] = [];
    world.client.on(
      "eventFailure",
      ({ event, deliveries, isLast }) => void failures.push([event["total"], deliveries, isLast]),
    );
    const heard: unknown[] = [];
    const tries = new Map<unknown, number>();
    const subscribe = (): Promise<() => Promise<void>> =>
      world.client.events.subscribe(
        "bill-*",
        ({ total }) => {
          const count = (tries.get(total) ?? 0) + 1;
          tries.set(total, count);
          if (total === 2 && count === 1) throw new Error("not yet");
          heard.push(total);
        },
        { durable: "billing", maxDeliveries: 2 },
      );
    const send = (...totals: readonly number[]): Promise<unknown> =>
      Promise.all(totals.map((total) => world.service.events.send<string>("bill-paid", { total })));
    const stop = await subscribe();
    await send(1, 2, 3);
    await eventually("all are dealt with", () => heard.length === 3, LIMIT_MS);
    expect(heard).toEqual([1, 3, 2]);
    expect(failures).toEqual([[2, 1, false]]);
    await stop();
    await send(4);
    await world.service.events.send<string>("other-event", {});
    const again = await subscribe();
    await eventually("what came meanwhile is told", () => heard.length === 4, LIMIT_MS);
    await again();
    expect(heard).toEqual([1, 3, 2, 4]);
    await expect(world.client.events.subscribe("*", () => {}, { durable: "billing" })).rejects.toMatchObject({
      code: "TROUPE_TOPOLOGY",
    });
  });
});

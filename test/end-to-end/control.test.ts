// Orders to workers, and whom questions reach: two and ten workers, over each broker.

import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

const LONG = "30s";
const PONG = { ok: "pong" };

describe.each(BROKERS)("two workers over %s", (broker) => {
  let world: World;
  let gate: Gate;
  beforeAll(async () => {
    world = await World.open(broker);
    gate = new Gate();
    world.service.task("control.gate", () => gate.pass());
    world.service.task("control.add", (x: number, y: number) => x + y);
    world.service.task("control.limited", { rateLimit: "10/m", maxRetries: 7 }, () => 1);
    await world.worker({ hostname: "one@here", queues: ["one"], concurrency: 1 });
    await world.worker({ hostname: "two@here", queues: ["two"] });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const inspect = (...destination: string[]) =>
    world.client.control.inspect({ destination: destination.length > 0 ? destination : undefined, timeout: LONG });

  it("answer while all slots are taken: what runs, what waits, and where a task is", async () => {
    const runs = await world.client.sendTask("control.gate", [1], { queue: "one" });
    await expect.poll(() => gate.waiting).toBe(1);
    await world.client.control.addConsumer("more", { destination: ["one@here"] });
    const waits = await world.client.sendTask("control.gate", [2], { queue: "more" });
    await eventually("the task is there", async () => (await inspect().reserved())["one@here"]?.length === 1);
    expect((await inspect().active())["one@here"]).toMatchObject([{ id: runs.id }]);
    expect((await inspect().reserved())["one@here"]).toMatchObject([{ id: waits.id, timeStart: null }]);
    expect(await inspect().queryTask(runs.id, waits.id, "unknown")).toMatchObject({
      "one@here": { [runs.id]: ["active", { args: "[ 1 ]" }], [waits.id]: ["reserved", { args: "[ 2 ]" }] },
      "two@here": {},
    });
    expect(await world.client.control.ping({ timeout: LONG })).toEqual({ "one@here": PONG, "two@here": PONG });
    gate.open();
    await Promise.all([runs, waits].map((result) => result.get({ timeout: LONG })));
    await world.client.control.cancelConsumer("more", { destination: ["one@here"] });
  });

  it("begin to consume a queue, and end", async () => {
    const { control } = world.client;
    const to = { destination: ["two@here"], timeout: LONG } as const;
    const added = { "two@here": { ok: "add consumer extra" } };
    expect(await control.addConsumer("extra", to)).toEqual(added);
    expect(await control.addConsumer("extra", to)).toEqual(added);
    expect(await inspect("two@here").activeQueues()).toEqual({
      "two@here": [
        { name: "two", consuming: true, paused: false },
        { name: "extra", consuming: true, paused: false },
      ],
    });
    const sum = await world.client.sendTask("control.add", [2, 2], { queue: "extra" });
    expect(await sum.get({ timeout: LONG })).toBe(4);
    const gone = { "two@here": { ok: "no longer consuming from extra" } };
    expect(await control.cancelConsumer("extra", to)).toEqual(gone);
    expect(await control.cancelConsumer("extra", to)).toEqual(gone);
    const later = await world.client.sendTask("control.add", [2, 2], { queue: "extra" });
    const other = await world.client.sendTask("control.add", [1, 2], { queue: "two" });
    expect(await other.get({ timeout: LONG })).toBe(3);
    expect(await later.state()).toBe("PENDING");
    expect((await world.transport.tasks.count("extra")).waiting).toBe(1);
    await control.addConsumer("extra", to);
    expect(await later.get({ timeout: LONG })).toBe(4);
    await control.cancelConsumer("extra", to);
  });

  it("can do without any queue, and go on with one", async () => {
    const { control } = world.client;
    const to = { destination: ["two@here"], timeout: LONG } as const;
    await control.cancelConsumer("two", to);
    expect(await inspect("two@here").activeQueues()).toEqual({ "two@here": [] });
    await control.addConsumer("two", to);
    const sums = await Promise.all(
      [1, 2, 3].map((x) => world.client.sendTask("control.add", [x, x], { queue: "two" })),
    );
    expect(await Promise.all(sums.map((sum) => sum.get({ timeout: LONG })))).toEqual([2, 4, 6]);
  });

  it("tell their settings without secrets, and what is known of their tasks", async () => {
    const [changed, all] = await Promise.all([inspect().conf(), inspect("one@here").conf({ withDefaults: true })]);
    expect(changed["two@here"]).toMatchObject({ logLevel: "silent" });
    expect(changed["two@here"]).not.toHaveProperty("taskDefaultQueue");
    expect(all["one@here"]).toMatchObject({ taskDefaultQueue: "default", logLevel: "silent" });
    expect((await inspect().report())["one@here"]?.ok).toMatch(/^software -> troupe: .*\n.*\n {2}logLevel: "silent"$/s);
    expect(await inspect("one@here").registered("rateLimit", "maxRetries", "timeLimit")).toEqual({
      "one@here": [
        "control.add [maxRetries=3]",
        "control.gate [maxRetries=3]",
        "control.limited [rateLimit=10/m maxRetries=7]",
      ],
    });
    expect(Math.abs(((await inspect().clock())["one@here"]?.clock ?? 0) - Date.now())).toBeLessThan(60_000);
    expect((await inspect().memory())["one@here"]).toMatchObject({ heapUsed: expect.any(Number) });
  });

  it("say what is wrong with an order", async () => {
    const { control } = world.client;
    const error = expect.any(String);
    expect(await control.poolRestart({ destination: ["one@here"] })).toEqual({ "one@here": { error } });
    expect(await control.broadcast("no_such", {}, { timeout: LONG })).toEqual({
      "one@here": { error: expect.stringContaining('unknown command "no_such"') },
      "two@here": { error },
    });
    await expect(control.addConsumer("no queue!")).rejects.toThrow("is not allowed");
  });

  it("stop when they are told to, and finish what runs", async () => {
    const closed = new Gate();
    world.service.task("control.late", () => closed.pass());
    const worker = await world.worker({ hostname: "three@here", queues: ["three"] });
    const late = await world.client.sendTask("control.late", [], { queue: "three" });
    await expect.poll(() => closed.waiting).toBe(1);
    const to = { destination: ["three@here"], timeout: LONG } as const;
    expect(await world.client.control.shutdown({}, to)).toEqual({ "three@here": { ok: "warm shutdown" } });
    expect(worker.actor.getSnapshot().value).toBe("draining");
    closed.open();
    await worker.stopped;
    expect(await late.state()).toBe("SUCCESS");
  });
});

describe.each(BROKERS)("ten workers over %s", (broker) => {
  let world: World;
  const names = Array.from({ length: 10 }, (_, i) => `w${i}@${i < 5 ? "left" : "right"}`);
  beforeAll(async () => {
    world = await World.open(broker);
    await Promise.all(names.map((hostname) => world.worker({ hostname, queues: ["ten"], concurrency: 1 })));
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const who = async (options: object): Promise<string[]> =>
    Object.keys(await world.client.control.ping({ timeout: "1h", ...options })).sort();

  it("answer, all of them, and the wait is over when they have", async () => {
    expect(await who({})).toEqual(names);
  });

  it("answer where they are named, or where their names fit", async () => {
    expect(await who({ destination: ["w7@right", "w2@left"] })).toEqual(["w2@left", "w7@right"]);
    expect(await who({ pattern: "*@left" })).toEqual(names.slice(0, 5));
    expect(await who({ pattern: "w*3@*" })).toEqual(["w3@left"]);
    expect(await who({ pattern: "*@left", destination: names.slice(3, 7) })).toEqual(["w3@left", "w4@left"]);
    expect(await who({ pattern: "*@nowhere", timeout: "200ms" })).toEqual([]);
    expect(await who({ limit: 3 })).toHaveLength(3);
  });

  it("tell each reply as it comes", async () => {
    const told = new Map<string, unknown>();
    await who({ onReply: (hostname: string, reply: unknown) => told.set(hostname, reply) });
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(names.map((name) => [name, PONG])));
  });

  it("of which two have the same name give one reply for both", async () => {
    const second = await world.worker({ hostname: "w0@left", queues: ["ten"] });
    expect(await who({})).toEqual(names);
    await second.stop();
  });
});

describe.each(BROKERS)("a worker that is not controlled, over %s", (broker) => {
  it("answers nothing, and works", async () => {
    await using world = await World.open(broker, { settings: { workerEnableRemoteControl: false } });
    world.service.task("control.one", () => 1);
    await world.worker({ hostname: "deaf@here" });
    expect(await world.client.control.ping({ timeout: "200ms" })).toEqual({});
    expect(await (await world.client.sendTask("control.one")).get({ timeout: LONG })).toBe(1);
  });
});

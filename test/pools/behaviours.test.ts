// What a task can do, it can do in every pool, over every broker.

import { chord, type Logger, type PoolName, type Worker } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NatsServer } from "../support/nats-server.ts";
import { BROKERS } from "../support/world.ts";
import * as tasks from "./pool-app.ts";

const { app } = tasks;
const POOLS: readonly PoolName[] = ["async", "solo", "threads", "processes"];
const PLACES = BROKERS.flatMap((broker) => POOLS.map((pool) => ({ broker, pool })));
const TIMEOUT = { timeout: "60s" } as const;
const lines: { level: string; fields: object; text: string }[] = [];
app.conf.logger = loggerTo();

describe.each(PLACES)("a task in pool $pool over $broker", ({ broker, pool }) => {
  let server: NatsServer | null = null;
  let worker: Worker;

  beforeAll(async () => {
    server = broker === "nats" ? await NatsServer.start() : null;
    lines.length = 0;
    app.conf.update({ broker: server?.url ?? "memory:" });
    worker = app.worker({ pool, hostname: "w1@host", events: true, ...(pool !== "solo" && { concurrency: 2 }) });
    await worker.start();
  });

  afterAll(async () => {
    await worker?.stop({ mode: "cold" });
    await app.close();
    await server?.[Symbol.asyncDispose]();
  });

  it("gets its arguments and gives its value", async () => {
    expect(await (await tasks.add.delay(2, 2)).get(TIMEOUT)).toBe(4);
    expect(await (await tasks.slowly.delay(5)).get(TIMEOUT)).toBe(5);
    expect(await (await tasks.nothing.delay()).get(TIMEOUT)).toBeNull();
    const value = { date: new Date(5), bytes: Buffer.from([1, 2]), big: 2n ** 60n, list: [null, "ä", 1.5] };
    expect(await (await tasks.echo.delay(value)).get(TIMEOUT)).toEqual(value);
  });

  it("takes and gives large values", async () => {
    const value = "x".repeat(500_000);
    expect(await (await tasks.echo.delay(value)).get(TIMEOUT)).toBe(value);
  });

  it("knows who it is and where it runs", async () => {
    const result = await tasks.who.applyAsync([], { headers: { tenant: "a" } });
    expect(await result.get(TIMEOUT)).toEqual({
      id: result.id,
      name: "pools.who",
      retries: 0,
      rootId: result.id,
      hostname: "w1@host",
      headers: { tenant: "a" },
      deliveryInfo: { queue: "default", priority: null, redelivered: false, isEager: false },
      current: result.id,
    });
    const here = (await (await tasks.pid.delay()).get(TIMEOUT)) === process.pid;
    expect(here).toBe(pool !== "processes");
  });

  it("sends events, and tells how far it is", async () => {
    const told: unknown[] = [];
    const stops = [
      await app.events.subscribe("pool-*", ({ uuid, total, hostname }) => void told.push([uuid, total, hostname])),
      await app.events.subscribe("task-progress", ({ uuid, done, total }) => void told.push([uuid, done, total])),
    ];
    const { id } = await tasks.announce.delay(2);
    await eventually("both are told", () => told.length === 2, 60_000);
    expect(told).toEqual([
      [id, 2, "w1@host"],
      [id, 1, 2],
    ]);
    await Promise.all(stops.map((stop) => stop()));
  });

  it("fails with its own error, as it was thrown", async () => {
    const result = await tasks.refuse.delay(500);
    await result.get({ ...TIMEOUT, propagate: false });
    expect((await result.info()).error).toMatchObject({
      name: "CardRefused",
      message: "no money",
      code: "CARD_REFUSED",
      cents: 500,
      stack: expect.stringContaining("pool-app"),
    });
    const usual = await tasks.expected.delay();
    await usual.get({ ...TIMEOUT, propagate: false });
    expect(await usual.traceback()).toBeNull();
  });

  it("fails with what is no error, and with what cannot travel", async () => {
    await expect((await tasks.throwText.delay()).get(TIMEOUT)).rejects.toMatchObject({ message: "just a text" });
    await expect((await tasks.returnFunction.delay()).get(TIMEOUT)).rejects.toMatchObject({
      code: "TROUPE_SERIALIZATION",
      message: expect.stringContaining("result.fn"),
    });
  });

  it("is retried, by its own wish and by its class of error", async () => {
    expect(await (await tasks.twice.delay(1)).get(TIMEOUT)).toBe(2);
    expect(await (await tasks.stubborn.delay()).get(TIMEOUT)).toBe(2);
  });

  it("is replaced by a canvas, and adds to its chord", async () => {
    expect(await (await tasks.replaced.delay(10)).get(TIMEOUT)).toBe(23);
    expect(await (await tasks.overruled.delay()).get(TIMEOUT)).toBe(40);
    const result = await chord([tasks.adding.s(1), tasks.add.s(1, 1)], tasks.sum.s()).delay();
    expect(await result.get(TIMEOUT)).toBe(1 + 2 + 101);
    expect(await (await tasks.lonely.delay()).get(TIMEOUT)).toBe("InvalidCanvasError");
  });

  it("runs over each item of a map", async () => {
    expect(await (await tasks.sum.map([[1, 2], [3]]).delay()).get(TIMEOUT)).toEqual([3, 3]);
    const pairs = [
      [1, 1],
      [2, 2],
    ] as const;
    expect(await (await tasks.add.starmap(pairs).delay()).get(TIMEOUT)).toEqual([2, 4]);
  });

  it("logs where its worker does", async () => {
    const result = await tasks.logging.delay();
    await result.get(TIMEOUT);
    const line = lines.find(({ text }) => text === "hello");
    expect(line).toMatchObject({ level: "warn", fields: { cents: 5, taskId: result.id, task: "pools.logging" } });
    expect(line?.fields).toMatchObject({ err: { message: "logged" } });
  });

  const isAlone = broker === "memory" && hasChildren(pool);

  it.runIf(isAlone)("is told that it cannot call other tasks, where its broker cannot be reached", async () => {
    await expect((await tasks.calling.delay()).get(TIMEOUT)).rejects.toMatchObject({
      code: "TROUPE_UNSUPPORTED",
      message: expect.stringContaining("memory: lives in the worker's own thread"),
    });
  });

  it.skipIf(isAlone)("calls other tasks", async () => {
    const result = await tasks.calling.delay();
    const child = await result.get(TIMEOUT);
    expect((await result.children()).map(({ id }) => id)).toEqual([child]);
    expect(await app.result(child).get(TIMEOUT)).toBe(42);
  });

  it("is one of a thousand", async () => {
    const results = await Promise.all(Array.from({ length: 1_000 }, (_, index) => tasks.add.delay(index, 1)));
    const values = await Promise.all(results.map((result) => result.get(TIMEOUT)));
    expect(values).toEqual(values.map((_, index) => index + 1));
  });

  it("records a state of its own, and is told that its worker stops", async () => {
    const result = await tasks.progress.delay();
    await eventually("it tells its progress", async () => (await result.state()) === "PROGRESS");
    expect(await result.info()).toMatchObject({ meta: { done: 1 } });
    const stats = Object.values(await app.control.inspect({ timeout: "5s", destination: ["w1@host"] }).stats())[0];
    expect(stats?.pool).toMatchObject({ implementation: pool, running: 1, restarts: 0 });
    const before = stats?.pool.children ?? [];
    expect(before).toHaveLength(hasChildren(pool) ? 2 : 0);
    await worker.stop({ mode: "cold" });
    // Ids of threads say nothing.
    expect(before.filter((id) => pool === "processes" && isAlive(id))).toEqual([]);
  });
});

function hasChildren(pool: PoolName): boolean {
  return pool === "threads" || pool === "processes";
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

function loggerTo(bound: object = {}): Logger {
  const at =
    (level: string) =>
    (first: object | string, text = ""): void =>
      void lines.push(
        typeof first === "string"
          ? { level, fields: bound, text: first }
          : { level, fields: { ...bound, ...first }, text },
      );
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => loggerTo({ ...bound, ...fields }),
    isLevelEnabled: (level) => level === "warn" || level === "error",
  };
}

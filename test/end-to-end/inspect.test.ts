// Questions to workers.

import { availableParallelism, hostname } from "node:os";
import { VERSION } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

const NO_LIMITS = { maxTasksPerChild: null, maxMemoryPerChild: null, timeouts: { soft: null, hard: null } };

describe.each(BROKERS)("inspect over %s", (broker) => {
  let world: World;
  const gate = new Gate();
  beforeAll(async () => {
    world = await World.open(broker);
    world.service.task("inspect.gate", () => gate.pass());
    world.service.task("inspect.add", (x: number, y: number) => x + y);
    await world.worker({ hostname: "one@here", queues: ["one"] });
    await world.worker({ hostname: "two@%h", queues: ["two", "more"], concurrency: 7 });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const inspect = (...destination: string[]) =>
    world.client.control.inspect({ destination: destination.length > 0 ? destination : undefined, timeout: "500ms" });
  const two = `two@${hostname()}`;

  it("ping: every worker answers, or those that are asked", async () => {
    expect(await inspect().ping()).toEqual({ "one@here": { ok: "pong" }, [two]: { ok: "pong" } });
    expect(await inspect("one@here").ping()).toEqual({ "one@here": { ok: "pong" } });
    expect(await inspect("one@here", "nobody@here").ping()).toEqual({ "one@here": { ok: "pong" } });
    expect(await inspect("nobody@here").ping()).toEqual({});
  });

  it("registered: the tasks that a worker knows", async () => {
    expect(await inspect("one@here").registered()).toEqual({ "one@here": ["inspect.add", "inspect.gate"] });
  });

  it("active: what runs, with what the caller wants shown of it", async () => {
    const plain = await world.client.sendTask("inspect.gate", [1, { secret: "s" }], {
      queue: "one",
      kwargs: { k: [1, 2] },
    });
    const masked = await world.client.sendTask("inspect.gate", ["secret"], {
      queue: "two",
      kwargs: { pin: 1234 },
      shadow: "payments.charge",
      argsrepr: "['***']",
      kwargsrepr: "{ pin: *** }",
    });
    const long = await world.client.sendTask("inspect.gate", ["x".repeat(100_000)], { queue: "more" });
    await expect.poll(() => gate.waiting).toBe(3);
    const active = await inspect().active();
    expect(active["one@here"]).toEqual([
      {
        id: plain.id,
        name: "inspect.gate",
        type: "inspect.gate",
        args: "[ 1, { secret: 's' } ]",
        kwargs: "{ k: [ 1, 2 ] }",
        hostname: "one@here",
        timeStart: expect.any(Number),
        retries: 0,
        deliveryInfo: { queue: "one", redelivered: false },
      },
    ]);
    const shown = active[two]?.find(({ id }) => id === masked.id);
    expect(shown).toMatchObject({
      name: "payments.charge",
      type: "inspect.gate",
      args: "['***']",
      kwargs: "{ pin: *** }",
    });
    expect(active[two]?.find(({ id }) => id === long.id)?.args.length).toBeLessThanOrEqual(1_100);
    expect(Math.abs((shown?.timeStart ?? 0) - Date.now())).toBeLessThan(60_000);
    expect((await inspect(two).stats())[two]).toMatchObject({ pool: { running: 2 }, unsettled: 2 });
    gate.open();
    await Promise.all([plain, masked, long].map((result) => result.get({ timeout: "10s" })));
    await expect.poll(async () => (await inspect("one@here").active())["one@here"]).toEqual([]);
  });

  it("stats: a worker's figures", async () => {
    const sum = await world.client.sendTask("inspect.add", [1, 2], { queue: "two" });
    await sum.get({ timeout: "10s" });
    const stats = await inspect().stats();
    expect(stats[two]).toEqual({
      total: { "inspect.add": 1, "inspect.gate": 2 },
      pid: process.pid,
      clock: expect.any(Number),
      uptime: expect.any(Number),
      pool: { implementation: "async", maxConcurrency: 7, running: 0, children: [], restarts: 0, ...NO_LIMITS },
      prefetchCount: 7,
      unsettled: 0,
      queues: ["two", "more"],
      paused: [],
      broker: { address: expect.stringMatching(/^(memory:|nats:\/\/127\.0\.0\.1:\d+)$/), connected: true },
      rss: expect.any(Number),
      rusage: { userMs: expect.any(Number), systemMs: expect.any(Number), maxRss: expect.any(Number) },
      software: { name: "troupe", version: VERSION, node: process.version },
    });
    expect(stats["one@here"]?.pool.maxConcurrency).toBe(availableParallelism());
  });

  it("refuses wrong options", () => {
    const ask = (options: object) => () => world.client.control.inspect(options);
    expect(ask({ destination: "one@here" })).toThrow("it takes a list of full names of workers");
    expect(ask({ timeout: "soon" })).toThrow('"10s"');
  });
});

// How many slots a worker has: prefetched, grown, shrunk, and following the backlog.

import type { AsyncResult, Worker } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

const PATIENCE = { timeout: "60s" } as const;

describe.each(BROKERS)("the capacity of a worker over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** A queue of calls that wait at a gate. */
  async function calls(name: string, count: number): Promise<[Gate, AsyncResult<unknown>[]]> {
    const gate = new Gate();
    world.service.task(name, () => gate.pass());
    const sent = Array.from({ length: count }, () => world.client.sendTask(name, [], { queue: name }));
    return [gate, await Promise.all(sent)];
  }

  const to = (worker: Worker) => ({ destination: [worker.hostname], timeout: "10s" }) as const;

  it("grows and shrinks while it runs", async () => {
    const [gate, results] = await calls("capacity.grow", 12);
    const worker = await world.worker({ queues: ["capacity.grow"], concurrency: 2, hostname: "grow@here" });
    await eventually("two run", () => gate.waiting === 2);
    expect(await world.client.control.poolGrow(3, to(worker))).toEqual({ "grow@here": { ok: "pool will grow" } });
    await eventually("five run", () => gate.waiting === 5);
    expect(await world.client.control.poolShrink(4, to(worker))).toEqual({ "grow@here": { ok: "pool will shrink" } });
    const stats = await world.client.control.inspect(to(worker)).stats();
    expect(stats["grow@here"]?.pool).toMatchObject({ maxConcurrency: 1, running: 5 });
    expect(await world.client.control.poolShrink(1, to(worker))).toEqual({
      "grow@here": { error: expect.stringContaining("0 slots are wanted; give an integer from 1") },
    });
    expect(await world.client.control.autoscale(4, 2, to(worker))).toEqual({
      "grow@here": { error: expect.stringContaining("worker grow@here is not autoscaled") },
    });
    gate.open();
    await Promise.all(results.map((result) => result.get(PATIENCE)));
    expect(worker.concurrency).toBe(1);
  });

  it("follows the backlog, and leaves it to that", async () => {
    const [gate, results] = await calls("capacity.scale", 20);
    const worker = await world.worker({ queues: ["capacity.scale"], autoscale: [2, 6], hostname: "scale@here" });
    expect(worker.concurrency).toBe(2);
    await eventually("six run", () => gate.waiting === 6, 30_000);
    expect(await world.client.control.poolGrow(1, to(worker))).toEqual({
      "scale@here": { error: expect.stringContaining("worker scale@here is autoscaled") },
    });
    expect(await world.client.control.autoscale(1, 9, to(worker))).toEqual({
      "scale@here": { ok: "autoscale now max=9 min=1" },
    });
    await eventually("nine run", () => gate.waiting === 9, 30_000);
    const stats = await world.client.control.inspect(to(worker)).stats();
    expect(stats["scale@here"]).toMatchObject({ autoscaler: { max: 9, min: 1 }, pool: { maxConcurrency: 9 } });
    gate.open();
    await Promise.all(results.map((result) => result.get(PATIENCE)));
  });

  it("has messages for each slot in advance where that is wanted, and gives them back when it stops", async () => {
    const [gate, results] = await calls("capacity.ahead", 9);
    const worker = await world.worker({ queues: ["capacity.ahead"], concurrency: 2, prefetchMultiplier: 3 });
    const unsettled = async (count: number): Promise<boolean> =>
      (await world.transport.tasks.count("capacity.ahead")).unsettled === count;
    await eventually("two run and four wait in the worker", async () => gate.waiting === 2 && (await unsettled(6)));
    const stopped = worker.stop();
    gate.open();
    await stopped;
    expect(gate.arrivals).toBe(2);
    await world.worker({ queues: ["capacity.ahead"] });
    await Promise.all(results.map((result) => result.get(PATIENCE)));
    expect(gate.arrivals).toBe(9);
  });
});

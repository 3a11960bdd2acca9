// How often tasks start: in one worker, in all together, changed while they wait.

import type { Rate, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const PATIENCE = { timeout: "60s" } as const;

/** Most starts within any `spanMs`. */
function most(starts: readonly number[], spanMs: number): number {
  return Math.max(...starts.map((first) => starts.filter((start) => start >= first && start < first + spanMs).length));
}

describe.each(BROKERS)("rate limits over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker, { settings: { queueRateLimits: { slow: "20/s" } } });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** Calls a task so many times and awaits all. */
  async function callAll(name: string, count: number, queue: string): Promise<void> {
    const calls = Array.from({ length: count }, () => world.client.sendTask(name, [], { queue }));
    await Promise.all((await Promise.all(calls)).map((result) => result.get(PATIENCE)));
  }

  it("hold for each worker", async () => {
    const starts: number[] = [];
    world.service.task("rates.own", { rateLimit: "20/s" }, () => void starts.push(performance.now()));
    await world.worker({ queues: ["own"], concurrency: 2 });
    await callAll("rates.own", 20, "own");
    // Timers may be late, so that one comes closer to the next.
    expect(most(starts, 500)).toBeLessThanOrEqual(12);
  });

  it("leave other tasks alone, and change at run time, for what waits too", async () => {
    let runs = 0;
    world.service.task("rates.changed", { rateLimit: "1/h" }, () => void runs++);
    world.service.task("rates.other", () => {});
    const worker = await world.worker({ queues: ["changed"], hostname: "changed@here", concurrency: 1 });
    const calls = callAll("rates.changed", 10, "changed");
    await eventually("one has started, the others wait", async () => {
      const { unsettled } = await world.transport.tasks.count("changed");
      return runs === 1 && unsettled === 9;
    });
    await callAll("rates.other", 20, "changed");
    expect(runs).toBe(1);
    const to = { destination: [worker.hostname], timeout: "10s" } as const;
    const refused = await world.client.control.rateLimit("rates.unknown", "1/s", to);
    expect(refused["changed@here"]).toEqual({
      error: expect.stringContaining('task "rates.unknown" is not registered'),
    });
    expect(await world.client.control.rateLimit("rates.changed", 0, to)).toEqual({
      "changed@here": { ok: "rate limit disabled successfully" },
    });
    await calls;
    expect(runs).toBe(10);
  });

  it("give back what waits when the worker stops", async () => {
    const runs: string[] = [];
    const add = (app: Troupe, where: string, rateLimit: Rate): void =>
      void app.task("rates.stopped", { rateLimit, queue: "stopped" }, () => void runs.push(where));
    const [limited, unlimited] = [world.app(), world.app()];
    add(limited, "limited", "1/h");
    add(unlimited, "unlimited", 0);
    const worker = await world.worker({ queues: ["stopped"] }, limited);
    const calls = callAll("rates.stopped", 5, "stopped");
    await eventually("four wait in the worker", async () => {
      const { waiting, unsettled } = await world.transport.tasks.count("stopped");
      return runs.length === 1 && unsettled === 4 && waiting === 0;
    });
    await worker.stop();
    await world.worker({ queues: ["stopped"] }, unlimited);
    await calls;
    expect(runs).toEqual(["limited", ...Array.from({ length: 4 }, () => "unlimited")]);
  });

  it.each([
    ["a task", "shared", "rates.shared"],
    ["a queue", "slow", "rates.slow"],
  ])("hold for all workers together: of %s", async (_what, queue, name) => {
    const starts: number[] = [];
    const rateLimit = queue === "shared" ? ({ rate: "20/s", scope: "cluster" } as const) : 0;
    for (const app of [world.app(), world.app()]) {
      app.task(name, { rateLimit }, () => void starts.push(performance.now()));
      await world.worker({ queues: [queue], concurrency: 4 }, app);
    }
    await callAll(name, 40, queue);
    expect(starts).toHaveLength(40);
    // The rate, one batch, and what the clocks of the workers are known to.
    expect(most(starts, 500)).toBeLessThanOrEqual(13);
    expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(1_700);
  });
});

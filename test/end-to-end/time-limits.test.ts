// Limits on how long handlers run: soft and hard, said in different places, over handlers that do not care.

import { SoftTimeLimitExceeded, type TaskContext, TimeLimitExceeded } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const NEVER = (): Promise<never> => new Promise(() => {});
const PATIENCE = { timeout: "30s" } as const;

/** Until the soft limit; then what `after` gives. */
async function untilAborted(this: TaskContext, after: (reason: unknown) => unknown): Promise<unknown> {
  const { signal } = this;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return after(signal.reason);
}

describe.each(BROKERS)("time limits over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker, { settings: { maxDeliveries: 2 } });
    await world.worker({ concurrency: 1, timeLimit: "20s" });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("fail a handler that never ends, whose slot is free for the next, and send the errback", async () => {
    const failed: string[] = [];
    world.service.task("limits.never", { timeLimit: 50 }, NEVER);
    world.service.task("limits.next", () => "next");
    world.service.task("limits.onError", (id: string) => void failed.push(id));
    const result = await world.client.sendTask("limits.never", [], {
      linkError: world.client.signature("limits.onError"),
    });
    const next = await world.client.sendTask("limits.next");
    await expect(result.get(PATIENCE)).rejects.toBeInstanceOf(TimeLimitExceeded);
    expect(await next.get(PATIENCE)).toBe("next");
    await eventually("the errback has run", () => failed.length > 0);
    expect(failed).toEqual([result.id]);
  });

  it("fail a handler that blocks its thread", async () => {
    world.service.task("limits.block", { timeLimit: 20 }, () => {
      const until = performance.now() + 30;
      while (performance.now() < until);
      return "late";
    });
    const result = await world.client.sendTask("limits.block");
    await expect(result.get(PATIENCE)).rejects.toMatchObject({ code: "TROUPE_TIME_LIMIT", limitMs: 20 });
  });

  it("tell a handler of its soft limit, which it may catch or not", async () => {
    const soft = { softTimeLimit: 20 };
    world.service.task("limits.caught", soft, function (this: TaskContext) {
      return untilAborted.call(this, () => "cleaned up");
    });
    world.service.task("limits.uncaught", soft, function (this: TaskContext) {
      return untilAborted.call(this, (reason) => Promise.reject(reason));
    });
    expect(await (await world.client.sendTask("limits.caught")).get(PATIENCE)).toBe("cleaned up");
    const uncaught = await world.client.sendTask("limits.uncaught");
    await expect(uncaught.get(PATIENCE)).rejects.toBeInstanceOf(SoftTimeLimitExceeded);
  });

  it("are taken from a call, and from a step of a canvas", async () => {
    world.service.task("limits.any", NEVER);
    const call = await world.client.sendTask("limits.any", [], { timeLimit: "20ms" });
    await expect(call.get(PATIENCE)).rejects.toMatchObject({ limitMs: 20 });
    const step = await world.client.signature("limits.any").set({ timeLimit: 30 }).delay();
    await expect(step.get(PATIENCE)).rejects.toMatchObject({ limitMs: 30 });
  });

  it("are taken from the worker, and change while it runs", async () => {
    world.service.task("limits.own", { queue: "own" }, NEVER);
    const worker = await world.worker({ queues: ["own"], timeLimit: 20 });
    const call = async (): Promise<unknown> =>
      (await world.client.sendTask("limits.own", [], { queue: "own" })).get(PATIENCE);
    await expect(call()).rejects.toMatchObject({ limitMs: 20 });
    worker.setTimeLimit("limits.own", { timeLimit: 30 });
    await expect(call()).rejects.toMatchObject({ limitMs: 30 });
  });

  it("run a task again that is not to be acknowledged then, up to maxDeliveries", async () => {
    let runs = 0;
    world.service.task("limits.again", { timeLimit: 20, acksOnTimeout: false, queue: "again" }, () => {
      runs++;
      return NEVER();
    });
    await world.worker({ queues: ["again"] });
    const result = await world.client.sendTask("limits.again", [], { queue: "again" });
    await expect(result.get(PATIENCE)).rejects.toBeInstanceOf(TimeLimitExceeded);
    expect(runs).toBe(2);
    expect(await world.reported("again")).toEqual(["time-limit"]);
  });

  it("leave it to the task whether the message of a failure is kept", async () => {
    world.service.task("limits.kept", { acksOnFailure: false, queue: "kept" }, () => Promise.reject(new Error("no")));
    await world.worker({ queues: ["kept"] });
    const result = await world.client.sendTask("limits.kept", [], { queue: "kept" });
    await expect(result.get(PATIENCE)).rejects.toThrow("no");
    expect(await world.reported("kept")).toEqual(["failed"]);
  });
});

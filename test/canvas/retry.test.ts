// Canvases whose tasks retry.

import { chain, chord } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, valueOf } from "../support/canvas/cases.ts";
import { fixtures, type RetryingTasks } from "../support/canvas/retrying-tasks.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a retry over %s", (broker) => {
  let world: CanvasWorld<RetryingTasks>;
  beforeAll(async () => {
    world = await CanvasWorld.openWith(fixtures, broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C210 in a chain: later steps run once, after the last try", async () => {
    const { add, again } = world.tasks;
    const key = fresh();
    const result = await chain(add.si(1, 1), again.s(key), add.s(10)).delay();
    expect(await valueOf(result)).toBe(12);
    expect(await world.noted(key, 3)).toMatchObject([{ retries: 0 }, { retries: 1 }, { retries: 2 }]);
    const [, middle] = spineOf(result);
    expect(await world.app.result(middle?.id ?? "").info()).toMatchObject({ retries: 2 });
  });

  it("C211 in a header: it counts once", async () => {
    const { retryTask, add, tally } = world.tasks;
    const key = fresh();
    const result = await chord([retryTask.si(1), retryTask.si(2), add.si(1, 1)], tally.s(key)).delay();
    expect(await valueOf(result)).toEqual([1, 2, 2]);
    expect(await world.noted(key, 1)).toHaveLength(1);
  });

  it("C212 without end: three runs, then the given error; the errback runs once", async () => {
    const { always, echo } = world.tasks;
    const [key, errback] = [fresh(), fresh()];
    const result = await always.applyAsync([key], { linkError: echo.si("errback", errback) });
    expect(await errorOf(result)).toMatchObject({ name: "ValueError", message: "given" });
    expect(await world.noted(key, 3)).toEqual([0, 1, 2]);
    expect(await world.noted(errback, 1)).toEqual(["errback"]);
  });

  it("C213 in this process: up to the task's limit, or to that of the call", async () => {
    const { untilLimit } = world.tasks;
    expect(await (await untilLimit.apply([])).get()).toBe(4);
    expect(await (await untilLimit.apply([10])).get()).toBe(11);
  });

  it("C222 keeps the stamps", async () => {
    const { again } = world.tasks;
    const key = fresh();
    await valueOf(again.s(1, key).stamp({ stamp: "value" }).delay());
    const stamps = { stamp: "value" };
    expect(await world.noted(key, 3)).toMatchObject([{ stamps }, { stamps }, { stamps }]);
  });

  it("C231 C233 C234 C239 a task that waits for its next try is neither ready nor successful; it has a traceback", async () => {
    const { retryTask } = world.tasks;
    const result = await retryTask.delay(3);
    await expect.poll(() => result.state(), { timeout: 20_000 }).toBe("RETRY");
    await expect(result.get({ timeout: 1 })).rejects.toMatchObject({ code: "TROUPE_TASK_TIMEOUT" });
    expect([await result.successful(), await result.ready()]).toEqual([false, false]);
    expect(await result.traceback()).toContain("Retry");
    expect(await valueOf(result)).toBe(3);
  });
});

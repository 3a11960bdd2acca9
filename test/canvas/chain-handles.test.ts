// Chains: handles back to the first step, ids, options and callbacks.

import { type AnyResult, chain, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { range, valueOf } from "../support/canvas/cases.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a chain over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** Values from the last handle back to the first. */
  const valuesBack = (last: AnyResult): Promise<unknown[]> => Promise.all(spineOf(last).map(valueOf));

  it("C071 of one step is that step", async () => {
    const result = await chain(world.tasks.add.s(3, 4)).delay();
    expect([await valueOf(result), result.parent]).toEqual([7, null]);
  });

  it("C072 of three steps has a handle for each", async () => {
    const { add, mul } = world.tasks;
    const result = await chain(add.s(4, 4), mul.s(8), mul.s(10)).delay();
    expect(await valuesBack(result)).toEqual([640, 64, 8]);
  });

  it("C075 of independent steps", async () => {
    const { add } = world.tasks;
    const result = await add.si(2, 2).pipe(add.si(4, 4)).pipe(add.si(8, 8)).delay();
    expect(await valuesBack(result)).toEqual([16, 8, 4]);
  });

  it("C076 of three steps has exactly two parents", async () => {
    const { add } = world.tasks;
    const result = await add.s(2, 2).pipe(add.s(4)).pipe(add.s(8)).applyAsync();
    expect(spineOf(result)).toHaveLength(3);
    expect(await valueOf(result)).toBe(16);
  });

  it("C079 has the first step as root of all, and each step as parent of the next", async () => {
    const { ids } = world.tasks;
    const last = await chain(range(10).map((i) => ids.si(i))).delay();
    await valueOf(last);
    const spine = spineOf(last);
    const root = spine.at(-1)?.id;
    const expected = spine.map((_, back) => [root, spine[back + 1]?.id ?? null, 9 - back]);
    expect(await valuesBack(last)).toEqual(expected);
  });

  it("C081 gives the id asked for to its last step", async () => {
    const { add } = world.tasks;
    const taskId = fresh("chain");
    const result = await chain(add.s(1, 1), add.s(1)).applyAsync([], { taskId });
    expect([result.id, await valueOf(result)]).toEqual([taskId, 3]);
  });

  it("C082 that is empty is refused", async () => {
    const empty = world.app.signature(chain([]).toJSON());
    await expect(empty.delay()).rejects.toMatchObject({ name: "InvalidCanvasError" });
  });

  it("C090 within a chain runs its callback once, at its own end", async () => {
    const { identity, add, echo } = world.tasks;
    const key = fresh();
    const inner = chain(identity.s("a"), add.s("b")).link(echo.si("link_b called", key)).linkError(echo.si("err", key));
    expect(await valueOf(chain(inner, add.s("c")).delay())).toBe("abc");
    expect(await world.noted(key, 1)).toEqual(["link_b called"]);
  });

  it("C091 gives id and callback of the call to its last step", async () => {
    const { identity, add, info, echo } = world.tasks;
    const [taskId, key] = [fresh("chain"), fresh()];
    const request = await chain(identity.s(1), identity.s(), info.s()).applyAsync([], { taskId });
    expect(await valueOf(request)).toMatchObject({ id: taskId });
    await chain(identity.s(1), add.s(1), add.s(1)).applyAsync([], { link: echo.s(key) });
    expect(await world.noted(key, 1)).toEqual([3]);
  });

  it("C092 gives other options of the call to its first step only (priority: priority.test.ts)", async () => {
    const { info } = world.tasks;
    const last = await chain(info.si(1), info.si(2)).applyAsync([], { headers: { h: 1 }, expires: "60s" });
    const [second, first] = await valuesBack(last);
    expect(first).toMatchObject({ headers: { h: 1 }, expires: expect.any(Number) });
    expect(second).toMatchObject({ headers: {}, expires: null });
  });

  it("C097 that ends in a group has the group's handle, and the step before as its parent", async () => {
    const { add } = world.tasks;
    const result = await add
      .s(4, 4)
      .pipe(group(range(10).map((i) => add.si(i, i))))
      .delay();
    expect(await valuesBack(result)).toEqual([range(10).map((i) => 2 * i), 8]);
  });

  it("C102 that ends in a group runs its callback once, with the array", async () => {
    const { add, echo } = world.tasks;
    const key = fresh();
    await chain(add.si(1, 1), group(add.s(2), add.s(3)))
      .link(echo.s(key))
      .delay();
    expect(await world.noted(key, 1)).toEqual([[4, 5]]);
  });

  it("C257 lists the ids of all steps, last first", async () => {
    const { add } = world.tasks;
    expect(world.app.result("x").asList()).toEqual(["x"]);
    const last = await chain(add.s(1, 1), add.s(1), add.s(1)).delay();
    expect(last.asList()).toEqual(spineOf(last).map(({ id }) => id));
    expect(new Set(last.asList()).size).toBe(3);
    expect(await valueOf(last)).toBe(4);
  });
});

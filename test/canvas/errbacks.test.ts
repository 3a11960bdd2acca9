// Callbacks of failures: who is called and with what.

import { group, kw } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, times, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const EXPECTED = { name: "ExpectedException", message: "Task expected to fail" };

describe.each(BROKERS)("an errback over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C177 leaves the task's error as it is", async () => {
    const { fail, returnException } = world.tasks;
    const byTask = await fail.applyAsync(["test"], { linkError: returnException.s() });
    const byName = await fail.applyAsync(["test"], { linkError: world.app.signature("canvas.returnException") });
    for (const result of [byTask, byName]) {
      const error = await result.get({ propagate: false, timeout: "20s" });
      expect(error).toMatchObject({ ...EXPECTED, details: '["test"]' });
    }
  });

  it("C178 gets request, error and traceback; or the id; or, immutable, its own arguments", async () => {
    const { fail, errNew, errOld, errBound, notePair } = world.tasks;
    const [bound, fixed] = [fresh(), fresh()];
    const errbacks = [errNew.s(), errOld.s(), errBound.s(bound), notePair.si(7, 8, kw({ key: fixed }))];
    const result = await fail.applyAsync(["x"], { linkError: errbacks });
    await errorOf(result);
    const { id } = result;
    const request = { id, task: "canvas.fail", args: ["x"], kwargs: {}, rootId: id, parentId: null, retries: 0 };
    const traceback = expect.stringContaining("Task expected to fail");
    const notes = await world.noted(id, 2);
    expect(notes).toHaveLength(2);
    expect(notes).toEqual(expect.arrayContaining(["old", { request, error: EXPECTED, traceback }]));
    expect(await world.noted(bound, 1)).toEqual([{ failed: id, parentId: id, rootId: id }]);
    expect(await world.noted(fixed, 1)).toEqual([[7, 8]]);
  });

  it("C178 of the new style, immutable, gets its own arguments only; made by hand, an error is one again", async () => {
    const { fail, errEither } = world.tasks;
    const [fixed, set] = [fresh(), fresh()];
    const byHand = { id: fresh(), task: null, args: [], kwargs: {}, rootId: "r", parentId: null, retries: 0 };
    const errbacks = [
      errEither.si(fixed, "own"),
      errEither.s(),
      errEither.si(set, "own, too").set({ priority: 1, immutable: true }),
      errEither.si(byHand, new RangeError("by hand")),
    ];
    const result = await fail.applyAsync([], { linkError: errbacks });
    await errorOf(result);
    expect(await world.noted(result.id, 1)).toEqual(["ExpectedException: Task expected to fail"]);
    expect(await world.noted(fixed, 1)).toEqual(["own"]);
    expect(await world.noted(set, 1)).toEqual(["own, too"]);
    expect(await world.noted(byHand.id, 1)).toEqual(["RangeError: by hand"]);
  });

  it("Q43 is a task of its own: with its own id, a child of what failed", async () => {
    const { fail, errNew } = world.tasks;
    const result = await fail.applyAsync([], { linkError: errNew.s() });
    await errorOf(result);
    const [child] = await result.children();
    if (!child) throw new Error("the errback is no child");
    expect(await valueOf(child)).toBeNull();
    expect(child.id).not.toBe(result.id);
  });

  it("that throws keeps neither the others from running nor the error from being recorded", async () => {
    const { fail, errThrows, errOld } = world.tasks;
    const result = await fail.applyAsync([], { linkError: [errThrows.s(), errOld.s()] });
    expect(await errorOf(result)).toMatchObject(EXPECTED);
    expect(new Set(await world.noted(result.id, 2))).toEqual(new Set(["threw", "old"]));
  });

  it("can read the failure, which is stored before", async () => {
    const { fail, echo } = world.tasks;
    const key = fresh();
    const result = await fail.applyAsync([], { linkError: echo.si("seen", key) });
    await world.noted(key, 1);
    expect(await world.newApp().result(result.id).failed()).toBe(true);
  });

  it("C167 of a group runs for its failing member", async () => {
    const { fail, identity, echo } = world.tasks;
    const key = fresh();
    await errorOf(group(fail.s(), identity.si(42)).linkError(echo.si("errback", key)).delay());
    expect(await world.noted(key, 1)).toEqual(["errback"]);
  });

  it.each(["errOld", "errNew"] as const)("C168 of a group gets its failing member (%s)", async (style) => {
    const { fail, identity } = world.tasks;
    const result = await group(fail.s(), identity.si(42)).linkError(world.tasks[style].s()).delay();
    await errorOf(result);
    expect(await world.noted(result.results[0].id, 1)).toHaveLength(1);
  });

  it("C169 of each of 42 members runs 42 times", async () => {
    const { fail, count } = world.tasks;
    const key = fresh();
    const child = fail.si().linkError(count.si(key));
    await errorOf(group(times(42, () => child)).delay());
    expect(await world.noted(key, 42)).toHaveLength(42);
  });
});

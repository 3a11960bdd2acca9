// Callbacks: sent with the value when a task succeeds.

import { group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a callback over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C024 gets the value, and is a child of the result", async () => {
    const { add, mul } = world.tasks;
    const result = await add.applyAsync([2, 2], { link: mul.s(16) });
    expect(await valueOf(result)).toBe(4);
    const children = await result.children();
    expect(await Promise.all(children.map(valueOf))).toEqual([64]);
  });

  it("C025 is reached by collect", async () => {
    const { add, mul } = world.tasks;
    const result = await add.applyAsync([2, 2], { link: mul.s(16) });
    const collected: unknown[] = [];
    for await (const [handle, value] of result.collect()) collected.push([handle.id, value]);
    const [child] = await result.children();
    expect(collected).toEqual([
      [result.id, 4],
      [child?.id, 64],
    ]);
  });

  it("C026 is one of several: one child each, in order", async () => {
    const { add, identity } = world.tasks;
    const result = await add.applyAsync([2, 2], { link: [add.s(16), identity.s()] });
    await valueOf(result);
    expect(await Promise.all((await result.children()).map(valueOf))).toEqual([20, 4]);
  });

  it("C027 runs on success only, an errback on failure only", async () => {
    const { add, fail, echo } = world.tasks;
    const key = fresh();
    const linked = [add.si(1, 1), fail.si()].map((s) =>
      s.link(echo.si("ok", `${key}-${s.task}`)).linkError(echo.si("err", `${key}-${s.task}`)),
    );
    const [good, bad] = await Promise.all(linked.map((s) => s.delay()));
    if (!good || !bad) throw new Error("two were sent");
    await valueOf(good);
    await errorOf(bad);
    expect(await world.noted(`${key}-canvas.add`, 1)).toEqual(["ok"]);
    expect(await world.noted(`${key}-canvas.fail`, 1)).toEqual(["err"]);
  });

  it("C028 that is immutable ignores the value", async () => {
    const { add, echo } = world.tasks;
    const key = fresh();
    await add.applyAsync([2, 2], { link: echo.si("done", key) });
    expect(await world.noted(key, 1)).toEqual(["done"]);
  });

  it("C029 that fails does not affect its parent", async () => {
    const { add, fail } = world.tasks;
    const result = await add.applyAsync([1, 1], { link: fail.s() });
    expect([await valueOf(result), await result.state()]).toEqual([2, "SUCCESS"]);
    const [child] = await result.children();
    if (!child) throw new Error("the callback is no child");
    expect(await errorOf(child)).toMatchObject({ name: "ExpectedException" });
  });

  it("C030 has the task as parent and its root as root, within a group too", async () => {
    const { identity, noteInfo } = world.tasks;
    const key = fresh();
    const note = noteInfo.s(key);
    const result = await identity.applyAsync([41], {
      link: [note, noteInfo.s(key).set({ headers: { n: 2 } }), group(note, note)],
    });
    const notes = await world.noted(key, 4);
    const lineage = { parentId: result.id, rootId: result.id };
    expect(notes).toEqual(notes.map(() => expect.objectContaining(lineage)));
    expect(notes).toHaveLength(4);
  });
});

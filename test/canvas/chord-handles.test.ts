// Chords: handles, ids, lineage, callbacks, and that each task runs exactly once.

import { chain, chord, GroupResult, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { range, sorted, times, valueOf } from "../support/canvas/cases.ts";
import { shapeOf, spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a chord over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C104 takes its body at call time; its handle is the body's", async () => {
    const { add, tsum } = world.tasks;
    const body = tsum.s().freeze();
    const result = await chord(range(100).map((i) => add.s(i, i))).applyAsync([], { body });
    expect([result.id, await valueOf(result)]).toEqual([body.id, 9900]);
  });

  it("C128 keeps root and parents through a chain, a header of 47 and a body that is a chain", async () => {
    const { ids, collectIds } = world.tasks;
    const header = group(range(47, 3).map((i) => ids.si(i)));
    const last = await chain(ids.si(1), ids.si(2), chord(header, chain(collectIds.s(50), ids.si(51)))).delay();
    expect(shapeOf(last)).toEqual(["task", "task", 47, "task", "task"]);
    const [end, collected, members, second, first] = spineOf(last);
    if (!end || !collected || !(members instanceof GroupResult) || !second || !first) throw new Error("spine");
    const root = first.id;
    expect(await valueOf(end)).toEqual([root, collected.id, 51]);
    const headerIds = (await members.children()).map(({ id }) => id);
    expect(await valueOf(collected)).toEqual([
      range(47, 3).map((i) => [root, second.id, i]),
      [root, expect.toSatisfy((id) => headerIds.includes(id)), 50],
    ]);
    expect([await valueOf(second), await valueOf(first)]).toEqual([
      [root, first.id, 2],
      [root, null, 1],
    ]);
  });

  it("Q07 has one root, when a group begins it: the group's id", async () => {
    const { ids, collectIds } = world.tasks;
    const result = await chord([ids.si(1), ids.si(2)], collectIds.s(3)).delay();
    const root = result.parent?.id;
    expect(root).toMatch(/\S/);
    expect(await valueOf(result)).toEqual([
      [
        [root, null, 1],
        [root, null, 2],
      ],
      [root, expect.any(String), 3],
    ]);
  });

  it("C134 of three groups in a row and a task: each of the 15 members runs once", async () => {
    const { count, identity } = world.tasks;
    for (const last of [identity.si("end"), group(identity.si("end"))]) {
      const key = fresh();
      const five = group(times(5, () => count.si(key)));
      expect(await valueOf(chain(five, five, five, last).delay())).toBe("end");
      expect(await world.noted(key, 15)).toHaveLength(15);
    }
  });

  it("C136 after chains and groups: all groups are on the spine (walked by parent)", async () => {
    const { add } = world.tasks;
    const three = group(times(3, () => add.si(1, 1)));
    const chains = group(times(3, () => chain(add.si(1, 1), add.s(1))));
    const result = await chain(add.si(0, 0), add.si(1, 0), add.si(0, 1), three, chains, add.si(2, 0), add.s(3)).delay();
    expect(shapeOf(result)).toEqual(["task", "task", 3, 3, "task", "task", "task"]);
    expect(await valueOf(result)).toBe(5);
  });

  it("C137 made of piped groups runs each task once", async () => {
    const { echo } = world.tasks;
    const key = fresh();
    const two = group(times(2, () => echo.si("a", key)));
    const result = await chain(two.pipe(two), echo.si("a", key).pipe(echo.si("b", key))).delay();
    await valueOf(result);
    const notes = await world.noted(key, 6);
    expect(sorted(notes)).toEqual(["a", "a", "a", "a", "a", "b"]);
    expect(notes.at(-1)).toBe("b");
  });

  it("C138 made of four groups and two tasks runs each once, in order", async () => {
    const { echo } = world.tasks;
    const key = fresh();
    const [a, b, c, d] = [[1, 2, 3], [4, 5, 6], [7], [8]].map((ns) => group(ns.map((n) => echo.si(n, key))));
    if (!a || !b || !c || !d) throw new Error("four groups");
    await valueOf(chain(a, b, c, d, echo.si(9, key), echo.si("Done", key)).delay());
    const notes = await world.noted(key, 10);
    expect(sorted(notes.slice(0, 3))).toEqual([1, 2, 3]);
    expect(sorted(notes.slice(3, 6))).toEqual([4, 5, 6]);
    expect(notes.slice(6)).toEqual([7, 8, 9, "Done"]);
  });

  it("C140 gives the id asked for to its body", async () => {
    const { add, info } = world.tasks;
    const taskId = fresh("body");
    const result = await chord([add.s(1, 1)], info.si()).applyAsync([], { taskId });
    expect(result.id).toBe(taskId);
    expect(await valueOf(result)).toMatchObject({ id: taskId });
  });

  it("C141 C142 runs its callback once, with the body's value", async () => {
    const { add, tsum, echo } = world.tasks;
    const key = fresh();
    const result = await chord([add.si(1, 1), add.si(2, 2)], tsum.s())
      .link(echo.s(key))
      .delay();
    expect(await valueOf(result)).toBe(6);
    expect(await world.noted(key, 1)).toEqual([6]);
  });

  it("C142 runs a callback of the call too", async () => {
    const { add, tsum, echo } = world.tasks;
    const key = fresh();
    await chord([add.si(1, 1), add.si(2, 2)], tsum.s()).applyAsync([], { link: echo.s(key) });
    expect(await world.noted(key, 1)).toEqual([6]);
  });

  it("C146 has a body with an id of its own, and the header as parent", async () => {
    const { info, identity } = world.tasks;
    const result = await chord([info.si(), info.si()], identity.s()).delay();
    const header = result.parent;
    expect(header).toBeInstanceOf(GroupResult);
    expect(result.id).not.toBe(header?.id);
    expect(await valueOf(result)).toMatchObject(times(2, () => ({ groupId: header?.id })));
  });

  it("Q09 has a body outside of the header's group", async () => {
    const { identity, info } = world.tasks;
    const result = await chord([identity.si(1)], info.si()).delay();
    expect(await valueOf(result)).toMatchObject({ groupId: null });
  });

  it("C149 at the end of a chain runs the chain's callback once", async () => {
    const { add, tsum, echo } = world.tasks;
    const key = fresh();
    const steps = chain(add.s(1, 1), group(add.s(2), add.s(3)), tsum.s()).link(echo.s(key));
    expect(await valueOf(steps.delay())).toBe(9);
    expect(await world.noted(key, 1)).toEqual([9]);
  });

  it("C150 without a body is refused before anything is sent", async () => {
    const { count } = world.tasks;
    const key = fresh();
    await expect(world.app.signature(chord([count.si(key)]).toJSON()).delay()).rejects.toMatchObject({
      name: "InvalidCanvasError",
    });
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });

  it("C151 and before a group and three tasks: the header is on the spine", async () => {
    const { add, tsum } = world.tasks;
    const result = await chain(group(add.s(1, 1), add.s(2, 2)), tsum.s(), add.s(1), add.s(2)).delay();
    expect(shapeOf(result)).toEqual(["task", "task", "task", 2]);
    expect(await Promise.all(spineOf(result).map(valueOf))).toEqual([9, 7, 6, [2, 4]]);
  });

  it("section 9: two groups and a task, two chords: both headers are on the spine", async () => {
    const { identity, tsum } = world.tasks;
    const two = group(identity.si(1), identity.si(2));
    const groups = await chain(two, two, tsum.s()).delay();
    expect([shapeOf(groups), await valueOf(groups)]).toEqual([["task", 2, 2], 3]);
    const chords = await chain(chord(two, tsum.s()), chord(two, tsum.s())).delay();
    expect([shapeOf(chords), await valueOf(chords)]).toEqual([["task", 2, "task", 2], 3]);
  });
});

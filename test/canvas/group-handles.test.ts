// Groups: their handles, their members' requests, their callbacks.

import { chord, GroupResult, group } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { range, times, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a group over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C053 that is empty is done at once, also when it is saved and restored", async () => {
    const result = await world.app.signature(group([]).toJSON()).delay();
    if (!(result instanceof GroupResult)) throw new Error("a group has a group's handle");
    expect([await valueOf(result), result.results, await result.ready(), await result.successful()]).toEqual([
      [],
      [],
      true,
      true,
    ]);
    expect([await result.failed(), await result.completedCount()]).toEqual([false, 0]);
    await result.save();
    expect((await world.app.groupResult(result.id))?.results).toEqual([]);
  });

  it.each(["link", "linkError"] as const)("C054 takes no %s at call time; nothing is sent", async (option) => {
    const { add, echo } = world.tasks;
    const key = fresh();
    const members = [echo.si("sent", key), echo.si("sent", key)];
    await expect(group(members).applyAsync([], { [option]: add.s(2, 2) })).rejects.toThrow(TypeError);
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });

  it("C058 that a running task sends is one child of it", async () => {
    const result = await world.tasks.sendGroup.delay();
    const id = await valueOf(result);
    const children = await result.children();
    expect(children.map((child) => [child instanceof GroupResult, child.id])).toEqual([[true, id]]);
  });

  it("C059 from a generator that gives one signature 42 times has 42 members with ids of their own", async () => {
    const { identity } = world.tasks;
    const one = identity.si(7);
    const result = await group(
      (function* () {
        for (const _ of range(42)) yield one;
      })(),
    ).delay();
    expect(await valueOf(result)).toEqual(times(42, () => 7));
    expect(new Set(result.results.map((member) => member.id)).size).toBe(42);
  });

  it("api: from an async generator is sent as it is produced", async () => {
    const { identity } = world.tasks;
    const result = await group(
      (async function* () {
        for (const i of range(5)) yield identity.si(i);
      })(),
    ).delay();
    expect(await valueOf(result)).toEqual(range(5));
  });

  it("section 5: a generator is read while members are sent, not before", async () => {
    const { tally } = world.tasks;
    const key = fresh();
    const { notes } = world;
    const result = await group(
      (async function* () {
        yield tally.si("first", key);
        yield tally.si("second", key);
        await eventually("an early member has run", async () => (await notes.of(key)).length > 0);
        yield tally.si("last", key);
      })(),
    ).delay();
    expect(await valueOf(result)).toEqual(["first", "second", "last"]);
  });

  it.each(["sync", "async"])("section 5: a generator is closed when a member is refused (%s)", async (kind) => {
    const { identity } = world.tasks;
    let closed = 0;
    function* produced() {
      try {
        for (;;) yield identity.si(() => "functions do not travel");
      } finally {
        closed++;
      }
    }
    async function* awaited() {
      yield* produced();
    }
    const members = group(kind === "sync" ? produced() : awaited());
    await expect(members.delay()).rejects.toMatchObject({ code: "TROUPE_SERIALIZATION" });
    expect(closed).toBe(1);
    await expect(members.delay()).rejects.toMatchObject({ code: "TROUPE_INVALID_CANVAS" });
  });

  it("C065 sends a frozen member under its id", async () => {
    const { identity } = world.tasks;
    const frozen = identity.si(1).freeze();
    const result = await group(frozen, identity.si(2)).delay();
    expect([result.results[0].id, await valueOf(result)]).toEqual([frozen.id, [1, 2]]);
  });

  it("C066 of one chord over 42 has one handle, and runs 42 header tasks", async () => {
    const { tally, add } = world.tasks;
    const key = fresh();
    const result = await group(
      chord(
        times(42, () => tally.si(0, key)),
        add.si(0, 0),
      ),
    ).delay();
    expect(result.results).toHaveLength(1);
    expect(await valueOf(result)).toEqual([0]);
    expect(await world.noted(key, 42)).toHaveLength(42);
  });

  it("C067 has the id asked for, and its members know it", async () => {
    const { info } = world.tasks;
    const id = fresh("group");
    const result = await group(info.si(1), info.si(2)).applyAsync([], { taskId: id });
    expect(result.id).toBe(id);
    expect(await valueOf(result)).toMatchObject(
      result.results.map((member, groupIndex) => ({ id: member.id, groupId: id, groupIndex })),
    );
  });

  it("C068 gives its options to all members, over their own (headers for priority)", async () => {
    const { info } = world.tasks;
    const own = info.si().set({ headers: { from: "member" } });
    const result = await group(own, info.si()).applyAsync([], { headers: { from: "call" } });
    expect(await valueOf(result)).toMatchObject([{ headers: { from: "call" } }, { headers: { from: "call" } }]);
  });

  it("C069 runs its callback once, after all members, with the array", async () => {
    const { identity, gate, echo } = world.tasks;
    const key = fresh();
    const result = await group(identity.si(1), gate.si(2, key)).link(echo.s(key)).delay();
    await valueOf(result.results[0]);
    expect(await world.notes.of(key)).toEqual([]);
    await world.openGate(key);
    expect(await world.noted(key, 1)).toEqual([[1, 2]]);
  });

  it("C069 does not run its callback when a member fails", async () => {
    const { identity, fail, echo } = world.tasks;
    const key = fresh();
    const result = await group(identity.si(1), fail.si()).link(echo.s(key)).delay();
    await expect(valueOf(result)).rejects.toMatchObject({ name: "ExpectedException" });
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });
});

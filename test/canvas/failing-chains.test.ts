// Chains and groups that fail.

import { chain, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, valueOf } from "../support/canvas/cases.ts";
import { rootCause } from "../support/canvas/errors.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

const EXPECTED = { name: "ExpectedException", message: "Task expected to fail" };

describe.each(BROKERS)("over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C154 C155 a chain that fails in the middle: later steps fail with the same error and never run", async () => {
    const { add, fail, tally } = world.tasks;
    const key = fresh();
    const result = await chain(add.s(1, 2), fail.s(), tally.s(key)).delay();
    const [last, middle, first] = spineOf(result);
    if (!last || !middle || !first) throw new Error("three steps");
    expect(await errorOf(last)).toMatchObject({ ...EXPECTED, taskId: middle.id });
    expect(await errorOf(middle)).toMatchObject({ ...EXPECTED, details: "[3]" });
    expect(await valueOf(first)).toBe(3);
    const handles = [last, middle, first].map(({ id }) => world.app.result(id));
    for (const { id } of [last, middle])
      expect(await errorOf(world.app.result(id))).toHaveProperty("taskId", middle.id);
    await Promise.allSettled(handles.map(valueOf));
    expect(await Promise.all(handles.map((handle) => handle.state()))).toEqual(["FAILURE", "FAILURE", "SUCCESS"]);
    const [lastTrace, middleTrace] = await Promise.all(handles.map((handle) => handle.traceback()));
    expect(lastTrace).toContain("Task expected to fail");
    expect(lastTrace).toBe(middleTrace);
    expect(await world.app.result(last.id).get({ propagate: false })).toMatchObject(EXPECTED);
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });

  it.each([
    ["old style, linked to the chain", "errOld", "linked"],
    ["old style, given to the call", "errOld", "given"],
    ["new style, linked to the chain", "errNew", "linked"],
    ["new style, given to the call", "errNew", "given"],
  ] as const)("C156 a chain's errback runs once, for the failing step (%s)", async (_, style, how) => {
    const { add, fail } = world.tasks;
    const errback = world.tasks[style].s();
    const steps = chain(add.s(1, 1), fail.s(), add.s(5));
    const result =
      how === "linked" ? await steps.linkError(errback).delay() : await steps.applyAsync([], { linkError: errback });
    await errorOf(result);
    const [last, failing, first] = spineOf(result).map(({ id }) => id);
    expect(await world.noted(failing ?? "", 1)).toHaveLength(1);
    expect([await world.notes.of(last ?? ""), await world.notes.of(first ?? "")]).toEqual([[], []]);
  });

  it("C159 a chain that ends in a group: its members fail with the step's error", async () => {
    const { add, fail } = world.tasks;
    const result = await add
      .s(1, 1)
      .pipe(fail.s())
      .pipe(group(add.s(1), add.s(1)))
      .delay();
    expect(rootCause(await errorOf(result))).toMatchObject(EXPECTED);
    const failing = result.parent?.id;
    for (const { id } of result.results)
      expect(await errorOf(world.app.result(id))).toMatchObject({ ...EXPECTED, taskId: failing });
  });

  it("C176 a group with a failed member: its siblings carry on", async () => {
    const { add, raiseError } = world.tasks;
    const result = await group(add.s(1, 1), raiseError.s(), add.s(2, 2)).delay();
    expect(await errorOf(result)).toMatchObject({ name: "ValueError", message: "deliberate error" });
    const values = await result.get({ propagate: false, timeout: "20s" });
    expect(values).toEqual([2, expect.objectContaining({ name: "ValueError" }), 4]);
    expect([await result.failed(), await result.successful(), await result.ready()]).toEqual([true, false, true]);
    expect([await result.completedCount(), await result.readyCount()]).toEqual([2, 3]);
  });

  it("Q23 a group with several failures rejects with the first to arrive, before all are final", async () => {
    const { failAfter, gate } = world.tasks;
    const [late, early] = [fresh("gate"), fresh("gate")];
    const result = await group(gate.si(1, late), failAfter.si(late, "late"), failAfter.si(early, "early")).delay();
    await world.openGate(early);
    expect(await errorOf(result)).toMatchObject({ message: "early" });
    await world.openGate(late);
    expect(await errorOf(result.results[1])).toMatchObject({ message: "late" });
  });

  it("C184 an unregistered step: later steps fail with NotRegistered", async () => {
    const { add } = world.tasks;
    const result = await chain(add.s(1, 1), world.app.signature("no.such"), add.s(1)).delay();
    const [last, middle, first] = spineOf(result);
    if (!last || !middle || !first) throw new Error("three steps");
    expect(await errorOf(last)).toMatchObject({ code: "TROUPE_NOT_REGISTERED" });
    expect(await errorOf(middle)).toMatchObject({ code: "TROUPE_NOT_REGISTERED" });
    expect(await valueOf(first)).toBe(2);
  });

  it("C183 an expired step (for a revoked one): later steps are revoked too, no errback runs", async () => {
    const { add, echo } = world.tasks;
    const key = fresh();
    const expired = add.si(1, 1).set({ expires: new Date(0) });
    const result = await chain(expired, add.si(2, 2)).linkError(echo.si("errback", key)).delay();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    for (const { id } of spineOf(result)) {
      expect(await errorOf(world.app.result(id))).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
      expect(await world.app.result(id).state()).toBe("REVOKED");
    }
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });

  it.each([
    ["ignored", "ignoring", "IGNORED"],
    ["rejected", "rejecting", "REJECTED"],
  ] as const)("Q17 a step that is %s: later steps end so too, and give null", async (_what, task, state) => {
    const { [task]: ending, tally } = world.tasks;
    const key = fresh();
    const result = await chain(ending.si(), tally.s(key)).delay();
    expect(await valueOf(result)).toBeNull();
    expect(await result.state()).toBe(state);
    expect([await result.ready(), await result.successful(), await result.failed()]).toEqual([true, false, false]);
    await world.quiet();
    expect(await world.notes.of(key)).toEqual([]);
  });

  it("C187 what is recorded first stays: a second outcome is refused", async () => {
    const { add, fail } = world.tasks;
    const [good, bad] = [await add.delay(1, 1), await fail.delay()];
    await valueOf(good);
    await errorOf(bad);
    const failure = await world.transport.records.read({ kind: "result", id: bad.id });
    if (!failure) throw new Error("the failure is not recorded");
    expect(await world.transport.records.create({ kind: "result", id: good.id }, failure)).toBe("exists");
    expect(await world.newApp().result(good.id).get({ timeout: "20s" })).toBe(2);
  });
});

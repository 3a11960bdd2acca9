// Canvases of which something is revoked.

import { chain, chord, GroupResult, group } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf } from "../support/canvas/cases.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

const LATER = { countdown: "2s" } as const;

describe.each(BROKERS)("what is revoked over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C182 a header task before it starts: the chord fails, the cause is TaskRevokedError", async () => {
    const { add, tsum } = world.tasks;
    const first = add.si(1, 1).set(LATER).freeze();
    const result = await chord([first, add.si(2, 2)], tsum.s()).delay();
    await world.app.result(first.id).revoke();
    expect(await errorOf(result)).toMatchObject({ name: "ChordError", cause: { code: "TROUPE_TASK_REVOKED" } });
  });

  it("C183 a step before it starts: the later steps are revoked too", async () => {
    const { add } = world.tasks;
    const result = await chain(add.si(1, 1).set(LATER), add.si(2, 2)).delay();
    await result.parent?.revoke();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    const handles = spineOf(result).map(({ id }) => world.app.result(id));
    expect(await Promise.all(handles.map((handle) => handle.state()))).toEqual(["REVOKED", "REVOKED"]);
  });

  it("C264 a group: its members are; it is ready, neither successful nor failed", async () => {
    const { add } = world.tasks;
    const result = await group(add.si(1, 1), add.si(2, 2)).applyAsync([], LATER);
    await result.revoke();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    await expect.poll(() => result.ready(), { timeout: 20_000 }).toBe(true);
    expect([await result.successful(), await result.failed()]).toEqual([false, false]);
    expect(await Promise.all(result.results.map(({ id }) => world.app.result(id).state()))).toEqual([
      "REVOKED",
      "REVOKED",
    ]);
  });

  it("a header task that waits in its queue: the chord fails; its sibling has run", async () => {
    const { add, gate, tsum } = world.tasks;
    const key = fresh();
    const first = add.si(1, 1).set({ queue: "nobody-consumes" }).freeze();
    const result = await chord([first, gate.si(2, key)], tsum.s()).delay();
    await world.app.result(first.id).revoke();
    await world.openGate(key);
    const worker = world.newApp().worker({ queues: ["nobody-consumes"] });
    await worker.start();
    expect(await errorOf(result)).toMatchObject({ name: "ChordError", cause: { code: "TROUPE_TASK_REVOKED" } });
    await worker.stop();
    const header = result.parent;
    expect(header instanceof GroupResult && (await header.completedCount())).toBe(1);
  });

  it("a chord's body before its header has ended: the header runs, the body does not", async () => {
    const { gate, tally, tsum } = world.tasks;
    const [key, noted] = [fresh(), fresh()];
    const result = await chord([gate.si(1, key), gate.si(2, key)], chain(tsum.s(), tally.s(noted))).delay();
    const body = result.parent;
    await body?.revoke({ reason: "no need" });
    await world.openGate(key);
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    expect(await body?.get({ propagate: false })).toMatchObject({ code: "TROUPE_TASK_REVOKED", reason: "no need" });
    expect(await world.notes.of(noted)).toEqual([]);
  });

  it("a later step of a chain: those before it run, those after it are revoked too", async () => {
    const { gate, tally } = world.tasks;
    const [key, noted] = [fresh(), fresh()];
    const result = await chain(gate.si(1, key), tally.s(noted), tally.s(noted)).delay();
    await result.parent?.revoke();
    await world.openGate(key);
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    const states = spineOf(result).map(({ id }) => world.app.result(id).state());
    expect(await Promise.all(states)).toEqual(["REVOKED", "REVOKED", "SUCCESS"]);
    expect(await world.notes.of(noted)).toEqual([]);
  });

  it("the tree of a chain that runs, with terminate: the step that runs is ended, nothing follows", async () => {
    const { gate, tally } = world.tasks;
    const [key, noted] = [fresh(), fresh()];
    const result = await chain(tally.si(1, noted), group(gate.si(1, key), gate.si(2, key)), tally.s(noted)).delay();
    await eventually("the first step", async () => (await world.notes.of(noted)).length === 1, 20_000);
    await result.revoke({ tree: true, terminate: true });
    expect(await errorOf(result)).toBeInstanceOf(Error);
    await world.openGate(key);
    await world.quiet();
    expect(await world.notes.of(noted)).toEqual([1]);
  });

  it("a map: it is one task", async () => {
    const { clock } = world.tasks;
    const noted = fresh();
    const result = await clock.starmap([[1, noted] as const, [2, noted] as const]).applyAsync([], LATER);
    await result.revoke();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    expect(await world.notes.of(noted)).toEqual([]);
  });

  it("a group whose members are generated", async () => {
    const { add } = world.tasks;
    const result = await group(
      (function* () {
        for (let i = 0; i < 20; i++) yield add.si(i, 1);
      })(),
    ).applyAsync([], LATER);
    await result.revoke();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    const states = await Promise.all(result.results.map(({ id }) => world.app.result(id).state()));
    expect(new Set(states)).toEqual(new Set(["REVOKED"]));
  });

  it("callbacks of a revoked task are not called, nor its errbacks", async () => {
    const { add, echo } = world.tasks;
    const [linked, errback] = [fresh(), fresh()];
    const call = add.si(1, 1).set(LATER).link(echo.si("linked", linked)).linkError(echo.si("errback", errback));
    const result = await call.delay();
    await result.revoke();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    await world.quiet();
    expect([await world.notes.of(linked), await world.notes.of(errback)]).toEqual([[], []]);
  });
});

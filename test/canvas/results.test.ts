// Results of tasks and of groups.

import { AsyncResult, chain, chord, GroupResult, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, range, sorted, valueOf } from "../support/canvas/cases.ts";
import { shapeOf, spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

/** A queue that no worker reads. */
const NOBODY = { queue: "nobody" };

describe.each(BROKERS)("a result over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C230 of an unknown id is pending", async () => {
    const result = world.app.result(fresh());
    expect([await result.state(), await result.result(), await result.ready(), await result.traceback()]).toEqual([
      "PENDING",
      null,
      false,
      null,
    ]);
  });

  it("section 14: of the id of a chord's header is pending, too, whatever its coordinator has stored there", async () => {
    const { add, tsum } = world.tasks;
    const body = await chord([add.s(1, 1), add.s(2, 2)], tsum.s()).delay();
    expect(await valueOf(body)).toBe(6);
    const header = world.app.result(body.parent?.id ?? "");
    expect(await world.transport.records.read({ kind: "result", id: header.id })).not.toBeNull();
    expect([await header.state(), await header.ready(), await header.result(), await header.children()]).toEqual([
      "PENDING",
      false,
      null,
      [],
    ]);
    expect((await header.graph({ intermediate: true })).toString()).toContain(header.id);
    await expect(header.get({ timeout: 1_500 })).rejects.toMatchObject({ code: "TROUPE_TASK_TIMEOUT" });
    await header.forget();
    expect(await world.transport.records.read({ kind: "result", id: header.id })).not.toBeNull();
  });

  it("C231 get of an unknown id runs out of time (a task that is retried: retry.test.ts)", async () => {
    await expect(world.app.result(fresh()).get({ timeout: 1 })).rejects.toMatchObject({ code: "TROUPE_TASK_TIMEOUT" });
  });

  it("C232 that is late can be waited for again", async () => {
    const gate = fresh("gate");
    const result = await world.tasks.gate.s(1, gate).delay();
    await expect(result.get({ timeout: 30 })).rejects.toMatchObject({ code: "TROUPE_TASK_TIMEOUT" });
    await world.openGate(gate);
    expect(await valueOf(result)).toBe(1);
  });

  it("C233 C234 C239 tells success, readiness and traceback (a task that is retried: retry.test.ts)", async () => {
    const { add, fail } = world.tasks;
    const [good, bad] = [await add.delay(1, 1), await fail.delay()];
    await valueOf(good);
    await errorOf(bad);
    const results = [good, bad, world.app.result(fresh())];
    expect(await Promise.all(results.map((result) => result.successful()))).toEqual([true, false, false]);
    expect(await Promise.all(results.map((result) => result.ready()))).toEqual([true, true, false]);
    const traceback = expect.stringContaining("Task expected to fail");
    expect(await Promise.all(results.map((result) => result.traceback()))).toEqual([null, traceback, null]);
  });

  it("C235 that is ignored gives null at once", async () => {
    const result = await world.tasks.add.applyAsync([1, 1], { ignoreResult: true, ...NOBODY });
    expect(await result.get({ timeout: 1 })).toBeNull();
  });

  it("C236 needs an id (InvalidArgumentError for ValueError)", () => {
    const refused = expect.objectContaining({ code: "TROUPE_INVALID_ARGUMENT" });
    for (const id of ["", null, undefined, 7, {}, "a b", "x".repeat(129)]) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler can be passed over
      expect(() => world.app.result(id as string), `an id ${JSON.stringify(id)}`).toThrow(refused);
    }
    for (const id of ["", null, undefined]) expect(() => Reflect.construct(AsyncResult, [id])).toThrow(refused);
    expect(world.app.result("a.b:c@d-e").id).toBe("a.b:c@d-e");
  });

  it("C237 is not waited for inside a task", async () => {
    expect(await errorOf(world.tasks.waiting.delay())).toMatchObject({ code: "TROUPE_GET_INSIDE_TASK" });
  });

  it("C238 that is forgotten takes those before it along", async () => {
    const { add } = world.tasks;
    const result = await chain(add.s(1, 1), add.s(1), add.s(1), add.s(1)).delay();
    expect(await valueOf(result)).toBe(5);
    await result.forget();
    const handles = spineOf(result).map(({ id }) => world.app.result(id));
    expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual([null, null, null, null]);
    expect(new Set(await Promise.all(handles.map((handle) => handle.state())))).toEqual(new Set(["PENDING"]));
  });

  it("C240 tells what ran where", async () => {
    const result = await world.tasks.add.applyAsync([1, 2]);
    await valueOf(result);
    expect(await result.info()).toMatchObject({
      name: "canvas.add",
      worker: expect.stringContaining("@"),
      retries: 0,
      dateDone: expect.any(Date),
    });
  });

  it("C241 tells one instant, whoever asks (a Date has no zone of its own to be written in)", async () => {
    const result = await world.tasks.add.applyAsync([1, 2]);
    await valueOf(result);
    const { dateDone } = await result.info();
    expect(dateDone?.toISOString()).toMatch(/Z$/);
    expect((await world.newApp().result(result.id).info()).dateDone).toEqual(dateDone);
  });

  it("C242 is collected with what it triggered", async () => {
    const { identity, add } = world.tasks;
    const result = await identity.applyAsync([0], { link: range(3).map((i) => add.s(i)) });
    const collected: unknown[] = [];
    for await (const [, value] of result.collect()) collected.push(value);
    expect(collected).toEqual([0, 0, 1, 2]);
  });

  it("C246 of a group that is forgotten: all members are", async () => {
    const { add } = world.tasks;
    const result = await group(add.s(1, 1), add.s(2, 2)).delay();
    await valueOf(result);
    await result.forget();
    const members = result.results.map(({ id }) => world.app.result(id));
    expect(await Promise.all(members.map((member) => member.result()))).toEqual([null, null]);
  });

  it("C247 C053 of a group can be saved and restored by its id", async () => {
    const { add } = world.tasks;
    const result = await group(add.s(1, 1), add.s(2, 2)).delay();
    await result.save();
    const restored = await world.newApp().groupResult(result.id);
    expect(restored).toBeInstanceOf(GroupResult);
    expect(await restored?.get({ timeout: "20s" })).toEqual([2, 4]);
    expect(await world.app.groupResult(fresh())).toBeNull();
  });

  it("C248 of a group is joined in order, or read in the order of completion", async () => {
    const { identity, gate } = world.tasks;
    const key = fresh("gate");
    const members = [gate.s(9, key), ...range(9).map((i) => identity.s(i))];
    const result = await group(members).delay();
    const seen: unknown[] = [];
    for await (const [, value] of result.iterate({ timeout: "20s" })) {
      seen.push(value);
      if (seen.length === 9) await world.openGate(key);
    }
    expect(sorted(seen.slice(0, 9))).toEqual(range(9));
    expect(seen[9]).toBe(9);
    expect(await result.join({ timeout: "20s" })).toEqual([9, ...range(9)]);
    const called: [string, unknown][] = [];
    await result.join({ timeout: "20s", callback: (id, value) => called.push([id, value]) });
    expect(sorted(called)).toEqual(sorted(result.results.map(({ id }, i) => [id, [9, ...range(9)][i]])));
  });

  it("C250 of a group: its children are its members", async () => {
    const { add } = world.tasks;
    const result = await group(add.s(1, 1), add.s(2, 2)).delay();
    expect(await result.children()).toEqual([...result.results]);
    expect(await valueOf(result)).toEqual([2, 4]);
  });

  it("C249 of a group that nobody runs is not ready", async () => {
    const { add } = world.tasks;
    const result = await group(add.s(1, 1), add.s(2, 2)).applyAsync([], NOBODY);
    expect([await result.completedCount(), await result.ready(), await result.waiting()]).toEqual([0, false, true]);
    await expect(result.join({ timeout: 1 })).rejects.toMatchObject({ code: "TROUPE_TASK_TIMEOUT" });
    await world.transport.tasks.purge(NOBODY.queue);
  });

  it("C262 of a task that returns a handle is that handle, parents included", async () => {
    const handle = await valueOf(world.tasks.giveHandle.delay());
    if (!(handle instanceof AsyncResult)) throw new Error("it is no handle");
    // add(1, 1) | add(2) | [add(3), add(4)] | the body: its header's group, and before that the steps.
    expect(handle.parent).toBeInstanceOf(GroupResult);
    const spine = handle.asList();
    expect([spine.length, new Set(spine).size, spine[0]]).toEqual([4, 4, handle.id]);
    expect(await valueOf(handle)).toBe(15);
    const [second, first] = spine.slice(2).map((id) => world.app.result(id));
    expect([await first?.get(), await second?.get()]).toEqual([2, 4]);
    expect(handle.asTuple()).toEqual([[handle.id, handle.parent?.asTuple()], null]);
    expect(handle.parent?.asTuple()[1]).toHaveLength(2);
  });

  it.each([
    ["chainOfChain", "canvas.add()"],
    ["groupOfChord", expect.stringContaining("canvas.add")],
    ["chordOfGroup", expect.stringContaining("canvas.add")],
    ["chordOfChord", expect.stringContaining("canvas.add")],
  ])(
    "C263 of a task that returns a canvas is data, from which the next step makes it again (%s)",
    async (kind, text) => {
      const { giveCanvas, walkCanvas } = world.tasks;
      expect(await valueOf(chain(giveCanvas.s(kind), walkCanvas.s()).delay())).toEqual(text);
    },
  );

  it("C265 is in a state of the task's own, with its meta, while it runs", async () => {
    const gate = fresh("gate");
    const result = await world.tasks.progress.delay(gate);
    await expect.poll(() => result.state(), { timeout: 20_000 }).toBe("PROGRESS");
    expect([(await result.info()).meta, await result.ready()]).toEqual([{ p: 50 }, false]);
    await world.openGate(gate);
    expect(await valueOf(result)).toBe("done");
  });

  it("section 9: before a chord's body comes the header", async () => {
    const { add, tsum } = world.tasks;
    const result = await chord([add.s(1, 1), add.s(2, 2)], tsum.s()).delay();
    expect([shapeOf(result), await valueOf(result)]).toEqual([["task", 2], 6]);
  });
});

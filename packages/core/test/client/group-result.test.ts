import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { type AnyResult, AsyncResult, EagerResult, GroupResult } from "../../src/client/async-result.ts";
import { CALLED } from "../../src/client/running-task.ts";
import { GetInsideTaskError, ResultForgottenError, TaskTimeoutError } from "../../src/model/errors.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";
import { recordOf } from "../support/messages.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";
import { FAILURE, ResultScene } from "../support/result-scene.ts";

const failed = { state: "FAILURE", value: null, error: FAILURE } as const;

async function groupOf(...ids: readonly string[]): Promise<{ scene: ResultScene; group: GroupResult<unknown[]> }> {
  const scene = await ResultScene.open();
  return {
    scene,
    group: scene.group(
      "g",
      ids.map((id) => scene.task(id)),
    ),
  };
}

it("gives the values in the written order, whatever the order of their end", async () => {
  const { scene, group } = await groupOf("a", "b", "c");
  const values = group.get();
  await scene.waiting();
  for (const id of ["c", "a", "b"]) scene.push({ id, value: `value of ${id}` });
  expect(await values).toEqual(["value of a", "value of b", "value of c"]);
  expect(scene.isIdle).toBe(true);
  expect(scene.transport.calls).toEqual([]);
});

it("gives them again, and each member's, without asking anybody", async () => {
  const { scene, group } = await groupOf("a", "b");
  scene.push({ id: "a", value: 1 });
  scene.push({ id: "b", value: null });
  expect([await group.get(), await group.join(), await group.results[1]?.get()]).toEqual([[1, null], [1, null], null]);
  expect(scene.transport.calls).toEqual([]);
});

it("rejects with the first failure that arrives, not the first as written (Q23)", async () => {
  const { scene, group } = await groupOf("a", "b", "c");
  const failing = outcomeOf(group.get());
  await scene.waiting();
  scene.push({ id: "c", ...failed });
  expect(await failing).toMatchObject({ message: "no", taskId: "c" });
  expect(scene.isIdle).toBe(true);
});

it("gives errors in the places of those that failed, when all have ended (C176)", async () => {
  const { scene, group } = await groupOf("a", "b", "c");
  const values = group.get({ propagate: false });
  await scene.waiting();
  scene.push({ id: "b", ...failed });
  scene.push({ id: "a", value: 2 });
  expect(await soon(values)).toBe("pending");
  scene.push({ id: "c", value: 4 });
  expect(await values).toEqual([2, expect.any(TypeError), 4]);
  expect([await group.failed(), await group.successful(), await group.ready()]).toEqual([true, false, true]);
  expect([await group.completedCount(), await group.readyCount(), await group.waiting()]).toEqual([2, 3, false]);
  await expect(group.get()).rejects.toThrow("no");
});

it("is pending while nothing is known of its members (C249)", async () => {
  const { scene, group } = await groupOf("a", "b");
  expect([await group.completedCount(), await group.ready(), await group.waiting()]).toEqual([0, false, true]);
  const failing = outcomeOf(group.join({ timeout: "1s" }));
  await scene.waiting();
  scene.clock.advance(1_000);
  expect(await failing).toBeInstanceOf(TaskTimeoutError);
  expect(scene.isIdle).toBe(true);
});

it("is ready with no members: an empty list, successful, not failed", async () => {
  const { scene, group } = await groupOf();
  expect(await group.get()).toEqual([]);
  expect([await group.ready(), await group.successful(), await group.failed()]).toEqual([true, true, false]);
  expect([await group.completedCount(), group.length]).toEqual([0, 0]);
  expect(scene.transport.calls).toEqual([]);
});

it("counts a revoked member as ready, neither successful nor failed", async () => {
  const { scene, group } = await groupOf("a");
  scene.store({ id: "a", state: "REVOKED", value: null });
  expect([await group.ready(), await group.successful(), await group.failed()]).toEqual([true, false, false]);
  await expect(group.get()).rejects.toMatchObject({ code: "TROUPE_TASK_REVOKED" });
});

it("arms one timer for its timeout, however many members there are", async () => {
  const { scene, group } = await groupOf(...Array.from({ length: 1_000 }, (_, i) => `t${i}`));
  void outcomeOf(group.get({ timeout: "1h" }));
  await scene.waiting();
  await nextTurn();
  expect(scene.clock.armed).toBe(2); // the timeout, and the receiver's own
});

it("waits for 20,000 members in less than 400 bytes each, and keeps nothing of the wait", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const { scene, group } = await groupOf(...Array.from({ length: 20_000 }, (_, i) => `t${i}`));
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const values = group.get();
  await scene.waiting();
  const perMember = (used() - before) / group.length;
  expect(perMember).toBeLessThan(400);
  for (let i = 0; i < group.length; i++) scene.push({ id: `t${i}`, value: i });
  expect((await values)[19_999]).toBe(19_999);
  expect(scene.isIdle).toBe(true);
  expect((used() - before) / group.length).toBeLessThan(600); // records, and the list of values
});

it("gives lists within the list for members that end in a group (C051)", async () => {
  const scene = await ResultScene.open();
  const inner = scene.group("inner", [scene.task("c"), scene.task("d")]);
  const group = scene.group("g", [scene.task("a"), inner]);
  for (const id of ["a", "c", "d"]) scene.push({ id, value: id });
  expect(await group.get()).toEqual(["a", ["c", "d"]]);
  expect([group.length, await group.completedCount()]).toEqual([2, 2]);
});

it("gives a list of one, whether its member is a task or ends in a group (Q29)", async () => {
  const scene = await ResultScene.open();
  const inner = scene.group("inner", [scene.task("c"), scene.task("d")]);
  for (const id of ["c", "d"]) scene.push({ id, value: id });
  expect(await scene.group("outer", [inner]).get()).toEqual([["c", "d"]]);
  scene.push({ id: "list", value: ["c", "d"] });
  expect(await scene.group("one", [scene.task("list")]).get()).toEqual([["c", "d"]]);
});

it("rejects when the step before it failed (Q14)", async () => {
  const scene = await ResultScene.open();
  const group = scene.group("g", [scene.task("b"), scene.task("c")], scene.task("a"));
  const failing = outcomeOf(group.get());
  await scene.waiting();
  scene.push({ id: "a", ...failed });
  expect(await failing).toMatchObject({ message: "no", taskId: "a" });
  expect(scene.isIdle).toBe(true);
});

it("rejects when the header of a member that is a chord fails, before the member is final", async () => {
  const scene = await ResultScene.open();
  const header = scene.group("h", [scene.task("b"), scene.task("c")]);
  const group = scene.group("g", [scene.task("a"), scene.task("body", header)]);
  const failing = outcomeOf(group.get());
  await scene.waiting();
  scene.decide("h", { type: "ChordError", message: "no", details: { dependency: "b" } });
  expect(await failing).toMatchObject({ name: "ChordError", taskId: "b" });
});

it("yields tasks as they end", async () => {
  const { scene, group } = await groupOf("a", "b", "c");
  scene.push({ id: "b", value: 1 });
  const arriving = group.iterate();
  const next = async (): Promise<unknown> => {
    const { value, done } = await arriving.next();
    return done ? "done" : [value[0].id, value[1]];
  };
  expect(await next()).toEqual(["b", 1]);
  const second = next();
  await scene.waiting();
  scene.push({ id: "c", value: 2 });
  scene.push({ id: "a", value: 3 });
  expect([await second, await next(), await next()]).toEqual([["c", 2], ["a", 3], "done"]);
  expect(scene.isIdle).toBe(true);
});

it("ends iterating by the first failure to arrive, after what came before", async () => {
  const { scene, group } = await groupOf("a", "b", "c");
  const seen: string[] = [];
  const failing = outcomeOf(
    (async () => {
      for await (const [result] of group.iterate()) seen.push(result.id);
    })(),
  );
  await scene.waiting();
  scene.push({ id: "b", value: 1 });
  scene.push({ id: "a", ...failed });
  expect(await failing).toMatchObject({ message: "no" });
  expect(seen).toEqual(["b"]);
  expect(scene.isIdle).toBe(true);
});

it("yields errors as values with propagate: false", async () => {
  const { scene, group } = await groupOf("a");
  scene.push({ id: "a", ...failed });
  const seen: unknown[] = [];
  for await (const [, value] of group.iterate({ propagate: false })) seen.push(value);
  expect(seen).toEqual([expect.any(TypeError)]);
});

it("leaves nothing behind when iterating is broken off", async () => {
  const { scene, group } = await groupOf("a", "b");
  scene.push({ id: "a", value: 1 });
  for await (const _ of group.iterate({ timeout: "1h" })) break;
  expect(scene.isIdle).toBe(true);
});

it("ends iterating in time", async () => {
  const { scene, group } = await groupOf("a");
  const failing = outcomeOf(group.iterate({ timeout: "1s" }).next());
  await scene.waiting();
  scene.clock.advance(1_000);
  expect(await failing).toBeInstanceOf(TaskTimeoutError);
});

it("calls back with each id and value, and collects nothing (C248)", async () => {
  const { scene, group } = await groupOf(...Array.from({ length: 10 }, (_, i) => `t${i}`));
  for (let i = 0; i < 10; i++) scene.push({ id: `t${i}`, value: i });
  expect(await group.join()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const called: unknown[] = [];
  expect(await group.join({ callback: (id, value) => called.push([id, value]) })).toEqual([]);
  expect(called).toEqual(Array.from({ length: 10 }, (_, i) => [`t${i}`, i]));
});

it("has its members as children (C250), and as what it iterates over", async () => {
  const { group } = await groupOf("a", "b");
  expect(await group.children()).toEqual(group.results);
  expect([...group]).toEqual(group.results);
});

it("forgets every member (C246)", async () => {
  const { scene, group } = await groupOf("a", "b");
  for (const id of ["a", "b"]) scene.store({ id, value: id });
  await group.forget();
  const [a] = await scene.group("again", [new AsyncResult("a", scene.ports)]).get({ propagate: false });
  expect(a).toBeInstanceOf(ResultForgottenError);
  expect(await new AsyncResult("b", scene.ports).state()).toBe("PENDING");
});

it("equals a group of the same id, members and parent only", async () => {
  const scene = await ResultScene.open();
  const make = (id: string, members: readonly string[], parent: AnyResult | null = null): GroupResult<unknown[]> =>
    scene.group(
      id,
      members.map((member) => scene.task(member)),
      parent,
    );
  const group = make("g", ["a", "b"]);
  expect(group.equals(make("g", ["a", "b"]))).toBe(true);
  const others = [
    make("h", ["a", "b"]),
    make("g", ["b", "a"]),
    make("g", ["a"]),
    make("g", ["a", "b"], scene.task("p")),
  ];
  for (const other of [...others, scene.task("g"), null]) expect(group.equals(other)).toBe(false);
  expect(make("g", [], scene.task("p")).equals(make("g", [], scene.task("p")))).toBe(true);
});

it("is refused inside a task while a member is not known (C237)", async () => {
  const { scene, group } = await groupOf("a");
  scene.running = { id: "outer", rootId: "outer", [CALLED]: () => {} };
  await expect(group.get()).rejects.toBeInstanceOf(GetInsideTaskError);
  await expect(group.iterate().next()).rejects.toBeInstanceOf(GetInsideTaskError);
  scene.push({ id: "a", value: 1 });
  expect(await group.get({ allowInTask: true })).toEqual([1]);
  expect(await group.get()).toEqual([1]);
});

it("ends by a signal that was aborted before", async () => {
  const { scene, group } = await groupOf("a");
  await expect(group.get({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  expect(scene.transport.calls).toEqual([]);
});

it("rejects when the application is closed", async () => {
  const { scene, group } = await groupOf("a", "b");
  const failing = outcomeOf(group.get());
  await scene.waiting();
  scene.receiver.close();
  expect(await failing).toMatchObject({ code: "TROUPE_CLOSED" });
});

it("of eager results is decided (C252)", async () => {
  const scene = await ResultScene.open();
  const thrown = new Error("mine");
  const eager = (id: string, part: Partial<FinalRecord>, error?: Error): EagerResult<unknown> =>
    new EagerResult(id, scene.ports, {
      mark: null,
      ignored: false,
      final: recordOf({ id, ...part }),
      ...(error && { error }),
    });
  const group = new GroupResult("g", [eager("a", { value: 2 }), eager("b", failed, thrown)], scene.ports);
  await expect(group.get()).rejects.toBe(thrown);
  expect(await group.get({ propagate: false })).toEqual([2, thrown]);
  expect([await group.successful(), await group.failed(), await group.completedCount()]).toEqual([false, true, 1]);
  expect(scene.transport.calls).toEqual([]);
});

it("is not thenable", async () => {
  const { group } = await groupOf("a");
  expect(await Promise.resolve(group)).toBe(group);
});

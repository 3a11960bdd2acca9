import { expect, it } from "vitest";
import { AsyncResult } from "../../src/client/async-result.ts";
import { ResultSet } from "../../src/client/result-set.ts";
import { outcomeOf } from "../support/outcomes.ts";
import { FAILURE, ResultScene } from "../support/result-scene.ts";

async function sceneOf(...ids: readonly string[]): Promise<ResultScene> {
  const scene = await ResultScene.open();
  for (const id of ids) scene.push({ id, value: `value of ${id}` });
  return scene;
}

it("gives the values of results that were called apart (C243)", async () => {
  const scene = await sceneOf("a", "b");
  expect(await new ResultSet([scene.task("a"), scene.task("b")]).get()).toEqual(["value of a", "value of b"]);
});

it("takes results one by one, each once (C244)", async () => {
  const scene = await sceneOf("a", "b");
  const set = new ResultSet();
  const a = scene.task("a");
  set.add(a);
  set.add(scene.task("b"));
  expect(await set.get()).toEqual(["value of a", "value of b"]);
  set.add(scene.task("a"));
  expect([set.length, set.results[0]]).toEqual([2, a]);
});

it("gives results back, by themselves or by their ids (C245)", async () => {
  const scene = await ResultScene.open();
  const one = scene.task("1");
  const set = new ResultSet([one]);
  set.discard(one);
  set.discard(one);
  set.discard("1");
  set.update([scene.task("2"), scene.task("2")]);
  expect([...set].map(({ id }) => id)).toEqual(["2"]);
  expect(() => set.remove("1")).toThrow(/result 1 is not in the set/);
  expect(() => set.remove(one)).toThrow(/result 1/);
  set.remove("2");
  expect(set.length).toBe(0);
  set.update([one]);
  set.clear();
  expect(set.results).toEqual([]);
});

it("holds a group beside tasks: its values are a list within the list", async () => {
  const scene = await sceneOf("a", "b");
  const group = scene.group("g", [scene.task("b")]);
  expect(await new ResultSet<unknown>([group]).get()).toEqual([["value of b"]]);
  expect(await new ResultSet<unknown>([scene.task("a"), group]).get()).toEqual(["value of a", ["value of b"]]);
});

it("is ready and successful when it is empty", async () => {
  const set = new ResultSet();
  expect([await set.get(), await set.ready(), await set.successful(), await set.failed()]).toEqual([
    [],
    true,
    true,
    false,
  ]);
});

it("tells how its results ended", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "a", value: 1 });
  scene.store({ id: "b", state: "FAILURE", value: null, error: FAILURE });
  const set = new ResultSet(["a", "b", "c"].map((id) => new AsyncResult(id, scene.ports)));
  expect([await set.ready(), await set.waiting(), await set.failed(), await set.successful()]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([await set.completedCount(), await set.readyCount()]).toEqual([1, 2]);
  set.discard("c");
  expect(await set.get({ propagate: false })).toEqual([1, expect.any(TypeError)]);
  expect(await outcomeOf(set.get())).toBeInstanceOf(TypeError);
  await set.forget();
  expect(await new AsyncResult("a", scene.ports).state()).toBe("PENDING");
});

it("yields and calls back as results arrive (C248)", async () => {
  const scene = await sceneOf("a", "b");
  const called: unknown[] = [];
  const set = new ResultSet([scene.task("a"), scene.task("b")]);
  expect(await set.join({ callback: (id, value) => called.push([id, value]) })).toEqual([]);
  expect(called).toEqual([
    ["a", "value of a"],
    ["b", "value of b"],
  ]);
  const seen: string[] = [];
  for await (const [{ id }] of set.iterate()) seen.push(id);
  expect([seen, await set.join()]).toEqual([
    ["a", "b"],
    ["value of a", "value of b"],
  ]);
});

it("equals sets of the same results", async () => {
  const scene = await ResultScene.open();
  const setOf = (...ids: readonly string[]): ResultSet => new ResultSet(ids.map((id) => scene.task(id)));
  expect(setOf("a", "b").equals(setOf("a", "b"))).toBe(true);
  for (const other of [setOf("b", "a"), setOf("a"), scene.group("g", [scene.task("a"), scene.task("b")]), null])
    expect(setOf("a", "b").equals(other)).toBe(false);
});

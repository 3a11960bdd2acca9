// What came of a task: children, and how they are gone through.

import { expect, it } from "vitest";
import { type AnyResult, AsyncResult, GroupResult } from "../../src/client/async-result.ts";
import { IncompleteStream } from "../../src/model/errors.ts";
import { outcomeOf, soon } from "../support/outcomes.ts";
import { FAILURE, ResultScene } from "../support/result-scene.ts";

async function idsOf(nodes: AsyncIterable<readonly [unknown, AnyResult]>): Promise<string[]> {
  const ids: string[] = [];
  for await (const [, { id }] of nodes) ids.push(id);
  return ids;
}

// chain(a, b, c) that has run.
async function chainScene(): Promise<ResultScene> {
  const scene = await ResultScene.open();
  scene.store({ id: "a", value: 1, children: ["b"] });
  scene.store({ id: "b", value: 2, children: ["c"] });
  scene.store({ id: "c", value: 3 });
  return scene;
}

it("gives what a task triggered as handles", async () => {
  const scene = await ResultScene.open();
  scene.store({ children: ["b", { group: "g", members: ["c", "d"], next: "e" }] });
  const [next, group] = await scene.result().children();
  expect(next).toBeInstanceOf(AsyncResult);
  expect(group).toBeInstanceOf(GroupResult);
  expect([next?.asTuple(), group?.asTuple()]).toEqual([
    [["b", null], null],
    [
      ["g", null],
      [
        [["c", null], null],
        [["d", null], null],
      ],
    ],
  ]);
});

it("has no children while it is not final, and when it is forgotten", async () => {
  const scene = await ResultScene.open();
  expect(await scene.result().children()).toEqual([]);
  scene.store({ children: ["b"], forgotten: true });
  expect(await scene.result().children()).toEqual([]);
});

it("collects values breadth first; the leaf is the last (C242)", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "x", value: null, children: ["c0", "c1", "c2"] });
  for (const i of [0, 1, 2]) scene.store({ id: `c${i}`, value: i });
  const root = new AsyncResult("x", scene.ports);
  const collected: unknown[] = [];
  for await (const [{ id }, value] of root.collect()) collected.push([id, value]);
  expect(collected).toEqual([
    ["x", null],
    ["c0", 0],
    ["c1", 1],
    ["c2", 2],
  ]);
  expect(await root.getLeaf()).toBe(2);
});

it("goes through each result with the one that triggered it", async () => {
  const scene = await chainScene();
  const pairs: unknown[] = [];
  for await (const [parent, node] of new AsyncResult("a", scene.ports).iterdeps()) pairs.push([parent?.id, node.id]);
  expect(pairs).toEqual([
    [undefined, "a"],
    ["a", "b"],
    ["b", "c"],
  ]);
});

it("reaches the body of a chord through its header (C260, Q36)", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "a", value: 1, children: [{ group: "g", members: ["b", "c"], next: "d" }] });
  for (const id of ["b", "c", "d"]) scene.store({ id, value: id });
  const graph = await new AsyncResult("a", scene.ports).graph();
  expect([...graph].map(({ id }) => id)).toEqual(["a", "g", "b", "c", "d"]);
  expect(graph.edges().map(({ id }) => id)).toEqual(["a", "g"]);
  const [body] = [...graph].slice(-1);
  expect(body?.asList()).toEqual(["d", "g"]);
});

it("shows a chain as text and in dot (C259)", async () => {
  const scene = await chainScene();
  const graph = await new AsyncResult("a", scene.ports).graph();
  expect(graph.toString()).toBe("a(2)\n  b(1)\n    c(0)\nb(1)\n  c(0)\nc(0)");
  const dot = graph.toDot();
  expect(dot).toContain('"a" -> "b"');
  expect(dot).toContain('"b" -> "c"');
});

it("throws where a result is not final, unless that is wanted (C261)", async () => {
  const scene = await ResultScene.open();
  const running = new AsyncResult("slow", scene.ports);
  await expect(running.graph()).rejects.toBeInstanceOf(IncompleteStream);
  await expect(idsOf(running.iterdeps())).rejects.toMatchObject({ code: "TROUPE_INCOMPLETE" });
  expect(await idsOf(running.iterdeps({ intermediate: true }))).toEqual(["slow"]);
  expect((await running.graph({ intermediate: true })).size).toBe(1);
  await expect(running.collect({ wait: false }).next()).rejects.toBeInstanceOf(IncompleteStream);
  expect((await running.collect({ wait: false, intermediate: true }).next()).value).toEqual([running, null]);
});

it("waits for each result while it collects (C261, Q38)", async () => {
  const scene = await ResultScene.open();
  const running = scene.task("slow");
  const first = running.collect().next();
  await scene.waiting();
  expect(await soon(first)).toBe("pending");
  scene.push({ id: "slow", value: 1 });
  expect((await first).value).toEqual([running, 1]);
});

it("collects null of a task that ignores its result, and does not wait for it", async () => {
  const scene = await ResultScene.open();
  const ignored = scene.result({ ignored: true });
  const collected: unknown[] = [];
  for await (const [, value] of ignored.collect()) collected.push(value);
  expect(collected).toEqual([null]);
});

it("shows the members of a group that is not final", async () => {
  const scene = await ResultScene.open();
  const group = scene.group("g", [scene.task("b"), scene.task("c")]);
  await expect(group.graph()).rejects.toBeInstanceOf(IncompleteStream);
  expect((await group.graph({ intermediate: true })).toString().split("\n")[0]).toBe("g(2)");
});

it("collects no further than to a failure", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "a", value: 1, children: ["b"] });
  scene.store({ id: "b", state: "FAILURE", value: null, error: FAILURE });
  const seen: string[] = [];
  const collecting = async (): Promise<void> => {
    for await (const [{ id }] of new AsyncResult("a", scene.ports).collect()) seen.push(id);
  };
  expect(await outcomeOf(collecting())).toBeInstanceOf(TypeError);
  expect(seen).toEqual(["a"]);
});

it("goes through results that trigger each other once", async () => {
  const scene = await ResultScene.open();
  scene.store({ id: "a", children: ["b"] });
  scene.store({ id: "b", children: ["a"] });
  expect(await idsOf(new AsyncResult("a", scene.ports).iterdeps())).toEqual(["a", "b", "a"]);
});

it("revives a handle that a task returned, with its parents (C262, Q40)", async () => {
  const scene = await ResultScene.open();
  const group = { group: "g", members: ["b", "c"] };
  scene.store({ value: ["d", group, "a"], isHandle: true });
  const revived = await scene.result().get();
  if (!(revived instanceof AsyncResult)) throw new Error("a handle was returned");
  expect(revived.asList()).toEqual(["d", "g", "a"]);
  expect(revived.parent).toBeInstanceOf(GroupResult);
  scene.store({ id: "task-2", value: group, isHandle: true });
  expect(await new AsyncResult("task-2", scene.ports).result()).toBeInstanceOf(GroupResult);
  expect((await new AsyncResult("task-2", scene.ports).info()).result).toEqual(group);
});

it("refuses what claims to be a handle and is not", async () => {
  const scene = await ResultScene.open();
  scene.store({ value: [], isHandle: true });
  await expect(scene.result().get()).rejects.toMatchObject({ code: "TROUPE_INVALID_MESSAGE" });
});

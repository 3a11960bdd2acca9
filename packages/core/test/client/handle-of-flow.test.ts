// The parent spine of handles, as in the table of spec/canvas.md §9.

import { expect, it } from "vitest";
import { type AnyResult, AsyncResult, GroupResult } from "../../src/client/async-result.ts";
import { handleOf } from "../../src/client/handle-of-flow.ts";
import type { Flow, GroupStep, TaskStep } from "../../src/model/flow.ts";
import { taskStep } from "../support/flows.ts";
import { ResultScene } from "../support/result-scene.ts";

const t = (id: string, part: Partial<TaskStep> = {}): TaskStep => taskStep({ id, ...part });
const g = (id: string, ...members: Flow[]): GroupStep => ({ kind: "group", id, members, barrier: null });

// `c < g[b, d] < a`: a handle with its members, and those before it.
function shown(handle: AnyResult): string {
  const itself = handle instanceof GroupResult ? `${handle.id}[${[...handle].map(shown).join(", ")}]` : handle.id;
  return handle.parent ? `${itself} < ${shown(handle.parent)}` : itself;
}

const flows: readonly (readonly [string, Flow, string])[] = [
  ["a task", [t("a")], "a"],
  ["chain(a, b, c)", [t("a"), t("b"), t("c")], "c < b < a"],
  ["chain(a, group(b, c))", [t("a"), g("g", [t("b")], [t("c")])], "g[b, c] < a"],
  ["chain(a, group(b, c), d, e)", [t("a"), g("g", [t("b")], [t("c")]), t("d"), t("e")], "e < d < g[b, c] < a"],
  [
    "chain(group(a, b), group(c, d), e)",
    [g("g", [t("a")], [t("b")]), g("h", [t("c")], [t("d")]), t("e")],
    "e < h[c, d] < g[a, b]",
  ],
  [
    "chain(chord([a, b], c), chord([d, e], f))",
    [g("g", [t("a")], [t("b")]), t("c"), g("h", [t("d")], [t("e")]), t("f")],
    "f < h[d, e] < c < g[a, b]",
  ],
  [
    "group(a, chain(b, c), chord([d, e], f), chain(b2, group(x, y)))",
    [g("g", [t("a")], [t("b"), t("c")], [g("h", [t("d")], [t("e")]), t("f")], [t("b2"), g("i", [t("x")], [t("y")])])],
    "g[a, c < b, f < h[d, e], i[x, y] < b2]",
  ],
  ["chord(h, group())", [g("h", [t("a")]), g("g")], "g[] < h[a]"],
];

it.each(flows)("of %s", async (_name, flow, expected) => {
  const scene = await ResultScene.open();
  expect(shown(handleOf(flow, scene.ports, { mark: null }))).toBe(expected);
});

it("goes on from the result before it", async () => {
  const scene = await ResultScene.open();
  const before = scene.task("before");
  expect(shown(handleOf([t("a"), t("b")], scene.ports, { mark: null, parent: before }))).toBe("b < a < before");
});

it("gives null at once for a last step that ignores its result (C235)", async () => {
  const scene = await ResultScene.open();
  const flow = [t("a"), t("b", { options: { ignoreResult: true } })];
  expect(await handleOf(flow, scene.ports, { mark: 0 }).get()).toBeNull();
  expect(scene.transport.calls).toEqual([]);
});

it("reads at once the outcome of a step whose id was chosen, but not of one that is new", async () => {
  const scene = await ResultScene.open();
  const mark = scene.receiver.mark();
  scene.store({ id: "chosen", value: 4 });
  expect(await handleOf([t("chosen", { chosen: true })], scene.ports, { mark }).get()).toBe(4);
  void handleOf([t("new")], scene.ports, { mark })
    .get()
    .catch(() => {});
  await scene.waiting();
  expect(scene.transport.calls).toEqual(["glance result chosen"]);
});

it("has the body below the header's group (Q36)", async () => {
  const scene = await ResultScene.open();
  const body = handleOf([g("g", [t("a")], [t("b")]), t("c"), t("d")], scene.ports, { mark: null }).parent?.parent;
  const graph = await body?.graph({ intermediate: true });
  expect(graph?.toString().split("\n")[0]).toBe("g(3)");
  expect([...(graph ?? [])].map(({ id }) => id)).toEqual(["g", "a", "b", "c"]);
});

it("refuses a flow without steps", async () => {
  const scene = await ResultScene.open();
  expect(() => handleOf([], scene.ports, { mark: null })).toThrow(/without steps/);
});

it("makes 100,000 handles of less than 300 bytes each", async () => {
  const scene = await ResultScene.open();
  const flow = [g("g", ...Array.from({ length: 100_000 }, (_, i) => [t(`t${i}`)]))];
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  const before = process.memoryUsage().heapUsed;
  const handle = handleOf(flow, scene.ports, { mark: 0 });
  collect();
  expect((process.memoryUsage().heapUsed - before) / 100_000).toBeLessThan(300);
  expect([...handle.asList(), handle instanceof AsyncResult]).toEqual(["g", false]);
});

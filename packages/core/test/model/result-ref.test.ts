import { expect, it } from "vitest";
import type { Flow, GroupStep } from "../../src/model/flow.ts";
import { boundedChildren, childOf, MAX_CHILD_IDS, type NodeRef } from "../../src/model/result-ref.ts";
import { taskStep } from "../support/flows.ts";

const t = (id: string): Flow[number] => taskStep({ id });
const g = (id: string, ...members: Flow[]): GroupStep => ({ kind: "group", id, members, barrier: null });

it("is the first task of a flow, or its first group with what follows from it", () => {
  expect(childOf([])).toBeNull();
  expect(childOf([t("a"), t("b")])).toBe("a");
  expect(childOf([g("g", [t("a")], [t("b"), t("c")])])).toEqual({ group: "g", members: ["a", "c"] });
  expect(childOf([g("g", [t("a")]), g("h", [t("b")]), t("c"), t("d")])).toEqual({
    group: "g",
    members: ["a"],
    next: { group: "h", members: ["b"], next: "c" },
  });
  expect(childOf([g("g", [t("a"), g("h", [t("b")])])])).toEqual({
    group: "g",
    members: [{ group: "h", members: ["b"] }],
  });
});

it("keeps as many children as are allowed, groups whole or not at all", () => {
  const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `t${i}`);
  const group = (count: number): NodeRef => ({ group: "g", members: ids(count) });
  expect(boundedChildren(ids(MAX_CHILD_IDS + 1))).toEqual(ids(MAX_CHILD_IDS));
  expect(boundedChildren(["a", group(100_000), "b"])).toEqual(["a", "b"]);
  expect(boundedChildren([group(MAX_CHILD_IDS - 2), "a", "b"])).toHaveLength(2);
  expect(boundedChildren([{ group: "g", members: [group(600), group(600)] }, "a"])).toEqual(["a"]);
  expect(boundedChildren([{ group: "g", members: [], next: group(MAX_CHILD_IDS) }, "a"])).toEqual(["a"]);
  expect(boundedChildren([group(MAX_CHILD_IDS - 1)])).toHaveLength(1);
});

import { describe, expect, it } from "vitest";
import { type GraphNode, printTree, treeOf } from "../../src/output/tree-text.ts";
import { recordedOutput } from "../support/recorded-output.ts";

type Info = NonNullable<GraphNode["info"]>;

const unknown = {
  result: null,
  error: null,
  traceback: null,
  meta: null,
  worker: null,
  dateDone: null,
  runtimeMs: null,
  retries: 0,
};

function task(id: string, state: string, name: string | null = "proj.add"): GraphNode {
  const info: Info = async () => ({ ...unknown, id, name, state });
  return { id, info, ready: async () => state === "SUCCESS" };
}

function group(id: string, isReady: boolean): GraphNode {
  return { id, ready: async () => isReady };
}

const a = task("a", "SUCCESS");
const b = task("b", "SUCCESS");
const c = task("c", "PENDING", null);
const g = group("g", false);
const d = task("d", "HALF\u001b[2J", null);

describe("what came of a task", () => {
  const graph = {
    items: (): [GraphNode, GraphNode[]][] => [
      [a, [g, b]],
      [g, [b, c, d]],
      [b, [a]],
      [c, []],
      [d, []],
    ],
  };

  it("is a tree, each result once, in the order in which it was triggered", async () => {
    const { output, out } = recordedOutput();
    printTree(await treeOf(graph), output);
    expect(out()).toBe(
      "a proj.add SUCCESS\n  g group waiting\n    b proj.add SUCCESS\n    c PENDING\n    d HALF\\u001b[2J\n",
    );
  });

  it("is a list in JSON", async () => {
    const { output, out } = recordedOutput({ json: true });
    printTree(await treeOf(graph), output);
    expect(JSON.parse(out())).toContainEqual({ id: "c", depth: 2, name: null, state: "PENDING" });
  });

  it("is nothing for no results", async () => {
    expect(await treeOf({ items: () => [] })).toEqual([]);
  });
});

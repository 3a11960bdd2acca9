import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { DependencyGraph } from "../../src/client/dependency-graph.ts";

function graphOf(...edges: readonly (readonly [string, string])[]): DependencyGraph<string> {
  const graph = new DependencyGraph<string>((node) => node);
  for (const [from, to] of edges) graph.addEdge(from, to);
  return graph;
}

it("sorts what was triggered first, and lists the nodes that triggered something (C258)", () => {
  const graph = graphOf(["C", "A"], ["D", "C"], ["D", "B"]);
  const sorted = graph.topsort();
  const isBefore = (a: string, b: string): boolean => sorted.indexOf(a) < sorted.indexOf(b);
  expect(sorted).toHaveLength(4);
  expect([isBefore("A", "C"), isBefore("C", "D"), isBefore("B", "D")]).toEqual([true, true, true]);
  expect(graph.edges().toSorted()).toEqual(["C", "D"]);
});

it("counts the edges of a node and of all it leads to; none for an unknown one", () => {
  const graph = graphOf(["a", "b"], ["b", "c"], ["a", "c"]);
  expect([graph.valencyOf("a"), graph.valencyOf("b"), graph.valencyOf("c"), graph.valencyOf("?")]).toEqual([
    3, 1, 0, 0,
  ]);
});

it("takes over another graph", () => {
  const graph = graphOf(["a", "b"]);
  const other = graphOf(["b", "c"]);
  other.add("d");
  graph.connect(other);
  expect([...graph.items()]).toEqual([
    ["b", ["c"]],
    ["a", ["b"]],
    ["c", []],
    ["d", []],
  ]);
  expect([graph.size, [...graph]]).toEqual([4, ["b", "a", "c", "d"]]);
});

it("is written in dot: a line for each node and each edge, names quoted, the root as an attribute", () => {
  const graph = new DependencyGraph<string>((node) => node, { label: (node) => `say "${node}"\\`, root: "a" });
  graph.addEdge("a", "b");
  expect(graph.toDot().split("\n")).toEqual([
    "digraph dependencies {",
    '  id="a";',
    expect.stringContaining("node [shape=box"),
    '  "say \\"b\\"\\\\" [fillcolor="palegreen1"];',
    '  "say \\"a\\"\\\\" [fillcolor="palegreen3"];',
    '  "say \\"a\\"\\\\" -> "say \\"b\\"\\\\";',
    "}",
    "",
  ]);
});

it("survives circles", () => {
  const graph = graphOf(["a", "b"], ["b", "a"]);
  expect(graph.topsort().toSorted()).toEqual(["a", "b"]);
  expect(graph.toString().split("\n").length).toBeLessThan(10);
});

it("takes chains of 10,000", () => {
  const graph = graphOf(...Array.from({ length: 10_000 }, (_, i) => [`t${i}`, `t${i + 1}`] as const));
  expect(graph.topsort()[0]).toBe("t10000");
  expect(graph.valencyOf("t0")).toBe(10_000);
  const text = graph.toString();
  expect([text.length < 1_000_010, text.endsWith("\n…")]).toEqual([true, true]);
});

it("sorts every node after all that it leads to", () => {
  const edges = fc.array(
    fc
      .tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }))
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => [`n${Math.min(a, b)}`, `n${Math.max(a, b)}`] as const),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(edges, (given) => {
      const graph = graphOf(...given);
      const sorted = graph.topsort();
      expect(sorted.toSorted()).toEqual([...new Set(given.flat())].toSorted());
      for (const [from, to] of given) expect(sorted.indexOf(to)).toBeLessThan(sorted.indexOf(from));
    }),
  );
});

it("is drawn with all nodes and edges, whatever their names", async () => {
  const svg = await graphOf(["a", "b"], ["a", '"<c>"']).toSvg();
  expect(svg).toMatch(/<svg [^]*<\/svg>/);
  for (const name of ["a", "b", "&quot;&lt;c&gt;&quot;"]) expect(svg).toContain(`<title>${name}</title>`);
  expect(svg.match(/class="edge"/g)).toHaveLength(2);
});

it("says that it is too large to be drawn", async () => {
  const graph = graphOf(...Array.from({ length: 2_000 }, (_, i) => ["root", `t${i}`] as const));
  await expect(graph.toSvg()).rejects.toMatchObject({
    code: "TROUPE_LIMIT_REACHED",
    message: expect.stringContaining("2001"),
  });
});

it("says which package draws it, when that is not installed", async () => {
  vi.doMock("@viz-js/viz", () => {
    throw new Error("Cannot find package");
  });
  await expect(graphOf(["a", "b"]).toSvg()).rejects.toMatchObject({
    code: "TROUPE_UNSUPPORTED",
    message: expect.stringContaining("npm install @viz-js/viz"),
  });
});

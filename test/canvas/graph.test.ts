// The graph of what a task triggered.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { valueOf } from "../support/canvas/cases.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a graph over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C259 from the head of a chain has its steps, one under the other", async () => {
    const { add } = world.tasks;
    const last = await chain(add.s(1, 1), add.s(1), add.s(1)).delay();
    await valueOf(last);
    const [c, b, a] = spineOf(last).map(({ id }) => id);
    const graph = await world.app.result(a ?? "").graph();
    const dot = graph.toDot();
    expect(dot).toMatch(/^digraph dependencies \{/);
    const blocks = [`${a}(2)`, `  ${b}(1)`, `    ${c}(0)`, `${b}(1)`, `  ${c}(0)`, `${c}(0)`];
    expect(String(graph)).toBe(blocks.join("\n"));
    for (const edge of [`"${a}" -> "${b}"`, `"${b}" -> "${c}"`]) expect(dot).toContain(edge);
    expect(dot.match(/->/g)).toHaveLength(2);
  });

  it("C258 of a group in a group lists what depends on others after them", async () => {
    const { add, tsum } = world.tasks;
    const inner = await group(add.s(1, 1), add.s(2, 2)).delay();
    await valueOf(inner);
    const [a, b] = inner.results.map(({ id }) => id);
    const outer = await group(add.s(1, 1), chord([add.s(1, 1)], tsum.s())).delay();
    const sorted = (await inner.graph()).topsort().map(({ id }) => id);
    expect(sorted).toHaveLength(3);
    expect(sorted.at(-1)).toBe(inner.id);
    expect(new Set(sorted.slice(0, 2))).toEqual(new Set([a, b]));
    expect((await inner.graph()).edges().map(({ id }) => id)).toEqual([inner.id]);
    await valueOf(outer);
    const graph = await outer.graph();
    const order = graph.topsort().map(({ id }) => id);
    const body = outer.results[1];
    const header = body?.parent;
    if (!header) throw new Error("the second member is a chord");
    for (const { id } of [body, header]) expect(order).toContain(id);
    expect(order.indexOf(body.id)).toBeLessThan(order.indexOf(header.id));
    expect(order.at(-1)).toBe(outer.id);
  });

  it("from a group's handle has the steps before its members, and their headers", async () => {
    const { add, tsum } = world.tasks;
    const result = await group(chain(add.s(1, 1), add.s(1)), chord([add.s(1, 1), add.s(2, 2)], tsum.s())).delay();
    expect(await valueOf(result)).toEqual([3, 6]);
    const [last, body] = result.results;
    const first = last?.parent?.id;
    const header = body?.parent;
    const all = [result.id, first, last?.id, header?.id, body?.id, ...(header?.asTuple()[1] ?? []).map(([[id]]) => id)];
    const graph = await result.graph();
    expect(new Set(graph.topsort().map(({ id }) => id))).toEqual(new Set(all));
    const lines = String(graph).split("\n");
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^    ${last?.id}`)));
  });

  it("C258 lists the steps of a chain, the last first", async () => {
    const { add } = world.tasks;
    const last = await chain(add.s(1, 1), add.s(1), add.s(1)).delay();
    await valueOf(last);
    const [c, b, a] = spineOf(last).map(({ id }) => id);
    const graph = await world.app.result(a ?? "").graph();
    expect(graph.topsort().map(({ id }) => id)).toEqual([c, b, a]);
    expect(graph.edges().map(({ id }) => id)).toEqual([a, b]);
  });

  it("C260 from the head of a chain reaches what follows a group", async () => {
    const { add, tsum } = world.tasks;
    const last = await chain(add.s(1, 1), group(add.s(1), add.s(2)), tsum.s()).delay();
    await valueOf(last);
    const head = world.app.result(spineOf(last).at(-1)?.id ?? "");
    expect((await head.graph()).topsort().map(({ id }) => id)).toContain(last.id);
    const collected: unknown[] = [];
    for await (const [, value] of head.collect()) collected.push(value);
    expect(collected).toContain(7);
  });

  it("C260 of a chord's handle reaches nothing before it", async () => {
    const { add, tsum } = world.tasks;
    const result = await chord([add.s(1, 1)], tsum.s()).delay();
    await valueOf(result);
    expect((await result.graph()).topsort().map(({ id }) => id)).toEqual([result.id]);
  });

  it("C261 of a task that runs is incomplete; collect waits", async () => {
    const gate = fresh("gate");
    const result = await world.tasks.gate.s("value", gate).delay();
    await expect(result.graph()).rejects.toMatchObject({ name: "IncompleteStream" });
    const iterating = async () => {
      for await (const [, node] of result.iterdeps()) expect(node.id).toBe(result.id);
    };
    await expect(iterating()).rejects.toMatchObject({ name: "IncompleteStream" });
    await expect(result.collect({ wait: false })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: "IncompleteStream",
    });
    const partial: unknown[] = [];
    for await (const [, node] of result.iterdeps({ intermediate: true })) partial.push(node.id);
    expect(partial).toEqual([result.id]);
    const all: unknown[] = [];
    const collecting = (async () => {
      for await (const [, value] of result.collect()) all.push(value);
    })();
    await world.openGate(gate);
    await collecting;
    expect(all).toEqual(["value"]);
  });
});

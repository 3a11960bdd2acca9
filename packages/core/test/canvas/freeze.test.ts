import { describe, expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { bodyOf, headerOf, stepsOf } from "../../src/canvas/containers.ts";
import { frozen, idOf } from "../../src/canvas/freeze.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers } from "../../src/canvas/lazy-members.ts";
import { withLink, withLinkError, withOptions } from "../../src/canvas/link.ts";
import { pipe } from "../../src/canvas/pipe.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import { chunks, errback, map, s } from "../support/canvas-data.ts";
import { form, listOf } from "../support/forms.ts";

function counting(): () => string {
  let ids = 0;
  return () => `n${++ids}`;
}

const freeze = (data: SignatureData, taskId?: string): SignatureData => frozen(data, counting(), taskId);
const [a, b, c] = [s("a"), s("b"), s("c")];

it("C017 C019 C020 fixes the id of a task: its own, the given one, or a new one", () => {
  expect(idOf(freeze(a))).toBe("n1");
  expect(freeze(a, "chosen").options).toEqual({ taskId: "chosen" });
  expect(idOf(freeze(withOptions(a, { taskId: "own" }), "chosen"))).toBe("own");
  expect(idOf(a)).toBeUndefined();
});

it("C080 the id of a chain is that of its last step, absent before", () => {
  const chain = pipe(s("add", 4), withOptions(s("add", 2), { taskId: "42" }));
  expect([idOf(chain), idOf(freeze(chain, "42"))]).toEqual([undefined, "42"]);
  expect(stepsOf(freeze(chainOf([a, b]), "id")).map(idOf)).toEqual(["n1", "id"]);
});

it("the id of a group is its own, all members have others", () => {
  const group = freeze(groupOf([a, b]), "G");
  expect([idOf(group), ...listOf(group).map(idOf)]).toEqual(["G", "n1", "n2"]);
});

it("C145 the id of a chord is that of its body; its header is a group with an id", () => {
  const chord = freeze(chordOf([a, b], chainOf([b, c])), "id");
  expect([idOf(chord), idOf(bodyOf(chord) ?? a)]).toEqual(["id", "id"]);
  expect(idOf(headerOf(chord))).toMatch(/^n/);
  expect(form(chord)).toBe("CH(a, b; C[b, c])");
  const chain = freeze(chainOf([chordOf(groupOf([a, b]), c), s("d")]));
  expect(idOf(chain)).toBe(idOf(bodyOf(chain) ?? a));
});

it("a chord without a body has the id that its body will get", () => {
  expect(idOf(freeze(chordOf([a], null), "id"))).toBe("id");
});

it("fixes ids of links, of maps, and of the groups that chunks are", () => {
  const linked = freeze(withLinkError(withLink(a, b), errback("E")));
  expect([linked.options.link?.map(idOf), linked.options.linkError?.map(idOf)]).toEqual([["n2"], ["n3"]]);
  expect(idOf(freeze(map("m", [1])))).toBe("n1");
  expect(listOf(freeze(chunks("k", [[1], [2]], 1))).map(idOf)).toEqual(["n1", "n2"]);
});

const CANVASES: readonly (readonly [string, SignatureData])[] = [
  ["a task", a],
  ["a chain", chainOf([a, b])],
  ["a group", groupOf([a, chainOf([b, c])])],
  ["a chord", chordOf([a, b], c)],
  ["an open chord", chordOf([a, b], null)],
  ["chunks", chunks("k", [[1], [2]], 1)],
  ["lazy members", groupOf(new LazyMembers([a, b]))],
  ["links", withLink(groupOf([withLinkError(a, errback("E"))]), b)],
];

describe.each(CANVASES)("%s", (_name, data) => {
  it("C019 stays as it is when it is frozen again", () => {
    const once = freeze(data);
    expect(idOf(once)).toBeDefined();
    expect(freeze(once, "other")).toEqual(once);
  });

  it("has an id of its own for every part", () => {
    const made: string[] = [];
    const newId = (): string => `n${made.push("")}`;
    const json = JSON.stringify(frozen(data, newId));
    const ids = [...json.matchAll(/"taskId":"(\w+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(made.length);
    expect(json.replaceAll('"task":{"task":"k","args":[],"kwargs":{},"options":{}', "")).not.toContain('"options":{}');
  });
});

it("keeps ids when it becomes part of another canvas, but for the id of the whole", () => {
  const chain = freeze(chainOf([a, b]));
  expect(idOf(pipe(chain, c))).toBeUndefined();
  expect(stepsOf(pipe(chain, c)).map(idOf)).toEqual(["n2", "n1", undefined]);
  expect(idOf(headerOf(pipe(freeze(groupOf([a, b]), "G"), c)))).toBe("G");
});

it("refuses what cannot be run, and members that can only be awaited", () => {
  async function* later(): AsyncGenerator<SignatureData> {
    yield a;
  }
  expect(() => freeze(chainOf([]))).toThrow(InvalidCanvasError);
  expect(() => freeze(groupOf([chainOf([])]))).toThrow(InvalidCanvasError);
  expect(() => freeze(groupOf(new LazyMembers(later())))).toThrow(InvalidCanvasError);
});

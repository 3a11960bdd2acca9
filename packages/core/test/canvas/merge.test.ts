import { describe, expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { bodyOf, headerOf, stepsOf } from "../../src/canvas/containers.ts";
import { frozen, idOf } from "../../src/canvas/freeze.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers, materialise } from "../../src/canvas/lazy-members.ts";
import { withLink, withLinkError, withOptions } from "../../src/canvas/link.ts";
import { type CallTimeOptions, merged } from "../../src/canvas/merge.ts";
import type { SignatureData, SignatureOptions } from "../../src/canvas/signature-data.ts";
import { stamped } from "../../src/canvas/stamp.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import { chunks, errback, map, s, si } from "../support/canvas-data.ts";
import { listOf } from "../support/forms.ts";

const [a, b, c, d] = [s("a"), s("b"), s("c"), s("d")];
const [L, E] = [s("L"), errback("E")];
const withOwn = (data: SignatureData, options: CallTimeOptions): SignatureData => merged(data, [], {}, options);
const optionsOf = (parts: readonly SignatureData[]): SignatureOptions[] => parts.map(({ options }) => options);
const callOf = ({ args, kwargs }: SignatureData): unknown => [args, kwargs];

describe("arguments", () => {
  const give = (data: SignatureData): SignatureData => merged(data, [0], { z: 1 });

  it("C002 C003 go before those of a task; keywords win", () => {
    expect(callOf(give(s("a", 1)))).toEqual([[0, 1], { z: 1 }]);
    expect(merged({ ...a, kwargs: { debug: true, x: 1 } }, [], { debug: false }).kwargs).toEqual({
      debug: false,
      x: 1,
    });
  });

  it("C015 are ignored by what is immutable, options are not", () => {
    const fixed = { ...si("add", 2, 2), kwargs: { foo: 1 } };
    expect(merged(fixed, [4], { bar: 2 }, { taskId: "3" })).toEqual({ ...fixed, options: { taskId: "3" } });
    expect(give(map("m", [1]))).toEqual(map("m", [1]));
    expect(give(withOptions(chainOf([a, b]), { immutable: true }))).toEqual(
      withOptions(chainOf([a, b]), { immutable: true }),
    );
  });

  it("C093 go to the first step of a chain", () => {
    expect(stepsOf(give(chainOf([s("a", 4), s("b", 8)]))).map(callOf)).toEqual([
      [[0, 4], { z: 1 }],
      [[8], {}],
    ]);
    expect(give(chainOf([]))).toEqual(chainOf([]));
  });

  it("C056 C063 go to every member of a group, and what starts in it", () => {
    const group = groupOf([s("a", 1), si("b", 2), chainOf([c, d]), groupOf([d])]);
    const [first, second, third, fourth] = listOf(give(group));
    expect([first, second].map((member) => member && callOf(member))).toEqual([
      [[0, 1], { z: 1 }],
      [[2], {}],
    ]);
    expect(third && stepsOf(third).map(callOf)).toEqual([
      [[0], { z: 1 }],
      [[], {}],
    ]);
    expect(fourth && listOf(fourth).map(callOf)).toEqual([[[0], { z: 1 }]]);
  });

  it("go to the header of a chord, not to its body", () => {
    const chord = give(chordOf([a, b], c));
    expect(listOf(headerOf(chord)).map(callOf)).toEqual([
      [[0], { z: 1 }],
      [[0], { z: 1 }],
    ]);
    expect(bodyOf(chord)).toEqual(c);
  });
});

describe("options", () => {
  const START = { countdown: 5, eta: new Date(0) };
  const RUN = { expires: 60, queue: "q", headers: { h: 1 }, ignoreResult: true };

  it("C005 win over those of a task; what is undefined or null is not given", () => {
    const own = { ...a, options: { queue: "own", shadow: "x" } };
    expect(withOwn(own, { queue: "q", shadow: undefined }).options).toEqual({ queue: "q", shadow: "x" });
    expect(Object.keys(withOwn(a, { queue: undefined }).options)).toEqual([]);
    expect(own.options).toEqual({ queue: "own", shadow: "x" });
  });

  it("C091 C092 of a chain: the id to the last step, others to the first (Q03)", () => {
    const chain = withOwn(chainOf([a, b, c]), { ...START, ...RUN, taskId: "id", groupId: "G", groupIndex: 2 });
    expect(optionsOf(stepsOf(chain))).toEqual([
      { ...START, ...RUN },
      {},
      { taskId: "id", groupId: "G", groupIndex: 2 },
    ]);
    expect(idOf(chain)).toBe("id");
  });

  it("C067 C068 of a group: the id names the group, others go to every member and win there", () => {
    const group = withOwn(groupOf([{ ...a, options: { queue: "own" } }, b]), { ...START, ...RUN, taskId: "id" });
    expect(group.options).toEqual({ taskId: "id" });
    expect(optionsOf(listOf(group))).toEqual([
      { ...START, ...RUN },
      { ...START, ...RUN },
    ]);
  });

  it("C140 C148 of a chord: the id to the body, delays to the header, others to both (Q05)", () => {
    const chord = withOwn(chordOf([a, b], c), { ...START, ...RUN, taskId: "id", groupId: "G" });
    expect(optionsOf(listOf(headerOf(chord)))).toEqual([
      { ...START, ...RUN },
      { ...START, ...RUN },
    ]);
    expect(bodyOf(chord)?.options).toEqual({ ...RUN, taskId: "id", groupId: "G" });
    expect(chord.options).toEqual({ taskId: "id" });
  });

  it("go to members that are produced later", () => {
    const lazy = withOwn(groupOf(new LazyMembers([a, b])), RUN);
    expect(optionsOf(listOf(materialise(lazy)))).toEqual([RUN, RUN]);
  });

  it("C228 never change a group id or a stamp", () => {
    const own = { ...stamped(a, { stamp: "x" }) };
    const whole = withOwn(
      { ...own, options: { ...own.options, groupId: "G", groupIndex: 1 } },
      {
        stamp: "other",
        stampedHeaders: ["stamp"],
        groupId: "H",
        groupIndex: 2,
        queue: "q",
      },
    );
    expect(whole.options).toEqual({ stamp: "x", stampedHeaders: ["stamp"], groupId: "G", groupIndex: 1, queue: "q" });
  });

  it("C082 of an empty chain have no place", () => {
    expect(() => withOwn(chainOf([]), { queue: "q" })).toThrow(InvalidCanvasError);
    expect(() => withOwn(groupOf([a, chainOf([])]), { queue: "q" })).toThrow(InvalidCanvasError);
  });
});

describe("links", () => {
  it("C023 are added to those of the task, which come first; equal ones are there once (Q01)", () => {
    const own = withLinkError(withLink(a, s("first")), errback("first"));
    const whole = withOwn(own, { link: [s("first"), L, L], linkError: [E, errback("first")] });
    expect(whole.options).toEqual({ link: [s("first"), L], linkError: [errback("first"), E] });
  });

  it("C091 of a chain: callbacks to the last step, error callbacks to all", () => {
    const chain = withOwn(chainOf([a, b]), { link: [L], linkError: [E] });
    expect(optionsOf(stepsOf(chain))).toEqual([{ linkError: [E] }, { link: [L], linkError: [E] }]);
  });

  it("of a chord go to the body, error callbacks to the header under the flag (Q27)", () => {
    const off = withOwn(chordOf([a], b), { link: [L], linkError: [E] });
    expect(bodyOf(off)?.options).toEqual({ link: [L], linkError: [E] });
    expect(optionsOf(listOf(headerOf(off)))).toEqual([{}]);
    const on = withOwn(chordOf([a], b), { linkError: [E], onHeader: true });
    expect(optionsOf([...listOf(headerOf(on)), bodyOf(on) ?? a])).toEqual([{ linkError: [E] }, { linkError: [E] }]);
  });

  it.each([
    ["a group", groupOf([a])],
    ["chunks", chunks("k", [[1]], 1)],
  ])("C054 of %s are refused when it is sent (Q22)", (_name, group) => {
    expect(() => withOwn(group, { link: [L] })).toThrow(TypeError);
    expect(() => withOwn(group, { linkError: [E] })).toThrow(TypeError);
    expect(() => withOwn(chainOf([a, groupOf([b, c])]), { link: [L], linkError: [E] })).not.toThrow();
  });
});

describe("a body", () => {
  it("C104 is given to a chord that has none, with what was meant for it", () => {
    const open = withLink(withOptions(chordOf([a], null), { queue: "q", taskId: "id" }), L);
    const chord = withOwn(open, { body: b });
    expect(bodyOf(chord)).toEqual({ ...b, options: { queue: "q", taskId: "id", link: [L] } });
    expect(chord.options).toEqual({ taskId: "id" });
    expect(bodyOf(open)).toBeNull();
  });

  it("replaces the one that is there", () => {
    expect(withOwn(chordOf([a], b), { body: c, queue: "q" })).toEqual(withOwn(chordOf([a], c), { queue: "q" }));
  });

  it("gets the id under which the chord was frozen", () => {
    const open = frozen(chordOf([a], null), () => "new", "id");
    expect(idOf(withOwn(open, { body: b }))).toBe("id");
    expect(bodyOf(withOwn(open, { body: b }))?.options.taskId).toBe("id");
  });

  it("is for chords only", () => {
    expect(() => withOwn(chainOf([a]), { body: b })).toThrow(TypeError);
    expect(withOwn(a, { body: null })).toEqual(a);
  });
});

import { describe, expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { stepsOf } from "../../src/canvas/containers.ts";
import { frozen, idOf } from "../../src/canvas/freeze.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers, materialise } from "../../src/canvas/lazy-members.ts";
import { withLink, withLinkError, withOptions } from "../../src/canvas/link.ts";
import { pipe } from "../../src/canvas/pipe.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { chunks, errback, s, si } from "../support/canvas-data.ts";
import { form, tasksIn } from "../support/forms.ts";

const [a, b, c, d, t] = [s("a"), s("b"), s("c"), s("d"), s("t")];
const G = groupOf([s("g"), s("h")]);
const five = (name: string): SignatureData => groupOf(["1", "2", "3", "4", "5"].map((nr) => s(`${name}${nr}`)));
const lazy = (...members: readonly SignatureData[]): SignatureData => groupOf(new LazyMembers(members));

describe("forms", () => {
  it.each<readonly [string, readonly SignatureData[], string]>([
    ["no step", [], "C[]"],
    ["C071 one step", [a], "C[a]"],
    ["C077 a chain of a chain of one step", [chainOf([a])], "C[a]"],
    ["a chain within a chain", [a, chainOf([b, c]), d], "C[a, b, c, d]"],
    ["a group alone", [G], "C[G[g, h]]"],
    ["C109 a written group of one", [groupOf([a]), b], "C[a, b]"],
    ["C109 a written group of one in the middle", [a, groupOf([b]), c], "C[a, b, c]"],
    ["a written group of one in a group of one", [groupOf([groupOf([a]), groupOf([])]), b], "C[a, b]"],
    ["a written group of one chain", [groupOf([chainOf([a, b])]), c], "C[a, b, c]"],
    ["C115 a chord of one chain", [chordOf(chainOf([a, b]), c), d], "CH(C[a, b]; C[c, d])"],
    ["empty groups at the end", [G, groupOf([]), groupOf([])], "G[g, h]"],
    ["an empty group at the end, after a task", [a, groupOf([])], "C[a]"],
    ["an empty group in the middle", [a, groupOf([]), b], "C[a, CH(; b)]"],
    ["an empty group alone", [groupOf([])], "C[G[]]"],
    ["groups in a row", [G, G, t], "CH(g, h; CH(g, h; t))"],
    ["C131 a group and three tasks", [five("x"), a, b, c], "CH(x1, x2, x3, x4, x5; C[a, b, c])"],
    ["C135 chords in a row", [chordOf([a], b), chordOf([c], d), chordOf([a], t)], "C[CH(a; b), CH(c; d), CH(a; t)]"],
    ["one chunk in the middle", [a, chunks("k", [[1]], 5), b], "C[a, CH(troupe.starmap; b)]"],
    ["C041 chunks", [chunks("k", [[1], [2]], 5), b], "CH(troupe.starmap; b)"],
  ])("%s", (_name, steps, expected) => {
    expect(form(chainOf(steps))).toBe(expected);
  });

  it.each([
    ["", t],
    [" as a group", groupOf([t])],
  ])("C134 three groups and a task%s make one chord, in which each task is once", (_name, last) => {
    const whole = chainOf([five("x"), five("y"), five("z"), last]);
    expect(whole.subtaskType).toBe("chord");
    expect(tasksIn(whole)).toHaveLength(16);
    expect(new Set(tasksIn(whole)).size).toBe(16);
  });

  it("does not unroll a group whose members are produced later, nor once they are there (Q29)", () => {
    expect(form(chainOf([a, lazy(b), c]))).toBe("C[a, CH(b; c)]");
    expect(form(chainOf([materialise(lazy(a)), b]))).toBe("CH(a; b)");
    expect(form(chainOf([a, lazy(), b]))).toBe("C[a, CH(; b)]");
  });

  it("takes chains of hundreds and thousands of steps", () => {
    expect(stepsOf(chainOf(Array.from({ length: 50_000 }, () => a)))).toHaveLength(50_000);
    expect(tasksIn(chainOf([G, ...Array.from({ length: 1_000 }, () => a)]))).toHaveLength(1_002);
  });
});

describe("what a chain within a chain carries", () => {
  it("C089 links stay where they belong; nothing is changed in place", () => {
    const inner = withLinkError(withLink(chainOf([a, b]), s("L")), errback("E"));
    const before = JSON.stringify(inner);
    const flat = chainOf([inner, d]);
    const linkError = [errback("E")];
    expect(flat.options).toEqual({});
    expect(stepsOf(flat)).toEqual([
      { ...a, options: { linkError } },
      { ...b, options: { link: [s("L")], linkError } },
      d,
    ]);
    expect(JSON.stringify(inner)).toBe(before);
    expect([a.options, b.options]).toEqual([{}, {}]);
  });

  it("C100 what delays it delays its first step, its id is that of its last step (Q52)", () => {
    const inner = withOptions(chainOf([a, b]), { countdown: 1_000, queue: "slow", taskId: "inner" });
    const [first, last, next] = stepsOf(pipe(inner, t));
    expect([first?.options, last?.options, next?.options]).toEqual([
      { countdown: 1_000, queue: "slow" },
      { taskId: "inner" },
      {},
    ]);
  });

  it("C101 an immutable one ignores what comes before it (Q33)", () => {
    const inner = withOptions(chainOf([s("add", 1, 1), s("add", 2)]), { immutable: true });
    expect(stepsOf(chainOf([si("five"), inner]))).toEqual([si("five"), si("add", 1, 1), s("add", 2)]);
  });

  it("a written group of one gives its options to its member, whose own id stays", () => {
    const one = withLink(withOptions(groupOf([s("a")]), { queue: "slow", taskId: "G" }), s("L"));
    expect(stepsOf(chainOf([one]))).toEqual([{ ...s("a"), options: { queue: "slow", taskId: "G", link: [s("L")] } }]);
    const [member] = stepsOf(chainOf([frozen(groupOf([s("a")]), () => "id", "G")]));
    expect(member && idOf(member)).toBe("id");
  });
});

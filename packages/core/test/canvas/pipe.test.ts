import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { groupData } from "../../src/canvas/containers.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers } from "../../src/canvas/lazy-members.ts";
import { pipe } from "../../src/canvas/pipe.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { InvalidCanvasError } from "../../src/model/errors.ts";
import { chunks, s } from "../support/canvas-data.ts";
import { form, tasksIn, valueOf } from "../support/forms.ts";

const [a, b, c, t] = [s("a"), s("b"), s("c"), s("t")];
const group = (...members: readonly SignatureData[]): SignatureData => groupOf(members);
const chain = (...steps: readonly SignatureData[]): SignatureData => chainOf(steps);
const G = group(s("g"), s("h"));
const G1 = group(s("m"));
const G0 = group();
const CH = chordOf([s("x"), s("y")], b);

describe("the composition table", () => {
  it.each<readonly [string, SignatureData, SignatureData, string]>([
    ["t, t", a, t, "C[a, t]"],
    ["t, C", a, chain(b, c), "C[a, b, c]"],
    ["t, G", a, G, "C[a, G[g, h]]"],
    ["t, G1", a, G1, "C[a, m]"],
    ["t, CH", a, CH, "C[a, CH(x, y; b)]"],
    ["C, C", chain(a, b), chain(c, t), "C[a, b, c, t]"],
    ["C ending in t, t", chain(a, b), t, "C[a, b, t]"],
    ["C ending in t, G", chain(a, b), G, "C[a, b, G[g, h]]"],
    ["C ending in G, t", chain(a, G), t, "C[a, CH(g, h; t)]"],
    ["C ending in G, C", chain(a, G), chain(b, c), "C[a, CH(g, h; C[b, c])]"],
    ["C ending in G, CH", chain(a, G), CH, "C[a, CH(g, h; CH(x, y; b))]"],
    ["C ending in G, G", chain(a, G), G, "C[a, CH(g, h; G[g, h])]"],
    ["C ending in CH, t", chain(a, CH), t, "C[a, CH(x, y; C[b, t])]"],
    ["C ending in CH, G", chain(a, CH), G, "C[a, CH(x, y; C[b, G[g, h]])]"],
    ["C ending in CH, CH", chain(a, CH), CH, "C[a, CH(x, y; b), CH(x, y; b)]"],
    ["C ending in CH, C", chain(a, CH), chain(c, t), "C[a, CH(x, y; C[b, c, t])]"],
    ["G, t", G, t, "CH(g, h; t)"],
    ["G, C", G, chain(b, c), "CH(g, h; C[b, c])"],
    ["G, CH", G, CH, "CH(g, h; CH(x, y; b))"],
    ["G1, t", G1, t, "CH(m; t)"],
    ["C130 G, G", G, group(a, b), "CH(g, h; G[a, b])"],
    ["G, G1", G, G1, "CH(g, h; G[m])"],
    ["G1, G", G1, G, "CH(m; G[g, h])"],
    ["G, G0", G, G0, "G[g, h]"],
    ["CH, t", CH, t, "CH(x, y; C[b, t])"],
    ["C144 CH, G1", CH, G1, "CH(x, y; C[b, m])"],
    ["CH, G", CH, G, "C[CH(x, y; b), G[g, h]]"],
    ["C132 CH, C", CH, chain(c, t), "C[CH(x, y; b), c, t]"],
    ["CH, CH", CH, CH, "C[CH(x, y; b), CH(x, y; b)]"],
    ["CH with group body, t", chordOf([a], G), t, "CH(a; CH(g, h; t))"],
    ["CH with group body, G", chordOf([a], G), G, "CH(a; CH(g, h; G[g, h]))"],
    ["C084 empty chain, t", chain(), t, "C[t]"],
    ["empty chain, C", chain(), chain(a, b), "C[a, b]"],
    ["t, empty chain", a, chain(), "a"],
    ["C133 C of CH, G1", chain(chordOf([a], b)), G1, "C[CH(a; C[b, m])]"],
    ["C139 C ending in G, G0", chain(a, G), G0, "C[a, G[g, h]]"],
    ["t, G0", a, G0, "C[a]"],
    ["CH, G0", CH, G0, "C[CH(x, y; b)]"],
    ["G0, t", G0, t, "CH(; t)"],
    ["G0, G", G0, G, "CH(; G[g, h])"],
    ["empty chain, G0", chain(), G0, "C[G[]]"],
    ["C41 chunks, t", chunks("k", [[1], [2], [3]], 2), t, "CH(troupe.starmap, troupe.starmap; t)"],
    ["t, chunks", a, chunks("k", [], 2), "C[a, G[]]"],
  ])("%s", (_name, left, right, expected) => {
    expect(form(pipe(left, right))).toBe(expected);
  });

  it("gives an empty list to what follows an empty group, and nothing else does", () => {
    expect(form(pipe(pipe(a, G0), t))).toBe("C[a, CH(; t)]");
    expect(form(pipe(pipe(a, G0), chain(b, c)))).toBe("C[a, CH(; C[b, c])]");
    expect(form(pipe(a, pipe(b, G0)))).toBe("C[a, b]");
    expect(form(pipe(pipe(a, pipe(b, G0)), t))).toBe("C[a, b, CH(; t)]");
    expect(form(pipe(pipe(pipe(a, G0), G0), t))).toBe("C[a, CH(; t)]");
    expect(form(pipe(pipe(pipe(a, G0), t), b))).toBe("C[a, CH(; C[t, b])]");
    expect(form(pipe(pipe(G, pipe(a, G0)), t))).toBe("C[CH(g, h; C[a]), CH(; t)]");
    expect(form(pipe(chordOf([b], pipe(a, G0)), t))).toBe("CH(b; C[a, t])");
  });

  it("never unrolls or drops a group whose members were computed", () => {
    const lazy = (...members: readonly SignatureData[]): SignatureData => groupOf(new LazyMembers(members));
    expect(form(pipe(a, lazy(b)))).toBe("C[a, G[b]]");
    expect(form(pipe(pipe(a, lazy()), t))).toBe("C[a, CH(; t)]");
    expect(form(pipe(CH, groupData([t], { computed: true })))).toBe("C[CH(x, y; b), G[t]]");
  });

  it("refuses what would follow a chord without a body", () => {
    expect(() => pipe(chordOf([a], null), t)).toThrow(InvalidCanvasError);
    expect(() => pipe(chordOf([a], null), t)).toThrow("give it one: chord(header, body)");
  });

  it("leaves both sides as they are", () => {
    const [left, right] = [chain(a, CH), chain(G1, t)];
    const before = JSON.stringify([left, right]);
    pipe(left, right);
    expect(JSON.stringify([left, right])).toBe(before);
  });
});

let names = 0;
const task = fc.constant(null).map(() => s(`t${++names}`));
const canvases: fc.Arbitrary<SignatureData> = fc.letrec<{ canvas: SignatureData }>((tie) => {
  const some = (least: number): fc.Arbitrary<SignatureData[]> =>
    fc.array(tie("canvas"), { minLength: least, maxLength: 3 });
  return {
    canvas: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      task,
      some(2).map(chainOf),
      some(0).map(groupOf),
      fc.tuple(some(0), tie("canvas")).map(([header, body]) => chordOf(header, body)),
    ),
  };
}).canvas;

const isGroup = ({ subtaskType }: SignatureData): boolean => subtaskType === "group";

describe("every composition", () => {
  it("gives what the right side makes of the value of the left side, and runs each task once", () => {
    fc.assert(
      fc.property(
        canvases,
        canvases.filter((right) => !isGroup(right)),
        (left, right) => {
          const whole = pipe(left, right);
          const isDropped = left.kwargs["emptyEnd"] === true;
          expect(valueOf(whole, "in")).toEqual(valueOf(right, isDropped ? [] : valueOf(left, "in")));
          expect(tasksIn(whole)).toEqual([...tasksIn(left), ...tasksIn(right)]);
        },
      ),
    );
  });

  it("is the same by chain() and by pipe(), but for groups of one", () => {
    const isOne = (step: SignatureData): boolean => isGroup(step) && form(chainOf([step])) !== `C[${form(step)}]`;
    const steps = fc.array(
      canvases.filter((step) => !isOne(step)),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        expect(chainOf(all)).toEqual(all.reduce((left, right) => pipe(left, right)));
      }),
    );
  });
});

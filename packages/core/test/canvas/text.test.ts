import { expect, it } from "vitest";
import { chainOf } from "../../src/canvas/chain.ts";
import { chordOf } from "../../src/canvas/chord.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers } from "../../src/canvas/lazy-members.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { text } from "../../src/canvas/text.ts";
import { chunks, map, s, starmap } from "../support/canvas-data.ts";

const [add, mul, tsum] = [s("proj.add", 2, 2), s("proj.mul", 8), s("proj.tsum")];

it.each<readonly [string, SignatureData]>([
  ["proj.add(2, 2)", add],
  ["add(2, 2)", s("add", 2, 2)],
  [
    'add("a", null, [1, {"b": true}], 2026-01-01T00:00:00.000Z, <2 bytes>, 3)',
    s("add", "a", undefined, [1, { b: true }], new Date("2026-01-01"), new Uint8Array(2), 3n),
  ],
  ["add(2, debug=true, x=1)", { ...s("add", 2), kwargs: { debug: true, x: 1 } }],
  ["add(x=1)", { ...s("add"), kwargs: { x: 1 } }],
  ["proj.add(2, 2) | mul(8) | mul(8)", chainOf([add, mul, mul])],
  ["proj.add(2, 2) | other.mul(8)", chainOf([add, s("other.mul", 8)])],
  ["proj.add(2, 2) | other.mul(8) | other.div(2) | mul(8)", chainOf([add, s("other.mul", 8), s("other.div", 2), mul])],
  ["chain(<empty>)", chainOf([])],
  ["group(<empty>)", groupOf([])],
  ["group([proj.add(2, 2), mul(8)])", groupOf([add, mul])],
  ["group([…])", groupOf(new LazyMembers([add]))],
  ["%proj.tsum([add(2, 2), mul(8)])", chordOf([add, mul], tsum)],
  ["%proj.mul([add(2, 2)], 8)", chordOf([add], mul)],
  ["%proj.tsum([add(2, 2)], z=1)", chordOf([add], { ...tsum, kwargs: { z: 1 } })],
  ["%(proj.tsum([add(2, 2)]) | mul(8))", chordOf([add], chainOf([tsum, mul]))],
  ["%(group([proj.mul(8)]))([add(2, 2)])", chordOf([add], groupOf([mul]))],
  ["%proj.tsum([])", chordOf([], tsum)],
  ["<chord without body: [proj.add(2, 2), mul(8)]>", chordOf([add, mul], null)],
  ["proj.tsum.map([[1, 2]])", map("proj.tsum", [[1, 2]])],
  ["proj.add.starmap([[1, 2]])", starmap("proj.add", [[1, 2]])],
  ["proj.add.chunks([[1, 2]], 10)", chunks("proj.add", [[1, 2]], 10)],
])("C060 C087 %s", (expected, data) => {
  expect(text(data)).toBe(expected);
});

it("cuts what is long, and does not look at the rest", () => {
  const steps = Array.from({ length: 1_000 }, () => add);
  const untouched = Object.defineProperty({ ...add }, "args", {
    get() {
      throw new Error("looked at");
    },
  });
  const chain = text(chainOf([...steps, untouched]));
  expect(chain).toMatch(/^proj\.add\(2, 2\) \| add\(2, 2\).*…$/);
  expect(chain).toHaveLength(1_025);
  expect(text(s("add", "x".repeat(100_000)))).toHaveLength(1_025);
});

it("does not go deeper than a person reads", () => {
  let value: unknown = 1;
  let data: SignatureData = add;
  for (let level = 0; level < 1_000; level++) [value, data] = [[value], groupOf([data, mul])];
  expect(text(s("add", value))).toContain("[[…]]");
  expect(text(data)).toContain("group([…, …])");
});

it("never throws, whatever the arguments are", () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  for (const value of [circular, Object.create(null), Symbol("x"), new Date(Number.NaN), () => 1]) {
    expect(() => text(s("add", value))).not.toThrow();
  }
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { equals } from "../../src/canvas/equals.ts";
import { groupOf } from "../../src/canvas/group.ts";
import { LazyMembers } from "../../src/canvas/lazy-members.ts";
import type { SignatureData } from "../../src/canvas/signature-data.ts";
import { s, si } from "../support/canvas-data.ts";
import { msgpackValues } from "../support/values.ts";

const withArg = (value: unknown): SignatureData => s("a", value);

it("C009 compares what signatures hold", () => {
  expect(equals(s("add", 2, 2), s("add", 2, 2))).toBe(true);
  for (const other of [s("add", 2, 3), s("add", 2), s("sub", 2, 2), si("add", 2, 2)]) {
    expect(equals(s("add", 2, 2), other)).toBe(false);
  }
});

it("does not mind the order of keys, nor options that are undefined", () => {
  expect(equals({ ...s("a"), kwargs: { x: 1, y: 2 } }, { ...s("a"), kwargs: { y: 2, x: 1 } })).toBe(true);
  expect(equals({ ...s("a"), options: { queue: undefined } }, s("a"))).toBe(true);
  expect(equals({ ...s("a"), options: { queue: undefined } }, { ...s("a"), options: { shadow: "x" } })).toBe(false);
  expect(equals({ ...s("a"), kwargs: { x: 1 } }, { ...s("a"), kwargs: { x: 1, y: 2 } })).toBe(false);
});

it.each<readonly [string, unknown, unknown]>([
  ["dates", new Date(1), new Date(2)],
  ["bytes", new Uint8Array([1]), new Uint8Array([2])],
  ["lists", [1, 2], [2, 1]],
  ["a list and an object", [], {}],
  ["a date and an object", new Date(1), {}],
  ["null and an object", null, {}],
  ["a number and its text", 1, "1"],
  ["inherited and own keys", { toString: 1 }, { valueOf: 1 }],
])("tells %s apart", (_name, one, other) => {
  expect(equals(withArg(one), withArg(other))).toBe(false);
  expect(equals(withArg(other), withArg(one))).toBe(false);
});

it("finds every value equal to its copy", () => {
  fc.assert(
    fc.property(msgpackValues, (value) => {
      expect(equals(withArg(value), withArg(structuredClone(value)))).toBe(true);
    }),
  );
});

it("finds lazy members equal to themselves only", () => {
  const members = new LazyMembers([]);
  expect(equals(groupOf(members), groupOf(members))).toBe(true);
  expect(equals(groupOf(members), groupOf(new LazyMembers([])))).toBe(false);
});

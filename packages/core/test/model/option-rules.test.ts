import { expect, it } from "vitest";
import * as rule from "../../src/model/option-rules.ts";

it("takes an object literal for a plain object, and nothing else", () => {
  expect([{}, Object.create(null), { a: 1 }].every(rule.isPlainObject)).toBe(true);
  expect(
    [[], new Date(), new Map(), () => 1, null, undefined, "", 1, new (class A {})()].some(rule.isPlainObject),
  ).toBe(false);
});

it("takes integers of a range", () => {
  const { is, wants } = rule.integer(1, 5);
  expect([1, 5].every(is)).toBe(true);
  expect([0, 6, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1", 1n, null, true].some(is)).toBe(false);
  expect(wants).toBe("an integer from 1 to 5");
});

it("takes one, or some, of a few strings", () => {
  expect(rule.oneOf(["a", "b"]).is("a")).toBe(true);
  expect(["c", "", null, ["a"], "toString"].some(rule.oneOf(["a", "b"]).is)).toBe(false);
  expect([["a"], ["b", "a"]].every(rule.someOf(["a", "b"]).is)).toBe(true);
  expect([[], ["a", "c"], "a", [1], null].some(rule.someOf(["a", "b"]).is)).toBe(false);
});

it("takes durations from a least one", () => {
  const { is, wants } = rule.durationFrom("1h");
  expect(["1h", "60m", 3_600_000, "2d"].every(is)).toBe(true);
  expect(["59m", 3_599_999, "1 h", -1, null, undefined, 5n, {}].some(is)).toBe(false);
  expect(wants).toContain("1h");
});

it("takes lists of strings, and of error classes", () => {
  expect([[], ["a"]].every(rule.texts.is)).toBe(true);
  expect(["a", [1], null, {}].some(rule.texts.is)).toBe(false);
  expect([[], [TypeError, class A extends Error {}]].every(rule.errorClasses.is)).toBe(true);
  expect([TypeError, ["TypeError"], [null]].some(rule.errorClasses.is)).toBe(false);
});

it("takes for an error class only what instanceof takes", () => {
  expect(rule.errorClasses.is([() => new Error("x")])).toBe(false);
});

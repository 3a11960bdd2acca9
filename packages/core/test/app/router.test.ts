import fc from "fast-check";
import { expect, it } from "vitest";
import { routeTo } from "../../src/app/router.ts";

it.each([
  ["proj.add", "exact"],
  ["proj.mul", "proj"],
  ["media.image.resize", "media"],
  ["other", null],
  ["proj.", "proj"],
  ["xproj.add", null],
])("sends %s to %s", (name, queue) => {
  const routes = { "media.*": { queue: "media" }, "proj.*": "proj", "proj.add": { queue: "exact" } };
  expect(routeTo(name, routes)).toBe(queue);
});

it("takes the first glob that fits, in the order given", () => {
  expect(routeTo("a.b", { "a.*": "first", "*": "second" })).toBe("first");
  expect(routeTo("a.b", { "*": "first", "a.*": "second" })).toBe("first");
});

it.each([
  ["*", "anything", true],
  ["a*", "a", true],
  ["*a", "bba", true],
  ["a*c", "abc", true],
  ["a*c", "ac", true],
  ["a*c", "abcd", false],
  ["ab*bc", "abc", false],
  ["*b*", "abc", true],
  ["*b*b*", "abc", false],
  ["a**c", "abc", true],
  ["a*b*c", "aXbYc", true],
  ["a*b*c", "acb", false],
  ["a*bc*c", "abc", false],
  ["a.*.c", "a.b.c", true],
  ["a?c", "abc", false],
  ["[a]*", "a", false],
])("the glob %s and the name %s: %s", (glob, name, fits) => {
  expect(routeTo(name, { [glob]: "q" })).toBe(fits ? "q" : null);
});

it("agrees with a regular expression on every glob", () => {
  const part = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 10 });
  fc.assert(
    fc.property(
      part.filter((glob) => glob.includes("*")),
      name,
      (glob, called) => {
        const pattern = new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
        expect(routeTo(called, { [glob]: "q" }) !== null).toBe(pattern.test(called));
      },
    ),
    { numRuns: 500 },
  );
});

it("is linear in hostile globs", () => {
  const started = performance.now();
  expect(routeTo(`${"a".repeat(50_000)}b`, { [`${"a*".repeat(5_000)}c`]: "q" })).toBeNull();
  expect(performance.now() - started).toBeLessThan(1_000);
});

it("finds no route by an inherited name", () => {
  for (const name of ["constructor", "toString", "__proto__"]) expect(routeTo(name, {})).toBeNull();
});

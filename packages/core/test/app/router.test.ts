import fc from "fast-check";
import { expect, it } from "vitest";
import { type RoutedCall, routeOf, type TaskRoutes } from "../../src/app/router.ts";
import { ConfigError, InvalidArgumentError } from "../../src/model/errors.ts";

const CALL: RoutedCall = { args: [], kwargs: {}, options: {} };

function routeTo(name: string, routes: TaskRoutes): string | null {
  return routeOf(name, CALL, routes)?.queue ?? null;
}

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

it("takes a pair's name, glob or regular expression, in the order given", () => {
  const routes: TaskRoutes = [
    ["proj.*", "glob"],
    ["proj.add", "exact"],
    [/^media\.(image|video)\./g, { priority: 7 }],
    [/media/y, "sticky"],
  ];
  expect(routeTo("proj.add", routes)).toBe("glob");
  // A flag that makes an expression remember where it was changes nothing.
  for (const _again of [1, 2]) expect(routeOf("media.video.cut", CALL, routes)).toEqual({ priority: 7 });
  for (const _again of [1, 2]) expect(routeTo("media.text", routes)).toBe("sticky");
  expect(routeTo("a.media", routes)).toBeNull();
});

it("takes the answer of the first router that has one", () => {
  const asked: unknown[] = [];
  const routes: TaskRoutes = [
    { "proj.add": "map" },
    (...call) => {
      asked.push(call);
      return call[2]["tenant"] === "big" ? { queue: "big", priority: 1 } : null;
    },
    ["*", "rest"],
  ];
  const call: RoutedCall = { args: [1], kwargs: { tenant: "big" }, options: { shadow: "x" } };
  expect(routeOf("proj.add", call, routes)).toEqual({ queue: "map" });
  expect(asked).toEqual([]);
  expect(routeOf("proj.mul", call, routes)).toEqual({ queue: "big", priority: 1 });
  expect(asked).toEqual([["proj.mul", [1], { tenant: "big" }, { shadow: "x" }]]);
  expect(routeTo("proj.mul", routes)).toBe("rest");
  expect(routeTo("proj.mul", () => undefined)).toBeNull();
});

it("refuses what a function gives that is no route", () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- functions in JavaScript give anything
  const giving = (answer: unknown): TaskRoutes => (() => answer) as unknown as TaskRoutes;
  for (const wrong of [5, "a b", {}, [], true])
    expect(() => routeOf("proj.add", CALL, giving(wrong))).toThrow(InvalidArgumentError);
  expect(() => routeOf("proj.add", CALL, giving({ qeue: "a" }))).toThrow(ConfigError);
});

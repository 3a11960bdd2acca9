import fc from "fast-check";
import { expect, it } from "vitest";
import { type Duration, durationMs } from "../../src/model/duration.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";

it.each([
  ["250ms", 250],
  ["10s", 10_000],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["0.5s", 500],
  ["1.25h", 4_500_000],
  ["0s", 0],
  ["3650d", 315_360_000_000],
  [0, 0],
  [1_500, 1_500],
  [0.5, 0.5],
] as const)("reads %j as %d ms", (value, ms) => {
  expect(durationMs(value, "timeout")).toBe(ms);
});

const WRONG: readonly unknown[] = [
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "3651d",
  "",
  "10",
  "10 s",
  "10 sec",
  " 10s",
  "10s\n",
  "-1s",
  "+1s",
  "1e3s",
  "1S",
  ".5s",
  "5.s",
  "s",
  `${"1".repeat(40)}s`,
  null,
  undefined,
  true,
  [10],
  ["10s"],
  {},
  Object.create(null),
  5n,
  Symbol("10s"),
];

it.each(WRONG.map((value) => [value]))("refuses %o and names what it is for", (value) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const wrong = value as Duration;
  expect(() => durationMs(wrong, "timeout")).toThrow(InvalidArgumentError);
  expect(() => durationMs(wrong, "timeout")).toThrow(/^timeout is .*"10s"/);
});

it("gives the number times its unit", () => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  fc.assert(
    fc.property(fc.nat({ max: 3_000 }), fc.constantFrom("ms", "s", "m", "h", "d"), (count, unit) => {
      expect(durationMs(`${count}${unit}`, "x")).toBe(count * units[unit]);
    }),
  );
});

it("is linear in hostile texts", () => {
  const started = performance.now();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const hostile = `${"1".repeat(1_000_000)}.` as Duration;
  expect(() => durationMs(hostile, "x")).toThrow(InvalidArgumentError);
  expect(performance.now() - started).toBeLessThan(1_000);
});

import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { type RateLimit, rateRuleOf } from "../../src/model/rate-limit.ts";

it.each<readonly [RateLimit, number, string]>([
  [10, 0.01, "worker"],
  ["10", 0.01, "worker"],
  ["10/s", 0.01, "worker"],
  ["0.5/s", 0.0005, "worker"],
  ["60/m", 0.001, "worker"],
  ["3600/h", 0.001, "worker"],
  [{ rate: "10/s" }, 0.01, "worker"],
  [{ rate: "10/s", scope: "cluster" }, 0.01, "cluster"],
])("reads %j", (limit, perMs, scope) => {
  expect(rateRuleOf(limit, "rateLimit")).toEqual({ perMs, scope });
});

it.each<RateLimit>([0, "0", "0/h", { rate: 0, scope: "cluster" }])("takes %j for no limit", (limit) => {
  expect(rateRuleOf(limit, "rateLimit")).toBeNull();
});

it.each(["abc", "-1/s", "1e999/h", "10/fortnight", "10 / s", "/s", -1, Number.NaN, 2e6, null, [], { rate: "x" }])(
  "refuses %j, and says what is right",
  (limit) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
    const read = (): unknown => rateRuleOf(limit as RateLimit, "the rate");
    expect(read).toThrow(InvalidArgumentError);
    expect(read).toThrow('give a number per second, or a string such as "10/s", "100/m", "1000/h"; 0 for none');
  },
);

it("refuses what is too slow to be counted for a cluster", () => {
  expect(rateRuleOf({ rate: "2/h", scope: "cluster" }, "rateLimit")).not.toBeNull();
  expect(() => rateRuleOf({ rate: "1/h", scope: "cluster" }, "rateLimit")).toThrow("at least 2/h for a cluster");
  expect(rateRuleOf("1/h", "rateLimit")).not.toBeNull();
});

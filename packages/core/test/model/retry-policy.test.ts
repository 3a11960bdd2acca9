import { expect, it } from "vitest";
import { Ignore, InvalidArgumentError, Reject } from "../../src/model/errors.ts";
import { Retry } from "../../src/model/retry.ts";
import {
  automaticDelayMs,
  DEFAULT_RETRY_RULES,
  isRetriedAutomatically,
  mayRetry,
  type RetryRules,
} from "../../src/model/retry-policy.ts";

const rules = (part: Partial<RetryRules> = {}): RetryRules => ({ ...DEFAULT_RETRY_RULES, ...part });
const delays = (part: Partial<RetryRules>, retries: readonly number[], random = 0.5): number[] =>
  retries.map((count) => automaticDelayMs(rules(part), count, () => random));

it("doubles the delay from the first on, up to the longest", () => {
  const exact = { backoffMs: 1_000, jitter: false };
  expect(delays(exact, [0, 1, 2, 3, 9, 10])).toEqual([1_000, 2_000, 4_000, 8_000, 512_000, 600_000]);
  expect(delays({ ...exact, backoffMs: 300, backoffMaxMs: 1_000 }, [0, 1, 2, 3])).toEqual([300, 600, 1_000, 1_000]);
});

it.each([52, 53, 1_000, 1e9, Number.MAX_SAFE_INTEGER])("does not overflow after %d retries", (retries) => {
  expect(delays({ backoffMs: 1, jitter: false }, [retries])).toEqual([600_000]);
  expect(delays({ backoffMs: 0, jitter: false }, [retries])).toEqual([0]);
  expect(delays({ backoffMs: 315_360_000_000, backoffMaxMs: 315_360_000_000, jitter: false }, [retries])).toEqual([
    315_360_000_000,
  ]);
});

it("waits any part of the delay with jitter, none and all of it included", () => {
  const jittered = { backoffMs: 1_000 };
  expect(delays(jittered, [0, 1], 0)).toEqual([0, 0]);
  expect(delays(jittered, [0, 1], 0.5)).toEqual([500, 1_000]);
  expect(delays(jittered, [0, 1], 1 - Number.EPSILON)).toEqual([1_000, 2_000]);
});

it("waits the task's own delay without backoff, whatever the jitter", () => {
  expect(delays({ delayMs: 70, jitter: true }, [0, 5], 0.1)).toEqual([70, 70]);
});

it.each([
  [0, 3, undefined, true],
  [2, 3, undefined, true],
  [3, 3, undefined, false],
  [0, 0, undefined, false],
  [3, 3, 10, true],
  [1, 3, 1, false],
  [3, 3, null, true],
  [999, null, undefined, true],
  [1_000, null, undefined, false],
  [1_000, 3, null, false],
])("after %j retries, with at most %j, and %j for this one: %j", (retries, max, maxRetries, allowed) => {
  expect(mayRetry(retries, rules({ max }), maxRetries === undefined ? {} : { maxRetries })).toBe(allowed);
});

class Busy extends Error {}
class VeryBusy extends Busy {}

it("retries errors of the given classes, but not those of the excluded ones", () => {
  const some = rules({ on: [Busy], notOn: [VeryBusy] });
  expect([new Busy(), new VeryBusy(), new Error(), "busy", null].map((e) => isRetriedAutomatically(e, some))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(isRetriedAutomatically(new Busy(), rules())).toBe(false);
});

it.each([new Retry(), new Ignore(), new Reject("bad"), new InvalidArgumentError("wrong")])(
  "never retries %s by itself",
  (error) => {
    expect(isRetriedAutomatically(error, rules({ on: [Error] }))).toBe(false);
  },
);

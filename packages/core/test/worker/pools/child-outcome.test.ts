import { expect, it } from "vitest";
import { AsyncResult } from "../../../src/client/async-result.ts";
import { InvalidArgumentError } from "../../../src/model/errors.ts";
import { failureOf } from "../../../src/model/failure.ts";
import { DEFAULT_RETRY_RULES } from "../../../src/model/retry-policy.ts";
import type { Outcome } from "../../../src/worker/outcome.ts";
import { outcomeFromWire, outcomeToWire } from "../../../src/worker/pools/child-outcome.ts";
import { taskOf } from "../../support/hosts.ts";

class CardRefused extends Error {
  readonly code = "CARD_REFUSED";
  readonly cents = 500;
}

/** As it comes out of a child: what travels is cloned. */
function travelled(outcome: Outcome): Outcome {
  return outcomeFromWire(structuredClone(outcomeToWire(outcome)), taskOf());
}

it.each([
  null,
  0,
  "text",
  [1, "two", { three: [3] }],
  new Date(5),
  2n ** 60n,
  new Uint8Array([1, 2, 3]),
  { nested: { date: new Date(1), none: null } },
])("carries the value %o", (value) => {
  expect(travelled({ state: "SUCCESS", value })).toEqual({ state: "SUCCESS", value });
});

it("takes along no more than the bytes of a value", () => {
  const part = new Uint8Array(1_000_000).subarray(0, 10);
  const wire = outcomeToWire({ state: "SUCCESS", value: part });
  expect(wire.state === "SUCCESS" && wire.value.buffer.byteLength).toBeLessThan(50);
});

it("turns a value that cannot travel into a failure that says where", () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  for (const value of [{ fn: () => 1 }, Symbol("s"), new CardRefused("no"), circular]) {
    expect(travelled({ state: "SUCCESS", value })).toMatchObject({
      state: "FAILURE",
      expected: false,
      error: { code: "TROUPE_SERIALIZATION", message: expect.stringMatching(/^result/) },
    });
  }
});

it("carries a result handle as what it stands for", () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its ports are not used
  const value = new AsyncResult("task-9", {} as ConstructorParameters<typeof AsyncResult>[1]);
  expect(travelled({ state: "SUCCESS", value })).toMatchObject({ state: "SUCCESS", isHandle: true });
});

it.each([true, false])("carries an error as it would be recorded, expected: %s", (expected) => {
  const thrown = new CardRefused("no money", { cause: new TypeError("why") });
  const outcome = travelled({ state: "FAILURE", error: thrown, expected });
  expect(outcome).toMatchObject({ state: "FAILURE", expected, error: { message: "no money" } });
  expect("error" in outcome && failureOf(outcome.error)).toEqual(failureOf(thrown));
});

it("carries what was thrown that is no error", () => {
  const outcome = travelled({ state: "FAILURE", error: { reason: "none" }, expected: false });
  expect("error" in outcome && failureOf(outcome.error)).toEqual(failureOf({ reason: "none" }));
});

it.each([1_500, "automatic", { at: 99 }] as const)("carries a retry in %o, with the rules of the task", (delay) => {
  const outcome = travelled({
    state: "RETRY",
    error: new RangeError("busy"),
    delay,
    rules: { ...DEFAULT_RETRY_RULES, on: [RangeError] },
    args: [new Date(3)],
    kwargs: { x: 1 },
  });
  expect(outcome).toMatchObject({ state: "RETRY", delay, args: [new Date(3)], kwargs: { x: 1 } });
  expect(outcome).toMatchObject({ rules: DEFAULT_RETRY_RULES, error: { message: "busy" } });
  const plain = travelled({ state: "RETRY", error: new RangeError("busy"), delay, rules: DEFAULT_RETRY_RULES });
  expect(plain).not.toHaveProperty("args");
  expect(plain).not.toHaveProperty("kwargs");
});

it("turns arguments of a retry that cannot travel into a failure", () => {
  const args = [() => 1];
  const retry = { state: "RETRY", error: new Error("x"), delay: 1, rules: DEFAULT_RETRY_RULES, args } as const;
  expect(travelled(retry)).toMatchObject({ state: "FAILURE", error: { code: "TROUPE_SERIALIZATION" } });
});

it("carries all others as they are", () => {
  for (const outcome of [
    { state: "IGNORED" },
    { state: "RELEASED", delayMs: 5 },
    { state: "REPLACED", flow: [] },
  ] as const) {
    expect(travelled(outcome)).toEqual(outcome);
  }
  const rejected = travelled({ state: "REJECTED", error: new InvalidArgumentError("no") });
  expect(rejected).toMatchObject({ state: "REJECTED", error: { code: "TROUPE_INVALID_ARGUMENT" } });
});

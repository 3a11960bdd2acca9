import { expect, it } from "vitest";
import {
  APPLY_OPTION_TABLE,
  type ApplyOptions,
  RETRY_POLICY_TABLE,
  type RetryPolicy,
} from "../../src/model/apply-options.ts";
import { checkOptions, type OptionTable } from "../../src/model/check-options.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { signatureBrand } from "../../src/model/signature-brand.ts";

interface Values {
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}

const SUBJECT = { what: "option", kind: "argument" } as const;
const check = (options: object, table: OptionTable = APPLY_OPTION_TABLE): void => checkOptions(options, table, SUBJECT);

const DATA = { task: "proj.add", args: [] };
const SIGNATURE = { [signatureBrand]: null, ...DATA };

/** Right and wrong values of every option that is offered. */
const VALUES: Readonly<Record<keyof ApplyOptions, Values>> = {
  kwargs: { right: [{}, { a: 1 }], wrong: [[], "a", new Map()] },
  queue: { right: ["hipri"], wrong: ["", "a b", 1] },
  routingKey: { right: ["media.video.high"], wrong: ["media.*", "a..b", 7] },
  priority: { right: [0, 9], wrong: [-1, 10, 0.5, "high"] },
  taskId: { right: ["a", "order:4711"], wrong: ["", "a b", "x".repeat(129), 1] },
  countdown: { right: ["10s", 0, 5_000], wrong: ["10 s", -1, new Date()] },
  eta: { right: [new Date(), new Date(0)], wrong: ["10s", 5_000, new Date(Number.NaN), new Date(10_000_000_000_000)] },
  expires: { right: ["10s", 0, new Date(), new Date(0)], wrong: ["tomorrow", -1, new Date(Number.NaN)] },
  timeLimit: { right: ["10s", 0, 5_000], wrong: ["10 s", -1, new Date()] },
  softTimeLimit: { right: ["10s", 0, 5_000], wrong: ["10 s", -1, new Date()] },
  ignoreResult: { right: [true, false], wrong: [1, "no"] },
  serializer: { right: ["msgpack", "json"], wrong: ["pickle", 1] },
  headers: { right: [{}, { tenant: "a" }], wrong: [[], "a", new Map()] },
  shadow: { right: ["a name", "", "x".repeat(256)], wrong: [1, {}] },
  argsrepr: { right: ["(…)", "x".repeat(4_096)], wrong: [1, ["x"]] },
  kwargsrepr: { right: ["{…}", "x".repeat(4_096)], wrong: [1, {}] },
  rootId: { right: ["a"], wrong: ["", 1] },
  parentId: { right: ["a"], wrong: ["", 1] },
  unique: { right: [{}, { mode: "replace" }], wrong: ["once", true, []] },
  link: { right: [SIGNATURE, [SIGNATURE, DATA], []], wrong: ["proj.add", [1], { add: 1 }, () => 1] },
  linkError: { right: [SIGNATURE, [SIGNATURE, DATA], []], wrong: ["proj.add", [1], { add: 1 }, () => 1] },
  retry: { right: [true, false], wrong: [1, "yes"] },
  retryPolicy: { right: [{}, { maxRetries: 3 }], wrong: [[], 3] },
};

const POLICY_VALUES: Readonly<Record<keyof RetryPolicy, Values>> = {
  maxRetries: { right: [0, 3, 1_000], wrong: [-1, 1.5, 1_001, "3", Number.POSITIVE_INFINITY] },
  intervalStart: { right: [0, "1s"], wrong: [-1, "1 s"] },
  intervalStep: { right: [0, "1s"], wrong: [-1, "1 s"] },
  intervalMax: { right: [0, "1s"], wrong: [-1, "1 s"] },
  timeout: { right: [0, "1s"], wrong: [-1, "1 s"] },
};

it("lists every option", () => {
  expect(Object.keys(APPLY_OPTION_TABLE).sort()).toEqual(Object.keys(VALUES).sort());
  expect(Object.keys(RETRY_POLICY_TABLE).sort()).toEqual(Object.keys(POLICY_VALUES).sort());
});

it.each([
  ...Object.entries(VALUES).map((entry) => [...entry, APPLY_OPTION_TABLE] as const),
  ...Object.entries(POLICY_VALUES).map((entry) => [...entry, RETRY_POLICY_TABLE] as const),
])("%s takes right values only", (name, { right, wrong }, table) => {
  for (const value of [...right, undefined, null]) expect(() => check({ [name]: value }, table)).not.toThrow();
  for (const value of wrong) {
    expect(() => check({ [name]: value }, table)).toThrow(InvalidArgumentError);
    expect(() => check({ [name]: value }, table)).toThrow(`option "${name}" is `);
  }
});

it.each([
  ["shadow", 256],
  ["argsrepr", 4_096],
  ["kwargsrepr", 4_096],
])("%s is refused here when it is longer than a worker reads", (name, most) => {
  expect(() => check({ [name]: "x".repeat(most + 1) })).toThrow(InvalidArgumentError);
});

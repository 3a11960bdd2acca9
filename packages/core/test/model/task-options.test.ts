import { expect, it } from "vitest";
import { checkOptions } from "../../src/model/check-options.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { TASK_OPTION_TABLE, type TaskOptions } from "../../src/model/task-options.ts";

const SUBJECT = { what: 'option of task "add":', kind: "argument" } as const;
const check = (options: object): void => checkOptions(options, TASK_OPTION_TABLE, SUBJECT);

const SCHEMA = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } };

const HOOK = { right: [() => {}], wrong: ["log", {}, true] };

/** Right and wrong values of every option that is offered. */
const VALUES: Readonly<
  Record<keyof TaskOptions, { readonly right: readonly unknown[]; readonly wrong: readonly unknown[] }>
> = {
  queue: { right: ["hipri", "a.b"], wrong: ["", "a b", "a..b", 1, ["a"]] },
  priority: { right: [0, 9], wrong: [-1, 10, 0.5, "high"] },
  ignoreResult: { right: [true, false], wrong: ["true", 0] },
  storeErrorsEvenIfIgnored: { right: [true, false], wrong: ["true", 0] },
  trackStarted: { right: [true, false], wrong: ["true", 0] },
  acksLate: { right: [true, false], wrong: ["true", 0] },
  acksOnFailure: { right: [true, false], wrong: ["true", 0] },
  acksOnTimeout: { right: [true, false], wrong: ["true", 0] },
  acksOnFailureOrTimeout: { right: [true, false], wrong: ["true", 0] },
  timeLimit: { right: ["10s", 0], wrong: ["10 s", -1] },
  rateLimit: {
    right: [10, 0, "10/s", "100/m", "1000/h", "7", { rate: "10/s" }, { rate: 3, scope: "cluster" }],
    wrong: [
      -1,
      Number.NaN,
      "10/d",
      "abc",
      "1e999/h",
      "",
      {},
      { rate: "1/s", scope: "all" },
      { rate: "1/h", scope: "cluster" },
    ],
  },
  softTimeLimit: { right: ["10s", 0], wrong: ["10 s", -1] },
  rejectOnWorkerLost: { right: [true, false], wrong: ["true", 0] },
  expires: { right: ["10s", 0, 5_000], wrong: ["10 s", -1, new Date(), "tomorrow"] },
  serializer: { right: ["msgpack", "json"], wrong: ["pickle", "yaml", 1] },
  maxRetries: { right: [0, 3, 1_000], wrong: [-1, 1.5, 1_001, "3", Number.POSITIVE_INFINITY] },
  defaultRetryDelay: { right: ["3m", 0], wrong: ["3 m", -1] },
  autoretryFor: { right: [[], [TypeError]], wrong: [TypeError, ["TypeError"]] },
  dontAutoretryFor: { right: [[], [TypeError]], wrong: [TypeError, ["TypeError"]] },
  retryBackoff: { right: [true, false, "2s", 500], wrong: ["yes", -1, "2 s"] },
  retryBackoffMax: { right: ["10m", 0], wrong: ["10 m", -1, true] },
  retryJitter: { right: [true, false], wrong: ["true", 0] },
  throws: { right: [[], [TypeError]], wrong: [TypeError, ["TypeError"]] },
  params: { right: [[], ["x", "y"]], wrong: ["x", [1], ["x", "y", "x"]] },
  unique: { right: [{}, { key: "a" }, { key: () => "a" }], wrong: ["once", true, []] },
  beforeStart: HOOK,
  onSuccess: HOOK,
  onFailure: HOOK,
  onRetry: HOOK,
  onReplace: HOOK,
  afterReturn: HOOK,
  sendEvents: { right: [true, false], wrong: ["no", 0] },
  input: { right: [SCHEMA, Object.assign(() => 1, SCHEMA)], wrong: [{}, () => 1, "schema"] },
};

it("lists every option", () => {
  expect(Object.keys(TASK_OPTION_TABLE).sort()).toEqual(Object.keys(VALUES).sort());
});

it.each(Object.entries(VALUES))("%s takes right values only", (name, { right, wrong }) => {
  for (const value of [...right, undefined, null]) expect(() => check({ [name]: value })).not.toThrow();
  for (const value of wrong) {
    expect(() => check({ [name]: value })).toThrow(InvalidArgumentError);
    expect(() => check({ [name]: value })).toThrow(`option of task "add": "${name}" is `);
  }
});

import { expect, it } from "vitest";
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from "../../src/app/config.ts";
import { ConfigError, UnsupportedError } from "../../src/model/errors.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { silentLogger } from "../support/loggers.ts";
import { StubTransport } from "../support/stub-transport.ts";

const merge = (changes: object): Settings => mergeSettings(DEFAULT_SETTINGS, changes as Partial<Settings>);

/** Right and wrong values of every setting that is offered. */
const VALUES: Readonly<
  Record<keyof Settings, { readonly right: readonly unknown[]; readonly wrong: readonly unknown[] }>
> = {
  broker: {
    right: ["memory:", "nats://a:4222", ["nats://a:4222", "nats://b:4222"], new StubTransport()],
    wrong: ["", [], [5], 5, {}, { tasks: 1 }],
  },
  transportOptions: { right: [{}, { replicas: 3 }], wrong: [[], "x", new Map()] },
  namespace: { right: ["troupe", "a-b_C9"], wrong: ["", "a b", "a.b", ">", "x".repeat(33), 5] },
  include: { right: [[], ["./tasks.js"]], wrong: ["./tasks.js", [5]] },
  brokerConnectionTimeout: { right: ["10s", 0], wrong: ["10 s", -1] },
  acceptContent: { right: [["json"], ["json", "msgpack"]], wrong: [[], ["pickle"], "json"] },
  taskDefaultQueue: { right: ["default", "a.b"], wrong: ["", "a b", 5] },
  taskQueues: {
    right: [[], ["hipri", "a.b"], {}, { hipri: {}, media: {} }],
    wrong: ["hipri", ["a b"], [5], ["a", "a"], { "a b": {} }, { a: 5 }, { a: null }, 5],
  },
  taskCreateMissingQueues: { right: [true, false], wrong: ["true", 1] },
  taskRoutes: {
    right: [
      {},
      { "proj.*": "media", "proj.add": { queue: "hipri", priority: 9, serializer: "json" } },
      () => null,
      [{ a: "b" }, () => null, ["a*", "b"], [/a/, { priority: 0 }]],
    ],
    wrong: [
      ["a"],
      [["a"]],
      [[5, "b"]],
      [[/a/, {}]],
      [[{ a: "b" }]],
      { a: { priority: 10 } },
      { a: "" },
      { a: {} },
      { a: { queue: ">" } },
      { a: 5 },
      "a",
    ],
  },
  taskDefaultPriority: { right: [null, 0, 9], wrong: [-1, 10, 1.5, "5"] },
  taskInheritParentPriority: { right: [true, false], wrong: ["true", 1] },
  taskSerializer: { right: ["msgpack", "json"], wrong: ["pickle", 5] },
  taskIgnoreResult: { right: [true, false], wrong: ["true", 1] },
  taskStoreErrorsEvenIfIgnored: { right: [true, false], wrong: ["true", 1] },
  taskTrackStarted: { right: [true, false], wrong: ["true", 1] },
  taskAcksLate: { right: [true, false], wrong: ["true", 1] },
  taskAcksOnFailure: { right: [true, false], wrong: ["true", 1] },
  taskAcksOnTimeout: { right: [true, false], wrong: ["true", 1] },
  taskAcksOnFailureOrTimeout: { right: [true, false], wrong: ["true", 1] },
  taskTimeLimit: { right: ["10s", 0], wrong: ["10 s", -1] },
  taskDefaultRateLimit: { right: [10, "10/s", "0.5/m", 0], wrong: ["10/d", "-1/s", "1e9/h", "abc", { rate: 1 }] },
  queueRateLimits: { right: [{}, { media: "10/s", "a.b": 3 }], wrong: [[], { media: "10/d" }, { media: "1/h" }] },
  workerPrefetchMultiplier: { right: [1, 100], wrong: [0, 1.5, 101, "4"] },
  workerEnableRemoteControl: { right: [true, false], wrong: ["true", 1] },
  workerDisableRateLimits: { right: [true, false], wrong: ["true", 1] },
  taskSoftTimeLimit: { right: ["10s", 0], wrong: ["10 s", -1] },
  propagateHeaders: { right: [[], ["tenant"]], wrong: ["tenant", [1], ["a", "a"]] },
  taskPublishRetry: { right: [true, false], wrong: ["true", 1] },
  taskPublishRetryPolicy: { right: [{}, { maxRetries: 3, timeout: "5s" }], wrong: [[], 3, { maxRetries: -1 }] },
  taskAlwaysEager: { right: [true, false], wrong: ["true", 1] },
  taskEagerPropagates: { right: [true, false], wrong: ["true", 1] },
  taskAllowErrorCbOnChordHeader: { right: [true, false], wrong: [1, "yes"] },
  actorMaxAge: { right: ["1m", "30d", 60_000], wrong: ["59s", "-1d", true] },
  revokeExpires: { right: ["1m", "7d", 60_000, null], wrong: ["59s", 0, "1 d"] },
  resultExpires: { right: ["1h", "1d", 3_600_000], wrong: ["59m", 0, "1 d"] },
  errors: { right: [[], [TypeError]], wrong: [TypeError, ["TypeError"]] },
  ackWait: { right: ["1s", "30s"], wrong: ["999ms", 0, "x"] },
  maxDeliveries: { right: [1, 1_000], wrong: [0, 1_001, 1.5, "5"] },
  workerConcurrency: { right: [1, 100_000], wrong: [0, 1.5, "4", 100_001] },
  taskRejectOnWorkerLost: { right: [true, false], wrong: ["true", 1] },
  workerPool: { right: ["async", "solo", "threads", "processes"], wrong: ["prefork", 1] },
  workerDirect: { right: [true, false], wrong: ["true", 1] },
  workerMaxTasksPerChild: { right: [1, 1_000], wrong: [0, 1.5, "10"] },
  workerMaxMemoryPerChild: { right: [1, 200_000_000], wrong: [0, "200MB"] },
  workerProcAliveTimeout: { right: ["30s", 1_000], wrong: ["30 s", 10] },
  workerShutdownTimeout: { right: ["30s", 0], wrong: ["30 s", -1] },
  workerSoftShutdownTimeout: { right: ["30s", 0], wrong: ["30 s", -1] },
  clock: { right: [new ManualClock(), null], wrong: ["now", {}, Date] },
  logger: { right: [silentLogger], wrong: [{}, () => {}, "pino"] },
  workerSendTaskEvents: { right: [true, false], wrong: ["yes", 1] },
  taskSendSentEvent: { right: [true, false], wrong: ["yes", 1] },
  eventExpires: { right: ["1d", 60_000], wrong: ["1s", "1 day"] },
  logLevel: { right: ["trace", "fatal", "silent"], wrong: ["INFO", "loud", 30] },
};

const LATER = ["timezone", "resultBackend", "beatSchedule"];

it("has a default for every setting", () => {
  expect(Object.keys(DEFAULT_SETTINGS).sort()).toEqual(Object.keys(VALUES).sort());
  expect(() => merge(DEFAULT_SETTINGS)).not.toThrow();
});

it.each(Object.entries(VALUES))("%s takes right values only", (name, { right, wrong }) => {
  for (const value of right) expect(merge({ [name]: value })).toHaveProperty(name, value);
  for (const value of wrong) expect(() => merge({ [name]: value })).toThrow(ConfigError);
});

it.each(Object.entries(VALUES))("%s is named when its value is wrong", (name, { wrong }) => {
  const [first] = wrong;
  expect(() => merge({ [name]: first })).toThrow(new RegExp(`setting "${name}" is .*; it takes`));
});

it.each([undefined, null])("keeps the value of every setting that is given as %s", (nothing) => {
  const changed = Object.keys(VALUES).filter((name) => Reflect.get(merge({ [name]: nothing }), name) === nothing);
  const optional = Object.entries(DEFAULT_SETTINGS).flatMap(([name, value]) => (value === nothing ? [name] : []));
  expect(changed.sort()).toEqual(optional.sort());
});

it.each(LATER)("%s is refused as not yet supported", (name) => {
  expect(() => merge({ [name]: 1 })).toThrow(UnsupportedError);
});

it.each([
  ["brokr", "broker"],
  ["task_routes", "taskRoutes"],
  ["resultExpire", "resultExpires"],
  ["workerConcurency", "workerConcurrency"],
])("names the unknown setting %s with its nearest match %s", (name, nearest) => {
  expect(() => merge({ [name]: 1 })).toThrow(`unknown setting "${name}"; did you mean "${nearest}"?`);
});

it("names a wrong part of the retry policy, of a route and of a queue", () => {
  expect(() => merge({ taskPublishRetryPolicy: { maxRetry: 3 } })).toThrow(
    'unknown setting taskPublishRetryPolicy "maxRetry"; did you mean "maxRetries"?',
  );
  expect(() => merge({ taskRoutes: { a: { qeue: "b" } } })).toThrow(
    'unknown route option "qeue"; did you mean "queue"?',
  );
  expect(() => merge({ taskQueues: { a: { size: 1 } } })).toThrow(
    'unknown option of a queue in taskQueues: "size"; known are bindings, rateLimit, broadcast',
  );
});

it("gives frozen settings, and changes none of the given ones", () => {
  const merged = merge({ namespace: "a" });
  expect(Object.isFrozen(merged)).toBe(true);
  expect([merged.namespace, DEFAULT_SETTINGS.namespace]).toEqual(["a", "troupe"]);
});

it("refuses a soft time limit that is not below the hard one, whichever is set first", () => {
  const settings = merge({ taskTimeLimit: "1s" });
  expect(() => mergeSettings(settings, { taskSoftTimeLimit: "1s" })).toThrow(ConfigError);
  expect(mergeSettings(settings, { taskSoftTimeLimit: "500ms" })).toMatchObject({ taskSoftTimeLimit: "500ms" });
});

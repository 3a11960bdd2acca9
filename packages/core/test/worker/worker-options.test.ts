import os from "node:os";
import { afterEach, expect, it, vi } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import {
  resolveWorkerOptions,
  type WorkerConfig,
  type WorkerDefaults,
  type WorkerOptions,
} from "../../src/worker/worker-options.ts";
import { NO_RATES } from "../support/hosts.ts";

const DEFAULTS: WorkerDefaults = {
  queues: ["default", "media"],
  direct: false,
  broadcast: ["news"],
  checkQueueExists: () => {},
  concurrency: null,
  prefetchMultiplier: 1,
  timeLimit: null,
  softTimeLimit: null,
  pool: "async",
  maxTasksPerChild: null,
  maxMemoryPerChild: null,
  childStartMs: 30_000,
  rates: NO_RATES,
  isControlled: true,
  shutdownTimeoutMs: null,
  softShutdownTimeoutMs: 0,
  events: false,
};

afterEach(() => {
  vi.restoreAllMocks();
});

function resolve(options: object = {}, defaults: Partial<WorkerDefaults> = {}): WorkerConfig {
  return resolveWorkerOptions(options as WorkerOptions, { ...DEFAULTS, ...defaults });
}

it("fills in what is not given", () => {
  vi.spyOn(os, "hostname").mockReturnValue("box.example.com");
  expect(resolve()).toEqual({
    queues: ["default", "media"],
    concurrency: os.availableParallelism(),
    prefetchMultiplier: 1,
    autoscale: null,
    pool: "async",
    children: { maxTasks: null, maxMemoryBytes: null, startMs: 30_000 },
    hostname: "troupe@box.example.com",
    timeLimits: null,
    rates: NO_RATES,
    isControlled: true,
    broadcast: ["news"],
    checkQueueExists: DEFAULTS.checkQueueExists,
    shutdownTimeoutMs: null,
    softShutdownTimeoutMs: 0,
    events: false,
    heartbeatMs: 2_000,
    inspect: undefined,
  });
  expect(resolve({}, { concurrency: 7, shutdownTimeoutMs: 5_000 })).toMatchObject({
    concurrency: 7,
    shutdownTimeoutMs: 5_000,
  });
});

it.each([undefined, null])("takes %s for not given", (nothing) => {
  const names = [
    "queues",
    "excludeQueues",
    "concurrency",
    "pool",
    "maxTasksPerChild",
    "maxMemoryPerChild",
    "hostname",
    "shutdownTimeout",
    "softShutdownTimeout",
    "inspect",
    "events",
    "heartbeatInterval",
  ];
  const options = Object.fromEntries(names.map((name) => [name, nothing]));
  expect(resolve(options, { shutdownTimeoutMs: 5_000 })).toEqual({ ...resolve({}, { shutdownTimeoutMs: 5_000 }) });
});

it("takes what is given", () => {
  const inspect = (): void => {};
  const options: WorkerOptions = {
    queues: ["hipri", "default", "hipri", "lopri"],
    excludeQueues: ["lopri", "media"],
    concurrency: 8,
    prefetchMultiplier: 4,
    pool: "processes",
    maxTasksPerChild: 100,
    maxMemoryPerChild: 200_000_000,
    hostname: "w1@box",
    timeLimit: "2s",
    softTimeLimit: "1s",
    shutdownTimeout: "30s",
    softShutdownTimeout: "10s",
    events: true,
    heartbeatInterval: "5s",
    inspect,
  };
  expect(resolve(options)).toEqual({
    queues: ["hipri", "default"],
    concurrency: 8,
    prefetchMultiplier: 4,
    autoscale: null,
    pool: "processes",
    children: { maxTasks: 100, maxMemoryBytes: 200_000_000, startMs: 30_000 },
    hostname: "w1@box",
    timeLimits: { softMs: 1_000, hardMs: 2_000 },
    rates: NO_RATES,
    isControlled: true,
    broadcast: ["news"],
    checkQueueExists: DEFAULTS.checkQueueExists,
    shutdownTimeoutMs: 30_000,
    softShutdownTimeoutMs: 10_000,
    events: true,
    heartbeatMs: 5_000,
    inspect,
  });
});

it.each([
  ["w1", "box.example.com", "w1@box.example.com"],
  ["w1@%h", "box.example.com", "w1@box.example.com"],
  ["w1@%n", "box.example.com", "w1@box"],
  ["w1.%n@%d", "box.example.com", "w1.box@example.com"],
  ["%n", "box", "box@box"],
])("expands the name %s on %s to %s", (hostname, host, expanded) => {
  vi.spyOn(os, "hostname").mockReturnValue(host);
  expect(resolve({ hostname }).hostname).toBe(expanded);
});

it.each([
  [{ queues: "default" }, 'worker option "queues" is "default"; it takes a list of strings'],
  [{ queues: [] }, "a worker needs at least one queue"],
  [{ queues: ["a b"] }, 'queue name "a b" is not allowed'],
  [{ excludeQueues: "default" }, 'worker option "excludeQueues" is "default"; it takes a list of strings'],
  [{ excludeQueues: ["default", "media"] }, 'all queues of the worker are excluded: ["default", "media"]'],
  [{ excludeQueues: ["a b"] }, 'queue name "a b" is not allowed'],
  [{ queues: ["ok", ">"] }, 'queue name ">" is not allowed'],
  [{ concurrency: 0 }, 'worker option "concurrency" is 0; it takes an integer from 1 to 100000'],
  [{ concurrency: 1.5 }, 'worker option "concurrency" is 1.5'],
  [{ pool: "gevent" }, 'worker option "pool" is "gevent"; it takes one of "async", "solo", "threads", "processes"'],
  [{ pool: "solo", concurrency: 2 }, 'pool "solo" runs one task at a time, concurrency is 2'],
  [{ maxTasksPerChild: 1 }, 'pool "async" has none'],
  [{ pool: "solo", maxMemoryPerChild: 1 }, 'pool "solo" has none'],
  [{ pool: "threads", maxTasksPerChild: 0 }, 'worker option "maxTasksPerChild" is 0'],
  [{ pool: "threads", maxMemoryPerChild: "1GB" }, 'worker option "maxMemoryPerChild" is "1GB"'],
  [{ hostname: "a b" }, "worker name"],
  [{ hostname: "" }, "worker name"],
  [{ hostname: "a@b@c" }, "worker name"],
  [{ hostname: "a@>" }, "worker name"],
  [{ hostname: 5 }, 'worker option "hostname" is 5'],
  [{ shutdownTimeout: "1 s" }, 'worker option "shutdownTimeout" is "1 s"'],
  [{ prefetchMultiplier: 0 }, 'worker option "prefetchMultiplier" is 0; it takes an integer from 1 to 100'],
  [{ autoscale: [10] }, 'worker option "autoscale" is [10]; it takes a list of two integers'],
  [{ autoscale: [10, 0] }, 'worker option "autoscale" is [10, 0]'],
  [{ autoscale: [10, 2], concurrency: 4 }, "concurrency is 4, and autoscale says how many slots there are, 10 and 2"],
  [{ autoscale: [10, 2], pool: "solo" }, 'pool "solo" runs one task at a time and cannot be autoscaled'],
  [{ timeLimit: "1 s" }, 'worker option "timeLimit" is "1 s"'],
  [
    { timeLimit: "1s", softTimeLimit: "1s" },
    'worker option "softTimeLimit" is 1000 ms, which is not below "timeLimit", 1000 ms',
  ],
  [{ inspect: 5 }, 'worker option "inspect" is 5'],
  [{ concurency: 1 }, 'unknown worker option "concurency"; did you mean "concurrency"?'],
])("refuses %j", (options, message) => {
  expect(() => resolve(options)).toThrow(InvalidArgumentError);
  expect(() => resolve(options)).toThrow(message);
});

it("takes pool and limits of children from the settings", () => {
  const settings = { pool: "threads", maxTasksPerChild: 7, maxMemoryPerChild: 9 } as const;
  const children = { maxTasks: 7, maxMemoryBytes: 9, startMs: 30_000 };
  expect(resolve({}, settings)).toMatchObject({ pool: "threads", children });
  expect(resolve({ pool: "async" }, settings).pool).toBe("async");
});

it("runs one task at a time in the pool solo, whatever the settings", () => {
  expect(resolve({ pool: "solo" }, { concurrency: 8 }).concurrency).toBe(1);
  expect(resolve({ concurrency: 1 }, { pool: "solo" }).concurrency).toBe(1);
});

it("takes time limits from the settings where it has none itself", () => {
  expect(resolve({}, { timeLimit: "2s" }).timeLimits).toEqual({ softMs: null, hardMs: 2_000 });
  const both = resolve({ timeLimit: 0 }, { timeLimit: "2s", softTimeLimit: "1s" });
  expect(both.timeLimits).toEqual({ softMs: 1_000, hardMs: 0 });
});

it("takes every kind of observer for an inspector", () => {
  class Recorder {
    next(): void {}
  }
  for (const inspect of [() => {}, { next: () => {} }, new Recorder()]) {
    expect(resolve({ inspect }).inspect).toBe(inspect);
  }
});

it.each([
  [10, 2],
  [2, 10],
])("begins with the fewest slots of autoscale: [%i, %i]", (one, other) => {
  expect(resolve({ autoscale: [one, other] }, { concurrency: 7 })).toMatchObject({
    concurrency: 2,
    autoscale: { max: 10, min: 2 },
  });
});

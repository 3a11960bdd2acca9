import { expect, it } from "vitest";
import { VERSION } from "../../src/model/version.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { DeliveredTasks } from "../../src/worker/delivered-tasks.ts";
import { asyncPool } from "../../src/worker/pool.ts";
import { taskSpawner } from "../../src/worker/spawn-task.ts";
import { describeActive, describeReserved, describeStats, describeThese } from "../../src/worker/worker-report.ts";
import { NO_CANVAS, NO_RATES, StubDelivery, sourceOf, taskOf } from "../support/hosts.ts";
import { silentLogger } from "../support/loggers.ts";
import { nextTurn } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

const transport = new StubTransport();
const NO_LIMITS = { maxTasksPerChild: null, maxMemoryPerChild: null, timeouts: { soft: null, hard: null } };

function tasksOf(clock: ManualClock, gate: Promise<unknown>): DeliveredTasks {
  const tasks = new DeliveredTasks(
    {
      transport,
      tasks: sourceOf(taskOf(() => gate)),
      clock,
      logger: silentLogger,
      within: (_context, fn) => fn(),
      accepted: new Set(["msgpack"]),
      maxDeliveries: 5,
      ...NO_CANVAS,
    },
    {
      hostname: "w1@host",
      concurrency: 2,
      prefetchMultiplier: 1,
      queues: 1,
      timeLimits: null,
      rates: NO_RATES,
      tellsTasks: false,
      spawn: taskSpawner(null),
      request: () => {},
      pool: asyncPool((_context, fn) => fn()),
    },
  );
  tasks.begin();
  return tasks;
}

it("shows the tasks whose handlers run, with cut texts and what the caller gave instead", async () => {
  const clock = new ManualClock(1_000_000);
  clock.advance(500);
  const gate = deferred();
  const tasks = tasksOf(clock, gate.promise);
  tasks.accept(new StubDelivery([], { id: "a", args: ["x".repeat(100_000), { a: [1, 2] }] }), 0);
  const masked = { id: "b", shadow: "shown", argsrepr: "(…)", kwargsrepr: "{…}", kwargs: { key: "secret" } };
  tasks.accept(Object.assign(new StubDelivery([], masked), { redelivered: false }), 0);
  tasks.accept(new StubDelivery([], { id: "waiting" }), 0);
  clock.advance(250);
  const active = describeActive(tasks);
  expect(active.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(active[0]).toMatchObject({
    name: "proj.add",
    type: "proj.add",
    kwargs: "{}",
    hostname: "w1@host",
    retries: 0,
  });
  expect(active[0]?.args.length).toBeLessThanOrEqual(1_025);
  expect(active[0]?.timeStart).toBe(1_000_500);
  expect(active[1]).toMatchObject({ name: "shown", type: "proj.add", args: "(…)", kwargs: "{…}" });
  expect(JSON.stringify(active)).not.toContain("secret");
  expect(describeReserved(tasks)).toMatchObject([{ id: "waiting", timeStart: null, type: "proj.add" }]);
  expect(describeThese(tasks, ["a", "waiting", "unknown"])).toEqual({
    a: ["active", active[0]],
    waiting: ["reserved", describeReserved(tasks)[0]],
  });
  gate.resolve();
  await nextTurn();
  expect(describeActive(tasks)).toEqual([]);
});

it("tells the worker's figures", async () => {
  const clock = new ManualClock();
  clock.advance(1_000);
  const gate = deferred();
  const tasks = tasksOf(clock, gate.promise);
  for (const id of ["a", "b", "c"]) tasks.accept(new StubDelivery([], { id }), 0);
  clock.advance(2_999);
  const config = {
    queues: ["default"],
    broadcast: [],
    concurrency: 2,
    prefetchMultiplier: 1,
    autoscale: null,
    pool: "async",
    children: { maxTasks: null, maxMemoryBytes: null, startMs: 30_000 },
    hostname: "w1@host",
    timeLimits: null,
    rates: NO_RATES,
    isControlled: true,
    checkQueueExists: () => {},
    shutdownTimeoutMs: null,
    softShutdownTimeoutMs: 0,
    events: false,
    heartbeatMs: 0,
    inspect: undefined,
  } as const;
  expect(
    describeStats(tasks, config, {
      startedAt: 1_000,
      bounds: { max: 4, min: 2 },
      queues: { names: ["default"], paused: [] },
    }),
  ).toEqual({
    total: { "proj.add": 2 },
    pid: process.pid,
    clock: transport.now(),
    uptime: 2,
    pool: { implementation: "async", maxConcurrency: 2, running: 2, children: [], restarts: 0, ...NO_LIMITS },
    autoscaler: { max: 4, min: 2 },
    prefetchCount: 2,
    unsettled: 3,
    queues: ["default"],
    paused: [],
    broker: { address: "stub:", connected: true },
    rss: expect.any(Number),
    rusage: { userMs: expect.any(Number), systemMs: expect.any(Number), maxRss: expect.any(Number) },
    software: { name: "troupe", version: VERSION, node: process.version },
  });
  gate.resolve();
  await nextTurn();
});

// Children that are lost while they run a task, and those that are not fit to be children at all. The worker goes on.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PoolName, Worker } from "@troupe/core";
import { Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NatsServer } from "../support/nats-server.ts";
import { BROKERS } from "../support/world.ts";
import * as tasks from "./pool-app.ts";

const { app } = tasks;
const TIMEOUT = { timeout: "60s" } as const;
const POOLS: readonly PoolName[] = ["threads", "processes"];
const PLACES = BROKERS.flatMap((broker) => POOLS.map((pool) => ({ broker, pool })));

describe.each(PLACES)("a child of pool $pool over $broker", ({ broker, pool }) => {
  let server: NatsServer | null = null;
  let worker: Worker;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "troupe-pools-"));
    server = broker === "nats" ? await NatsServer.start() : null;
    app.conf.update({ broker: server?.url ?? "memory:", maxDeliveries: 3 });
    worker = app.worker({ pool, concurrency: 2, hostname: "w1@host" });
    await worker.start();
  });

  afterAll(async () => {
    await worker?.stop({ mode: "cold" });
    await app.close();
    await server?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const endings = [
    ["exit", "exitcode 7"],
    ["throw", "exitcode 1 (RangeError: outside of the handler)"],
    ...(pool === "processes" ? [["kill", "signal 9 (SIGKILL)"] as const] : []),
  ] as const;

  it.each(endings)("that is lost by %s fails its task only, and says how it ended", async (how, said) => {
    const gate = join(folder, how);
    const neighbour = await tasks.waiting.delay(gate);
    await eventually("the neighbour runs", async () => (await neighbour.state()) === "WAITING");
    const result = await tasks.die.delay(how);
    await expect(result.get(TIMEOUT)).rejects.toMatchObject({
      code: "TROUPE_WORKER_LOST",
      message: `Worker exited prematurely: ${said}; it ran task ${result.id} (pools.die)`,
    });
    expect(await (await tasks.add.delay(2, 2)).get(TIMEOUT)).toBe(4);
    await writeFile(gate, "");
    expect(await neighbour.get(TIMEOUT)).toBe("passed");
  });

  it("that is lost again and again with rejectOnWorkerLost ends its task after maxDeliveries starts", async () => {
    const before = await restarts();
    const result = await tasks.dieBack.delay("exit");
    await expect(result.get(TIMEOUT)).rejects.toMatchObject({
      code: "TROUPE_WORKER_LOST",
      message: expect.stringContaining("was started 3 times and never came to an end"),
    });
    expect((await restarts()) - before).toBe(3);
  });

  it("that is lost with a task at most once fails it", async () => {
    await expect((await tasks.dieOnce.delay("exit")).get(TIMEOUT)).rejects.toMatchObject({
      message: expect.stringContaining("Worker exited prematurely: exitcode 7"),
    });
  });

  it("that spins for ever is ended by a cold stop", async () => {
    const spinning = await tasks.spin.delay();
    await eventually("it spins", async () => (await poolInfo()).running === 1);
    const { children } = await poolInfo();
    await worker.stop({ mode: "cold" });
    // Given back, as one that was never started.
    expect(await spinning.state()).toBe("RECEIVED");
    // Ids of threads say nothing.
    for (const id of pool === "processes" ? children : []) await gone(id);
  });

  async function poolInfo(): Promise<{ running: number; children: readonly number[]; restarts: number }> {
    const stats = await app.control.inspect({ timeout: "10s", destination: ["w1@host"] }).stats();
    const [first] = Object.values(stats);
    if (!first) throw new Error("the worker does not answer");
    return first.pool;
  }

  async function restarts(): Promise<number> {
    return (await poolInfo()).restarts;
  }
});

it("gives the memory of a process back after so many bytes, and another takes its place after so many tasks", async () => {
  app.conf.update({ broker: "memory:" });
  await using worker = app.worker({ pool: "processes", concurrency: 1, maxTasksPerChild: 2 });
  await worker.start();
  const ids: unknown[] = [];
  for (let run = 0; run < 5; run++) ids.push(await (await tasks.pid.delay()).get(TIMEOUT));
  expect(new Set(ids).size).toBe(3);
  expect([ids[0], ids[2]]).toEqual([ids[1], ids[3]]);
  await worker.stop();
  await app.close();
  await using small = app.worker({ pool: "processes", concurrency: 1, maxMemoryPerChild: 1_000_000 });
  await small.start();
  const others = [await (await tasks.pid.delay()).get(TIMEOUT), await (await tasks.pid.delay()).get(TIMEOUT)];
  expect(new Set(others).size).toBe(2);
  await small.stop();
  await app.close();
});

it("says at the start of a worker that its module is not known, or cannot be imported", async () => {
  await using homeless = new Troupe("homeless", { logLevel: "silent" });
  await expect(homeless.worker({ pool: "processes" }).start()).rejects.toMatchObject({
    code: "TROUPE_CONFIG",
    message: expect.stringContaining("write app.includeFrom(import.meta.url) there"),
  });
  await using stranger = new Troupe("stranger", { logLevel: "silent" });
  stranger.includeFrom(new URL("./pool-app.ts", import.meta.url));
  await expect(stranger.worker({ pool: "threads", concurrency: 1 }).start()).rejects.toMatchObject({
    code: "TROUPE_CONFIG",
    message: expect.stringContaining('no application "stranger" is made by'),
  });
  await using missing = new Troupe("missing", { logLevel: "silent" });
  missing.includeFrom(new URL("./no-such-module.ts", import.meta.url));
  await expect(missing.worker({ pool: "processes", concurrency: 2 }).start()).rejects.toMatchObject({
    message: expect.stringContaining("no-such-module"),
  });
});

it("refuses a module that starts a worker when a child imports it", async () => {
  await using nested = new Troupe("nested", { logLevel: "silent" });
  nested.includeFrom(new URL("./nested-app.ts", import.meta.url));
  await expect(nested.worker({ pool: "processes", concurrency: 1 }).start()).rejects.toMatchObject({
    message: expect.stringContaining("a worker was started in a thread or process of another worker"),
  });
});

// A zombie is one that nobody has waited for.
async function gone(pid: number): Promise<void> {
  await expect(readFile(`/proc/${pid}/status`, "utf8")).rejects.toMatchObject({ code: "ENOENT" });
}

// Handlers that do not end by themselves, and such that throw what is no error, in children: limits and revokes end them, and their
// places are free again.

import type { PoolName, Worker } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { app, misbehaving, throwing, thrown } from "./acks-app.ts";

const POOLS: readonly PoolName[] = ["threads", "processes"];
const WAYS = Object.entries(misbehaving);

describe.each(POOLS)("in pool %s", (pool) => {
  let worker: Worker;

  beforeAll(async () => {
    app.conf.update({ broker: "memory:" });
    worker = app.worker({ pool, concurrency: 1 });
    await worker.start();
  });

  afterAll(async () => {
    await worker?.stop({ mode: "cold" });
    await app.close();
  });

  it.each(WAYS)("a handler that %s is ended by its hard limit", async (_way, task) => {
    const result = await app.sendTask(task.name, [], { timeLimit: "200ms" });
    await expect(result.get({ timeout: "60s" })).rejects.toMatchObject({ code: "TROUPE_TIME_LIMIT" });
  });

  it.each(WAYS)("a handler that %s is ended by a revoke that terminates", async (_way, task) => {
    const result = await app.sendTask(task.name);
    await eventually("it runs", () => worker.active().some(({ id }) => id === result.id));
    await result.revoke({ terminate: true, reason: "enough" });
    await expect(result.get({ timeout: "60s" })).rejects.toMatchObject({ code: "TROUPE_TASK_REVOKED" });
  });

  it.each(Object.keys(thrown))("a handler that throws %s fails", async (what) => {
    const result = await throwing.delay(what);
    await expect(result.get({ timeout: "60s" })).rejects.toBeInstanceOf(Error);
    expect(await result.state()).toBe("FAILURE");
  });
});

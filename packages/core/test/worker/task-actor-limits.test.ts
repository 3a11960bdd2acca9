// Tasks that run longer than their time limits.

import { describe, expect, it } from "vitest";
import { deferred } from "../../src/platform/deferred.ts";
import type { Pool } from "../../src/worker/pool.ts";
import type { TaskConfig } from "../../src/worker/registered-task.ts";
import type { TaskContext } from "../../src/worker/task-context.ts";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

const limited = (softMs: number | null, hardMs: number | null): Partial<TaskConfig> => ({
  timeLimits: { softMs, hardMs },
});

/** Until `signal` is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

describe.each(LOGICS)("on %s", (logic) => {
  it("fails a task at its hard limit, frees its slot, and refuses what it gives later", async () => {
    const gate = deferred<number>();
    const scene = new TaskScene(logic, () => gate.promise, limited(null, 50));
    scene.receive();
    scene.host.clock.advance(49);
    await scene.quiet();
    expect(scene.calls).toEqual([]);
    scene.host.clock.advance(1);
    await scene.quiet();
    gate.resolve(4);
    await scene.quiet();
    expect(scene.record()).toMatchObject({
      state: "FAILURE",
      error: { type: "TimeLimitExceeded", code: "TROUPE_TIME_LIMIT", details: { limitMs: 50 } },
      runtimeMs: 50,
    });
    expect(scene.calls).toEqual(["create result task-1", "push reply.client-1", "ack"]);
    expect(scene.leftOvers).toEqual(NOTHING);
    expect(scene.host.lines).toContainEqual(
      expect.objectContaining({ level: "error", message: "Hard time limit (0.05s) exceeded for proj.add[task-1]" }),
    );
  });

  it("fails a task with the soft limit that its handler does not catch", async () => {
    const scene = new TaskScene(
      logic,
      function (this: TaskContext) {
        return aborted(this.signal);
      },
      limited(10, 50),
    );
    scene.receive();
    scene.host.clock.advance(10);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "FAILURE", error: { type: "SoftTimeLimitExceeded" } });
    expect(scene.host.clock.armed).toBe(0);
    expect(scene.host.lines).toContainEqual(
      expect.objectContaining({ level: "warn", message: "Soft time limit (0.01s) exceeded for proj.add[task-1]" }),
    );
  });

  it("knows the soft limit in the error of a function that was aborted by it", async () => {
    const scene = new TaskScene(
      logic,
      async function (this: TaskContext) {
        await aborted(this.signal).catch((cause: unknown) => {
          throw Object.assign(new Error("The operation was aborted", { cause }), { name: "AbortError" });
        });
      },
      limited(10, null),
    );
    scene.receive();
    scene.host.clock.advance(10);
    await scene.quiet();
    expect(scene.record().error?.type).toBe("SoftTimeLimitExceeded");
  });

  it("lets a task succeed that caught its soft limit", async () => {
    const scene = new TaskScene(
      logic,
      function (this: TaskContext) {
        return aborted(this.signal).catch(() => "cleaned up");
      },
      limited(10, 50),
    );
    scene.receive();
    scene.host.clock.advance(10);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "SUCCESS", value: "cleaned up" });
    expect(scene.host.clock.armed).toBe(0);
  });

  it("fails a handler that blocked its thread beyond the hard limit, when it ends", async () => {
    const scene = new TaskScene(logic, () => scene.host.clock.block(50), limited(null, 50));
    scene.receive();
    await scene.quiet();
    expect(scene.record().error?.type).toBe("TimeLimitExceeded");
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("tells the soft limit to a handler that blocks its thread and looks", async () => {
    const scene = new TaskScene(
      logic,
      function (this: TaskContext) {
        for (;;) {
          this.signal.throwIfAborted();
          scene.host.clock.block(1);
        }
      },
      limited(10, null),
    );
    scene.receive();
    await scene.quiet();
    expect(scene.record()).toMatchObject({ error: { type: "SoftTimeLimitExceeded" }, runtimeMs: 10 });
  });

  it("runs a task again that took too long, when it is not to be acknowledged then", async () => {
    const scene = new TaskScene(logic, () => new Promise(() => {}), { ...limited(null, 50), acksOnTimeout: false });
    scene.host.maxDeliveries = 2;
    scene.receive();
    scene.host.clock.advance(50);
    await scene.quiet();
    expect(scene.calls).toEqual(["handBack 1000"]);
    scene.receive({}, { redelivered: true, suspicious: true });
    await scene.quiet();
    scene.host.clock.advance(50);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ error: { type: "TimeLimitExceeded" }, deadLetter: "time-limit" });
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("counts from when the handler starts, not while it waits for a child", async () => {
    const child = deferred();
    const scene = new TaskScene(logic, () => new Promise(() => {}), limited(10, 50));
    const { pool } = scene.host;
    const run: Pool["run"] = (...all) => child.promise.then(() => pool.run(...all));
    Object.assign(scene.host, { pool: { ...pool, run } });
    scene.receive();
    await scene.quiet();
    scene.host.clock.advance(1_000);
    expect(scene.host.clock.armed).toBe(0);
    child.resolve();
    await scene.quiet();
    scene.host.clock.advance(49);
    await scene.quiet();
    expect(scene.calls).toEqual([]);
    scene.host.clock.advance(1);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ error: { type: "TimeLimitExceeded" }, runtimeMs: 50 });
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("counts nothing of a handler that starts after its task was given away", async () => {
    const child = deferred();
    const scene = new TaskScene(logic, () => new Promise(() => {}), limited(10, 50));
    const { pool } = scene.host;
    const run: Pool["run"] = (...all) => child.promise.then(() => pool.run(...all));
    Object.assign(scene.host, { pool: { ...pool, run } });
    const actor = scene.receive();
    await scene.quiet();
    actor.leave();
    child.resolve();
    await scene.quiet();
    expect(scene.host.clock.armed).toBe(0);
  });

  it("uses no timer for a task without limits", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    scene.receive();
    await scene.quiet();
    expect(scene.host.clock.armed).toBe(0);
    gate.resolve();
    await scene.quiet();
  });
});

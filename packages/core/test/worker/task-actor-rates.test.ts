// Tasks that wait for their rate limits.

import { describe, expect, it } from "vitest";
import type { RateRule } from "../../src/model/rate-limit.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { WorkerRateLimits } from "../../src/worker/rate-limits.ts";
import type { Handler } from "../../src/worker/registered-task.ts";
import { Slots } from "../../src/worker/slots.ts";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

const TEN_PER_SECOND: RateRule = { perMs: 0.01, scope: "worker" };

describe.each(LOGICS)("on %s", (logic) => {
  /** A worker that notes when tasks start. */
  function sceneOf(handler: Handler = () => 4, rateLimit: RateRule = TEN_PER_SECOND): [TaskScene, string[]] {
    const starts: string[] = [];
    const scene: TaskScene = new TaskScene(
      logic,
      function (...args) {
        starts.push(`${this.id} ${scene.host.clock.monotonic() - 1}`);
        return handler.apply(this, args);
      },
      { rateLimit },
    );
    return [scene, starts];
  }

  async function pass(scene: TaskScene, ms: number, step = 50): Promise<void> {
    for (let passed = 0; passed < ms; passed += step) {
      await scene.quiet();
      scene.host.transport.time += step;
      scene.host.clock.advance(step);
    }
    await scene.quiet();
  }

  it("start one by one, retried, redelivered and delayed ones too", async () => {
    const [scene, starts] = sceneOf();
    scene.receive({ id: "a" });
    scene.receive({ id: "b", gen: 1, retries: 1 });
    scene.receive({ id: "c" }, { redelivered: true, suspicious: true });
    scene.receive({ id: "d", eta: scene.host.transport.now() + 50 });
    await pass(scene, 400);
    expect(starts).toEqual(["a 0", "b 100", "c 200", "d 300"]);
    expect(scene.leftOvers).toEqual(NOTHING);
    expect(scene.host.clock.armed).toBe(0);
  });

  it("hold neither slot nor place while they wait", async () => {
    const [scene] = sceneOf();
    for (const id of ["a", "b", "c"]) scene.receive({ id });
    await scene.quiet();
    expect([scene.host.slots.taken, scene.host.ended]).toEqual([0, 3]);
    await pass(scene, 300);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("take the right to start when they have a slot, so that it does not pile up", async () => {
    const gates = new Map(["a", "b", "c"].map((id) => [id, deferred()]));
    const [scene, starts] = sceneOf(function () {
      return gates.get(this.id)?.promise;
    });
    scene.host.slots = new Slots(1);
    for (const id of gates.keys()) scene.receive({ id });
    await pass(scene, 1_000);
    expect(starts).toEqual(["a 0"]);
    for (const gate of gates.values()) gate.resolve();
    await pass(scene, 200);
    expect(starts).toEqual(["a 0", "b 1000", "c 1100"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("are given back when the worker stops, and do not start meanwhile", async () => {
    const [scene, starts] = sceneOf();
    const actors = ["a", "b", "c"].map((id) => scene.receive({ id }));
    await scene.quiet();
    scene.host.draining = true;
    scene.host.rateLimits.empty();
    for (const actor of actors) actor.releaseIfWaiting(0);
    await pass(scene, 300);
    expect(starts).toEqual(["a 0"]);
    expect(scene.calls.filter((call) => call === "handBack 0")).toHaveLength(2);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("are handed back when there are too many, to come when they may start", async () => {
    const [scene, starts] = sceneOf(() => 4, { perMs: 0.02, scope: "worker" });
    for (let n = 0; n < 67; n++) scene.receive({ id: `t${n}` });
    await scene.quiet();
    // One has started, 64 wait.
    expect(scene.calls.filter((call) => call.startsWith("handBack"))).toEqual(["handBack 3250", "handBack 3300"]);
    await pass(scene, 3_250);
    expect(starts).toHaveLength(65);
  });

  it("wait among the delayed tasks when there are too many for long", async () => {
    const [scene] = sceneOf();
    for (let n = 0; n < 66; n++) scene.receive({ id: `t${n}`, priority: 7 });
    await scene.quiet();
    const { time, delayedTasks } = scene.host.transport;
    expect(scene.calls).toContain(`schedule t65-0 repeat at ${time + 10_000}`);
    expect(delayedTasks.get("t65-0")?.priority).toBe(7);
    expect(scene.calls.filter((call) => call === "ack")).toHaveLength(2);
    expect(scene.host.settled).toHaveLength(2);
  });

  it("go by the limit of their queue too", async () => {
    const [scene, starts] = sceneOf(() => 4, { perMs: 0.1, scope: "worker" });
    const queues = new Map([["default", { perMs: 0.01, scope: "cluster" } as const]]);
    scene.host.rateLimits = new WorkerRateLimits(scene.host, { isDisabled: false, queues });
    for (const id of ["a", "b", "c"]) scene.receive({ id });
    await pass(scene, 300);
    expect(starts).toHaveLength(3);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("go back from their slot when all workers together have started enough", async () => {
    const [scene, starts] = sceneOf(() => 4, { perMs: 0.01, scope: "cluster" });
    let taken = 0;
    scene.host.transport.leases.take = () => Promise.resolve(++taken > 3);
    scene.receive({ id: "a" });
    await scene.quiet();
    expect([starts, scene.host.slots.taken]).toEqual([[], 0]);
    await pass(scene, 400);
    expect([starts.length, taken]).toEqual([1, 4]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("take no notice of limits that are disabled", async () => {
    const [scene, starts] = sceneOf();
    scene.host.rateLimits = new WorkerRateLimits(scene.host, { isDisabled: true, queues: new Map() });
    for (const id of ["a", "b", "c"]) scene.receive({ id });
    await scene.quiet();
    expect(starts).toEqual(["a 0", "b 0", "c 0"]);
  });
});

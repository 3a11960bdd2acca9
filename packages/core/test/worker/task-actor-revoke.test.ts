// Tasks that are revoked while a worker has them.

import { describe, expect, it } from "vitest";
import { Retry } from "../../src/model/retry.ts";
import type { Revocation } from "../../src/model/revocation.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

const REVOKED: Revocation = { terminate: false, reason: "no need", stamps: null };
const TERMINATED: Revocation = { terminate: true, reason: null, stamps: null };

describe.each(LOGICS)("on %s", (logic) => {
  it("does not start what is revoked", async () => {
    let runs = 0;
    const scene = new TaskScene(logic, () => runs++);
    scene.host.revoked = { of: () => REVOKED };
    scene.receive();
    await scene.quiet();
    expect(runs).toBe(0);
    expect(scene.record()).toMatchObject({
      state: "REVOKED",
      error: { message: "task task-1 (proj.add) was revoked: no need", details: { reason: "no need" } },
    });
    expect(scene.calls).toEqual(["create result task-1", "push reply.client-1", "ack"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("ends what waits for a slot at once", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    scene.receive({ id: "one" });
    scene.receive({ id: "two" });
    const waiting = scene.receive({ id: "three" });
    expect(waiting.revoke(REVOKED)).toBe(false);
    await scene.quiet();
    expect(scene.record("three")).toMatchObject({ state: "REVOKED" });
    gate.resolve();
    await scene.quiet();
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it.each(["read", "create"] as const)("ends what waits for the answer of a %s", async (operation) => {
    let runs = 0;
    const gate = deferred();
    const scene = new TaskScene(logic, () => runs++, { acksLate: operation === "read" });
    scene.host.transport.answer(operation, () => gate.promise);
    const actor = scene.receive({}, { suspicious: operation === "read" });
    actor.revoke(REVOKED);
    gate.resolve();
    await scene.quiet();
    expect(runs).toBe(0);
    expect(scene.record()).toMatchObject({ state: "REVOKED" });
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("lets go on what runs", async () => {
    const gate = deferred<number>();
    const scene = new TaskScene(logic, () => gate.promise);
    expect(scene.receive().revoke(REVOKED)).toBe(false);
    gate.resolve(4);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "SUCCESS", value: 4 });
  });

  it("does not let it run again", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () =>
      gate.promise.then(() => {
        throw new Retry({ countdown: "1h" });
      }),
    );
    scene.receive().revoke(REVOKED);
    gate.resolve();
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "REVOKED", error: { details: { reason: "no need" } } });
    expect(scene.calls.filter((call) => call.startsWith("schedule"))).toEqual([]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("terminates what runs, and refuses what it gives later", async () => {
    const gate = deferred<number>();
    const scene = new TaskScene(logic, () => gate.promise);
    expect(scene.receive().revoke(TERMINATED)).toBe(true);
    gate.resolve(4);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "REVOKED", error: { details: { reason: "terminated" } } });
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("changes nothing of what has ended", async () => {
    const scene = new TaskScene(logic, () => 4);
    const actor = scene.receive();
    await scene.quiet();
    expect(actor.revoke(TERMINATED)).toBe(false);
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "SUCCESS" });
    expect(scene.leftOvers).toEqual(NOTHING);
  });
});

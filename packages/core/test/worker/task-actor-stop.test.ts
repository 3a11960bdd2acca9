// What becomes of tasks when their worker stops.

import { describe, expect, it } from "vitest";
import { deferred } from "../../src/platform/deferred.ts";
import { Slots } from "../../src/worker/slots.ts";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

describe.each(LOGICS)("on %s", (logic) => {
  it.each(["plain", "claimed once", "redelivered"])(
    "gives a %s task back at once while the worker stops",
    async (kind) => {
      const scene = new TaskScene(logic, () => expect.unreachable(), { acksLate: kind !== "claimed once" });
      scene.host.draining = true;
      scene.host.givingBack = true;
      scene.receive({}, { redelivered: kind === "redelivered" });
      await scene.quiet();
      // Where nobody knows of a start, it is noted that there was none.
      expect(scene.calls).toEqual([...(kind === "plain" ? ["replace state task-1"] : []), "handBack 0"]);
      expect(scene.leftOvers).toEqual(NOTHING);
    },
  );

  it("gives a waiting task back when the worker stops, and passes its place on", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise, { acksLate: false });
    scene.host.slots = new Slots(1);
    scene.receive({ id: "a" });
    await scene.quiet();
    const waiting = scene.receive({ id: "b" });
    scene.host.draining = true;
    waiting.releaseIfWaiting(0);
    waiting.releaseIfWaiting(0);
    expect(scene.calls).toEqual(["create claim a 0", "handBack 0"]);
    gate.resolve();
    await scene.quiet();
    expect(scene.calls.at(-1)).toBe("confirmAck");
    expect([scene.host.slots.taken, scene.host.ended, scene.host.settled.length]).toEqual([0, 2, 2]);
  });

  it("finishes a running task while the worker stops", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    const actor = scene.receive();
    scene.host.draining = true;
    actor.releaseIfWaiting(0);
    gate.resolve();
    await scene.quiet();
    expect(scene.calls).toEqual(["create result task-1", "push reply.client-1", "confirmAck"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("stores and acknowledges nothing after a cold stop, whatever the handler does", async () => {
    for (const ending of [
      () => 4,
      () => {
        throw new Error("late");
      },
    ]) {
      const gate = deferred();
      const reasons: unknown[] = [];
      const scene = new TaskScene(logic, async function () {
        this.signal.addEventListener("abort", () => reasons.push(this.signal.reason));
        await gate.promise;
        return ending();
      });
      const actor = scene.receive();
      scene.host.draining = true;
      scene.host.abandoned = true;
      actor.abort(new Error("cold stop"));
      expect(reasons).toMatchObject([{ message: "cold stop" }]);
      gate.resolve();
      await scene.quiet();
      expect(scene.calls).toEqual([]);
      expect(scene.host.slots.taken).toBe(0);
    }
  });

  it("stores no state that a handler sets after a cold stop, when another worker may run the task", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, async function () {
      await gate.promise;
      await this.updateState("COPYING", { file: "late" });
    });
    const actor = scene.receive();
    scene.host.draining = true;
    scene.host.abandoned = true;
    actor.abort(new Error("cold stop"));
    gate.resolve();
    await scene.quiet();
    expect(scene.calls).toEqual([]);
  });
});

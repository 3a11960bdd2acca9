// A task actor whose task runs again, or is not due yet.

import { describe, expect, it } from "vitest";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

const NOTHING_STORED = new Uint8Array();

describe.each(LOGICS)("on %s", (logic) => {
  it("stores what a retry is, notes it, sends it, and then acknowledges", async () => {
    const scene = new TaskScene(logic, function () {
      this.retry({ countdown: "5s", exc: new TypeError("busy") });
    });
    scene.receive();
    await scene.quiet();
    const due = scene.host.transport.time + 5_000;
    expect(scene.calls).toEqual([
      "create decision task-1 0",
      "replace state task-1",
      `schedule task-1-1 at ${due}`,
      "ack",
    ]);
    expect(scene.state()).toMatchObject({ state: "RETRY", error: { message: "busy" }, retries: 1, starts: 1 });
    expect(scene.host.lines.map(({ message }) => message)).toContain(
      "Task proj.add[task-1] retry: Retry in 5s: TypeError: busy",
    );
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("sends a stored retry again, the same at the same time, and does not run", async () => {
    const first = new TaskScene(logic, function () {
      this.retry({ countdown: "5s" });
    });
    first.receive();
    await first.quiet();
    const due = first.host.transport.time + 5_000;
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.host.transport.time += 2_000;
    scene.store("decision task-1 0", first.host.transport.stored.get("decision task-1 0") ?? NOTHING_STORED);
    scene.receive({}, { redelivered: true, suspicious: true });
    await scene.quiet();
    expect(scene.calls).toEqual([
      "read result task-1",
      "read decision task-1 0",
      `schedule task-1-1 repeat at ${due}`,
      "ack",
    ]);
    expect(scene.host.transport.delayedTasks.get("task-1-1")?.body).toEqual(
      first.host.transport.delayedTasks.get("task-1-1")?.body,
    );
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("claims each run of a task that may run once", async () => {
    const scene = new TaskScene(
      logic,
      function () {
        this.retry({ countdown: "5s" });
      },
      { acksLate: false },
    );
    scene.receive({ gen: 1, retries: 1 });
    await scene.quiet();
    expect(scene.calls.slice(0, 2)).toEqual(["create claim task-1 1", "create decision task-1 1"]);
  });

  it("fails a task whose next message cannot be stored", async () => {
    const scene = new TaskScene(logic, function () {
      this.retry({ args: [() => 1] });
    });
    scene.receive();
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "FAILURE", error: { type: "SerializationError" } });
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("holds what is due in a moment, without a slot, and lets another message come", async () => {
    const scene = new TaskScene(logic, () => 4);
    scene.receive({ eta: scene.host.transport.time + 400 });
    await scene.quiet();
    expect([scene.calls, scene.host.slots.taken, scene.host.ended]).toEqual([[], 0, 1]);
    scene.host.clock.advance(399);
    await scene.quiet();
    expect(scene.calls).toEqual([]);
    scene.host.clock.advance(1);
    await scene.quiet();
    expect(scene.record().state).toBe("SUCCESS");
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("holds nothing for long, whatever its clock says", async () => {
    const scene = new TaskScene(logic, () => 4);
    scene.receive({ eta: scene.host.transport.time + 86_400_000 });
    scene.host.clock.advance(1_000);
    await scene.quiet();
    expect(scene.record().state).toBe("SUCCESS");
  });

  it("gives back what it holds when it stops", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    const actor = scene.receive({ eta: scene.host.transport.time + 400 });
    actor.releaseIfWaiting(0);
    scene.host.clock.advance(1_000);
    await scene.quiet();
    expect(scene.calls.at(-1)).toBe("handBack 0");
    expect(scene.host.clock.armed).toBe(0);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("does not start what it holds after a cold stop", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.receive({ eta: scene.host.transport.time + 400 });
    scene.host.abandoned = true;
    scene.host.clock.advance(1_000);
    await scene.quiet();
    expect(scene.calls).toEqual([]);
  });
});

import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { encodeFinalRecord, encodeStateRecord } from "../../src/codec/task-record-codec.ts";
import { BrokerTimeoutError, Ignore, PayloadTooLargeError, Reject } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import type { Handler } from "../../src/worker/registered-task.ts";
import { Slots } from "../../src/worker/slots.ts";
import { recordOf, stateOf } from "../support/messages.ts";
import { LOGICS, NOTHING, TaskScene } from "../support/task-scene.ts";

const MSGPACK = serializerNamed("msgpack");

describe.each(LOGICS)("on %s", (logic) => {
  it("runs, stores, pushes, acknowledges, in this order (I1)", async () => {
    const scene = new TaskScene(logic, () => {
      scene.calls.push("run");
      return 4;
    });
    scene.receive();
    await scene.quiet();
    expect(scene.calls).toEqual(["run", "create result task-1", "push reply.client-1", "ack"]);
    expect(scene.record()).toMatchObject({ state: "SUCCESS", value: 4 });
    expect(scene.host.started).toEqual(["proj.add"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("frees its slot when the handler ends, before the outcome is stored", async () => {
    const scene = new TaskScene(logic, () => 4);
    const stored = deferred();
    scene.host.transport.answer("create", () => stored.promise);
    scene.receive();
    await scene.quiet();
    expect([scene.host.slots.taken, scene.host.ended, scene.host.settled.length]).toEqual([0, 1, 0]);
    stored.resolve();
    await scene.quiet();
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("is running exactly while its handler is", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    const actor = scene.receive();
    expect([actor.isRunning, actor.startedAt]).toEqual([true, 1]);
    scene.host.clock.advance(250);
    gate.resolve();
    await scene.quiet();
    expect(actor.isRunning).toBe(false);
    expect(scene.record().runtimeMs).toBe(250);
  });

  it.each<readonly [string, Handler, string]>([
    ["SUCCESS", async () => 4, "ack"],
    ["FAILURE", async () => Promise.reject(new TypeError("no")), "ack"],
    ["IGNORED", async () => Promise.reject(new Ignore()), "ack"],
    ["REJECTED", async () => Promise.reject(new Reject("bad")), "ack"],
    ["FAILURE", () => Symbol("cannot travel"), "ack"],
  ])("ends in %s as the handler does", async (state, handler, last) => {
    const scene = new TaskScene(logic, handler);
    scene.receive();
    await scene.quiet();
    expect(scene.record().state).toBe(state);
    expect(scene.calls.at(-1)).toBe(last);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("keeps a copy of a rejected message for people", async () => {
    const scene = new TaskScene(logic, async () => Promise.reject(new Reject("bad input")));
    scene.receive();
    await scene.quiet();
    expect(scene.calls).toEqual(["create result task-1", "put rejected", "push reply.client-1", "ack"]);
    expect(scene.host.transport.letters).toMatchObject([{ reason: "rejected", detail: "bad input" }]);
  });

  it.each([
    [
      "at once",
      (error: Error) => (): never => {
        throw error;
      },
    ],
    ["later", (error: Error) => () => Promise.reject(error)],
  ])("gives a message back that is rejected %s to be queued again, and stores nothing", async (_when, handler) => {
    const scene = new TaskScene(logic, handler(new Reject("later", { requeue: true })));
    scene.receive();
    await scene.quiet();
    expect(scene.calls).toEqual(["handBack 1000"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("adopts the stored outcome of a suspicious delivery, and does not run", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.store("result task-1", encodeFinalRecord(recordOf({ value: "first" }), MSGPACK));
    scene.receive({}, { suspicious: true });
    await scene.quiet();
    expect(scene.calls).toEqual(["read result task-1", "push reply.client-1", "ack"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("acknowledges a delivery whose result was forgotten, and pushes nothing", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    const tombstone = recordOf({ value: null, forgotten: true });
    scene.store("result task-1", encodeFinalRecord(tombstone, MSGPACK));
    scene.receive({}, { suspicious: true });
    await scene.quiet();
    expect(scene.calls).toEqual(["read result task-1", "ack"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("revokes an expired task without running it", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.receive({ expires: 5 });
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "REVOKED", error: { type: "TaskRevokedError" } });
    expect(scene.host.started).toEqual([]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("revokes a task that expires while it waits for a slot", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    scene.host.slots = new Slots(1);
    scene.receive();
    scene.receive({ id: "task-2", expires: scene.host.transport.time + 1_000 });
    scene.host.transport.time += 2_000;
    gate.resolve();
    await scene.quiet();
    expect(scene.record("task-2").state).toBe("REVOKED");
    expect(scene.host.started).toHaveLength(1);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("fails a task that is not registered, with a copy for people", async () => {
    const scene = new TaskScene(logic, () => 4);
    scene.receive({ name: "proj.unknown" });
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "FAILURE", error: { type: "NotRegistered" } });
    expect(scene.calls).toEqual(["create result task-1", "put not-registered", "push reply.client-1", "ack"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("claims a task that may run once before it runs", async () => {
    const scene = new TaskScene(logic, () => {
      scene.calls.push("run");
      return 4;
    });
    scene.receive({ atMostOnce: true });
    await scene.quiet();
    expect(scene.calls).toEqual(["create claim task-1 0", "run", "create result task-1", "push reply.client-1", "ack"]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("does not run again what was claimed, and says that its worker was lost", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable(), { acksLate: false });
    scene.store("claim task-1 0", MSGPACK.encode({ v: 1, worker: "w2" }));
    scene.receive({}, { redelivered: true, suspicious: true });
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "FAILURE", error: { type: "WorkerLostError" } });
    expect(scene.host.transport.letters).toMatchObject([{ reason: "worker-lost" }]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("counts a further start before it runs, and tells the handler that it is one", async () => {
    const scene = new TaskScene(logic, function () {
      scene.calls.push(`run ${String(this.deliveryInfo.redelivered)}`);
      return 4;
    });
    scene.receive({}, { redelivered: true, suspicious: true });
    await scene.quiet();
    expect(scene.calls.slice(0, 6)).toEqual([
      "read result task-1",
      "read decision task-1 0",
      "read state task-1",
      "read state task-1",
      "replace state task-1",
      "run true",
    ]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("counts the start of a task that was given back unstarted, which takes no turn of further starts", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    scene.store("state task-1", encodeStateRecord(stateOf({ state: "RECEIVED", starts: 0 }), MSGPACK));
    scene.receive({}, { redelivered: true, suspicious: true });
    await scene.quiet();
    expect([scene.host.restarts.taken, scene.host.slots.taken, scene.state().starts]).toEqual([0, 1, 1]);
    gate.resolve();
    await scene.quiet();
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("ends a task that was started too often, with a copy for people", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.store("state task-1", encodeStateRecord(stateOf({ starts: 5 }), MSGPACK));
    scene.receive({}, { redelivered: true, suspicious: true });
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "FAILURE", error: { type: "WorkerLostError" } });
    expect(scene.host.transport.letters).toMatchObject([{ reason: "worker-lost" }]);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("makes further starts one at a time, and gives back what has waited too long for its turn", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    scene.host.slots = new Slots(10);
    scene.receive({ id: "a" }, { redelivered: true });
    scene.receive({ id: "b" }, { redelivered: true });
    scene.receive({ id: "c" });
    await scene.quiet();
    expect(scene.host.started).toHaveLength(2);
    scene.host.clock.advance(1_000);
    await scene.quiet();
    expect(scene.calls).toContain("handBack 2000");
    gate.resolve();
    await scene.quiet();
    expect(scene.host.started).toHaveLength(2);
    expect([scene.host.slots.taken, scene.host.restarts.taken, scene.host.ended]).toEqual([0, 0, 3]);
  });

  it("records STARTED when asked to, and its own states with the number of starts", async () => {
    const scene = new TaskScene(
      logic,
      async function () {
        await this.updateState("COPYING", { file: "a" });
        return 4;
      },
      { trackStarted: true },
    );
    scene.receive();
    await scene.quiet();
    expect(scene.calls.slice(0, 2)).toEqual(["replace state task-1", "replace state task-1"]);
    expect(scene.state()).toMatchObject({ state: "COPYING", meta: { file: "a" }, starts: 1, worker: "w1@host" });
  });

  it("keeps the number of starts when a task that was started again sets a state", async () => {
    const scene = new TaskScene(logic, async function () {
      await this.progress(1, 2);
    });
    scene.store("state task-1", encodeStateRecord(stateOf({ starts: 3 }), MSGPACK));
    scene.receive({}, { redelivered: true });
    await scene.quiet();
    expect(scene.state()).toMatchObject({ state: "PROGRESS", starts: 4 });
  });

  it("runs also when STARTED cannot be recorded, with a warning", async () => {
    const scene = new TaskScene(logic, () => 4, { trackStarted: true });
    scene.host.transport.answer("replace", new BrokerTimeoutError("no answer"));
    scene.receive();
    await scene.quiet();
    expect(scene.record().state).toBe("SUCCESS");
    expect(scene.host.lines.map(({ level }) => level)).toContain("warn");
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("waits for a slot, and starts when one is free", async () => {
    const gate = deferred();
    const scene = new TaskScene(logic, () => gate.promise);
    scene.host.slots = new Slots(1);
    scene.receive({ id: "a" });
    scene.receive({ id: "b" });
    expect(scene.host.started).toHaveLength(1);
    gate.resolve();
    await scene.quiet();
    expect(scene.host.started).toHaveLength(2);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("keeps a place while it repeats a write, and goes on when the broker is back", async () => {
    const scene = new TaskScene(logic, () => 4);
    scene.host.transport.answer("create", new BrokerTimeoutError("no answer"));
    scene.receive();
    await scene.quiet();
    expect(scene.host.settled).toEqual([]);
    scene.host.transport.change({ type: "connected", restarted: true });
    await scene.quiet();
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("sets a message aside when what is stored of it cannot be read", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.store("result task-1", Buffer.from("garbage"));
    scene.receive({}, { suspicious: true });
    await scene.quiet();
    expect(scene.host.transport.letters).toMatchObject([{ reason: "invalid-record" }]);
    expect(scene.calls.at(-1)).toBe("ack");
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("gives a message back that cannot even be set aside", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.store("result task-1", Buffer.from("garbage"));
    scene.host.transport.answer("put", new PayloadTooLargeError("dead letter", 2, 1));
    scene.receive({}, { suspicious: true });
    await scene.quiet();
    expect(scene.calls.at(-1)).toMatch(/^handBack /);
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("fails a task whose count of starts cannot be read", async () => {
    const scene = new TaskScene(logic, () => expect.unreachable());
    scene.store("state task-1", Buffer.from("garbage"));
    scene.receive({}, { redelivered: true });
    await scene.quiet();
    expect(scene.record()).toMatchObject({ state: "FAILURE" });
    expect(scene.calls.at(-1)).toBe("ack");
    expect(scene.leftOvers).toEqual(NOTHING);
  });

  it("ends in the handler's own failure also when the log cannot hold it", async () => {
    const unreadable = Object.defineProperty(new Error("mine"), "detail", {
      enumerable: true,
      get: () => {
        throw new Error("hostile");
      },
    });
    for (const handler of [async () => Promise.reject(unreadable), () => throwIt(unreadable)]) {
      const scene = new TaskScene(logic, handler);
      scene.host.logger = pino({ level: "info" }, { write: () => {} });
      scene.receive();
      await scene.quiet();
      expect(scene.record()).toMatchObject({ state: "FAILURE", error: { message: "mine" } });
      expect(scene.calls).toEqual(["create result task-1", "push reply.client-1", "ack"]);
      expect(scene.leftOvers).toEqual(NOTHING);
    }
  });
});

function throwIt(error: Error): never {
  throw error;
}

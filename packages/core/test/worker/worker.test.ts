import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BrokerTimeoutError, BrokerUnreachableError, ClosedError, TopologyError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";
import { WorkerScene as Scene } from "../support/worker-scene.ts";

// XState warns in development of events that come after an actor's end, which are part of stopping.
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
});

afterEach(() => {
  vi.restoreAllMocks();
});

it("opens its queues, asks for messages, and is ready", async () => {
  const scene = new Scene();
  expect(scene.state).toBe("starting");
  await scene.worker.start();
  expect(scene.state).toBe("running");
  expect(scene.transport.callsOf("consume")).toEqual(["consume default", "consume hipri"]);
  expect(scene.transport.consumers.map(({ requested }) => requested)).toEqual([2, 2]);
  expect(scene.open).toEqual([2, 4, 3]);
  expect(scene.transport.owners.size).toBe(16);
});

it("asks for nothing before it is ready to be controlled", async () => {
  const scene = new Scene();
  const heard = deferred();
  scene.transport.answer("subscribe", () => heard.promise);
  const started = scene.worker.start();
  expect(await soon(started)).toBe("pending");
  expect(scene.transport.consumers.map(({ requested }) => requested)).toEqual([0, 0]);
  heard.resolve();
  await started;
});

it("takes part in moving delayed tasks as long as it runs", async () => {
  const scene = new Scene();
  await scene.worker.start();
  expect(scene.transport.callsOf("move")).toHaveLength(1);
  await scene.worker.stop();
  expect(scene.transport.callsOf("closeMover")).toHaveLength(1);
});

it("can be started once", async () => {
  const scene = new Scene();
  await scene.worker.start();
  await expect(scene.worker.start()).rejects.toBeInstanceOf(ClosedError);
});

it("runs what is delivered", async () => {
  const scene = new Scene();
  await scene.worker.start();
  scene.deliver("a");
  scene.deliver("b", 1);
  await nextTurn();
  expect([...scene.transport.stored.keys()].sort()).toEqual(["result a", "result b"]);
});

it("follows the connection", async () => {
  const scene = new Scene();
  await scene.worker.start();
  scene.transport.change({ type: "disconnected", reason: "test" });
  expect(scene.state).toBe("disconnected");
  scene.transport.change({ type: "connected", restarted: false });
  expect(scene.state).toBe("running");
});

it("is disconnected from its start when the connection is lost meanwhile", async () => {
  const scene = new Scene();
  scene.transport.connected = false;
  await scene.worker.start();
  expect(scene.state).toBe("disconnected");
});

it("fails to start when the broker refuses, and leaves nothing open", async () => {
  const scene = new Scene();
  const error = new TopologyError("it differs");
  scene.transport.answer("consume", () => Promise.resolve(), error);
  await expect(scene.worker.start()).rejects.toBe(error);
  await scene.worker.stopped;
  await nextTurn();
  expect([scene.state, scene.open]).toEqual(["stopped", [0, 0, 0]]);
});

it("leaves nothing open when one queue is refused while another is being opened", async () => {
  const scene = new Scene();
  const opened = deferred();
  scene.transport.answer("consume", () => opened.promise, new TopologyError("it differs"));
  await outcomeOf(scene.worker.start());
  await scene.worker.stopped;
  opened.resolve();
  await nextTurn();
  await nextTurn();
  expect(scene.open).toEqual([0, 0, 0]);
});

it.each(["move", "countRevoked", "watch", "subscribe"] as const)(
  "goes on to start when the connection was lost in between: at its %s",
  async (operation) => {
    const scene = new Scene();
    scene.transport.answer(operation, new BrokerUnreachableError("away"));
    const started = scene.worker.start();
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    scene.transport.change({ type: "connected", restarted: false });
    await started;
    expect(scene.state).toBe("running");
    await scene.worker.stop();
    expect(scene.open).toEqual([0, 0, 0]);
  },
);

it("stops trying to open a queue when it is stopped before it is ready", async () => {
  const scene = new Scene();
  scene.transport.answer("consume", ...Array.from({ length: 9 }, () => new BrokerTimeoutError("no answer")));
  const started = outcomeOf(scene.worker.start());
  await nextTurn();
  await scene.worker.stop();
  expect(await started).toBeInstanceOf(ClosedError);
  const tries = scene.transport.calls.length;
  scene.clock.advance(60_000);
  await nextTurn();
  expect([scene.transport.calls.length - tries, scene.clock.armed]).toEqual([0, 0]);
});

it.each(["it connects", "its queues are opened", "it subscribes to commands"])(
  "leaves nothing open when it is stopped while %s",
  async (when) => {
    const scene = new Scene();
    const gate = deferred();
    if (when === "it connects") scene.opening = gate.promise;
    else scene.transport.answer(when === "its queues are opened" ? "consume" : "subscribe", () => gate.promise);
    const started = outcomeOf(scene.worker.start());
    await nextTurn();
    const stopped = scene.worker.stop();
    expect(await started).toBeInstanceOf(ClosedError);
    gate.resolve();
    await stopped;
    await nextTurn();
    await nextTurn();
    expect([scene.state, scene.open]).toEqual(["stopped", [0, 0, 0]]);
  },
);

it("can be disposed of", async () => {
  const scene = new Scene();
  {
    await using worker = scene.worker;
    await worker.start();
  }
  expect([scene.state, scene.open]).toEqual(["stopped", [0, 0, 0]]);
});

it("shows an inspector its own actor, its queues and its tasks", async () => {
  const seen = new Set<string>();
  const scene = new Scene(() => 4, {
    inspect: (event) => {
      if (event.type === "@xstate.snapshot" && "id" in event.actorRef) seen.add(String(event.actorRef.id));
    },
  });
  await scene.worker.start();
  scene.deliver("a");
  await nextTurn();
  await scene.worker.stop();
  for (const id of ["w1@host", "queue default", "queue hipri", "a"]) expect(seen).toContain(id);
});

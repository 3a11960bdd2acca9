// How a worker stops.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import type { Handler } from "../../src/worker/registered-task.ts";
import { nextTurn, soon } from "../support/outcomes.ts";
import { WorkerScene as Scene } from "../support/worker-scene.ts";

// XState warns in development of events that come after an actor's end, which are part of stopping.
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
});

afterEach(() => {
  vi.restoreAllMocks();
});

it("stops warm: finishes what runs, then closes everything", async () => {
  const gate = deferred();
  const scene = new Scene(() => gate.promise);
  await scene.worker.start();
  scene.deliver("a");
  const stopped = scene.worker.stop();
  expect(await soon(stopped)).toBe("pending");
  expect(scene.state).toBe("draining");
  gate.resolve();
  await stopped;
  expect(scene.transport.callsOf("stop", "create", "confirmAck", "close").slice(-5)).toEqual([
    "stop hipri",
    "create result a",
    "confirmAck",
    "close default",
    "close hipri",
  ]);
  expect(scene.transport.callsOf("release")).toHaveLength(16);
  expect([scene.state, scene.open]).toEqual(["stopped", [0, 0, 0]]);
  await scene.worker.stopped;
});

it("starts nothing after a warm stop began, and gives back what waits only when nothing is delivered any more", async () => {
  const [ends, stopping] = [deferred(), deferred()];
  const started: string[] = [];
  const run: Handler = function () {
    started.push(this.id);
    return ends.promise;
  };
  const scene = new Scene(run, { concurrency: 1 });
  await scene.worker.start();
  for (const id of ["running", "waits"]) scene.deliver(id);
  scene.transport.answer(
    "stop",
    () => stopping.promise,
    () => stopping.promise,
  );
  const stopped = scene.worker.stop();
  await nextTurn();
  scene.deliver("late", 1);
  // Its slot comes free while the queues still stop.
  ends.resolve();
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  expect(scene.transport.callsOf("confirmAck", "handBack")).toEqual(["confirmAck"]);
  stopping.resolve();
  await stopped;
  expect(started).toEqual(["running"]);
  expect(scene.transport.callsOf("confirmAck", "handBack")).toEqual(["confirmAck", "handBack 0", "handBack 0"]);
});

it("stops cold: tells handlers to end, and gives everything back at once", async () => {
  const gate = deferred();
  const reasons: unknown[] = [];
  const scene = new Scene(function () {
    this.signal.addEventListener("abort", () => reasons.push(this.signal.reason));
    return gate.promise;
  });
  await scene.worker.start();
  scene.deliver("a");
  await scene.worker.stop({ mode: "cold" });
  expect(reasons).toMatchObject([{ code: "TROUPE_CLOSED" }]);
  gate.resolve();
  await nextTurn();
  expect(scene.transport.callsOf("create", "ack", "confirmAck")).toEqual([]);
  expect([scene.state, scene.open]).toEqual(["stopped", [0, 0, 0]]);
});

it("turns a warm stop into a cold one when the time is over, or when it is asked to", async () => {
  const byTime = new Scene(() => new Promise(() => {}), { shutdownTimeoutMs: 5_000 });
  await byTime.worker.start();
  byTime.deliver("a");
  const stopped = byTime.worker.stop();
  expect(await soon(stopped)).toBe("pending");
  byTime.clock.advance(5_000);
  expect(await soon(stopped)).toBeUndefined();
  const byOrder = new Scene(() => new Promise(() => {}));
  await byOrder.worker.start();
  byOrder.deliver("a");
  void byOrder.worker.stop({ timeout: "1h" });
  await nextTurn();
  expect(await soon(byOrder.worker.stop({ mode: "cold" }))).toBeUndefined();
  await nextTurn();
  expect([byTime.clock.armed, byOrder.clock.armed]).toEqual([0, 0]);
});

it("limits a warm stop by a soft one, which is cold at once when there is no time for it", async () => {
  const patient = new Scene(() => new Promise(() => {}), { softShutdownTimeoutMs: 5_000 });
  const impatient = new Scene(() => new Promise(() => {}));
  for (const scene of [patient, impatient]) {
    await scene.worker.start();
    scene.deliver("a");
    void scene.worker.stop();
    await nextTurn();
  }
  const stopped = patient.worker.stop({ mode: "soft" });
  expect(await soon(stopped)).toBe("pending");
  patient.clock.advance(5_000);
  expect(await soon(stopped)).toBeUndefined();
  const atOnce = impatient.worker.stop({ mode: "soft" });
  impatient.clock.advance(1);
  expect(await soon(atOnce)).toBeUndefined();
});

it("has stopped only when everything was given back, also when a cold stop ended a warm one", async () => {
  const scene = new Scene(() => new Promise(() => {}), { queues: ["default"] });
  await scene.worker.start();
  scene.deliver("a");
  void scene.worker.stop();
  await nextTurn();
  const closed = deferred();
  scene.transport.answer("close", () => closed.promise);
  const stopped = scene.worker.stop({ mode: "cold" });
  expect(await soon(stopped)).toBe("pending");
  closed.resolve();
  await stopped;
});

it("does nothing when it is stopped before it was started", async () => {
  const scene = new Scene();
  await scene.worker.stop();
  await scene.worker.start();
  expect(scene.state).toBe("running");
});

it("resolves every stop", async () => {
  const scene = new Scene();
  await scene.worker.start();
  await Promise.all([scene.worker.stop(), scene.worker.stop(), scene.worker.stop({ mode: "cold" })]);
  await scene.worker.stop();
  expect(scene.state).toBe("stopped");
});

it.each([
  [{ mode: "slow" }, InvalidArgumentError],
  [{ mode: "now" }, InvalidArgumentError],
  [{ mode: ["cold"] }, InvalidArgumentError],
  [{ timeout: "1 s" }, InvalidArgumentError],
  [{ timeout: -1 }, InvalidArgumentError],
  [{ timout: "1s" }, InvalidArgumentError],
  [5, InvalidArgumentError],
] as const)("refuses to stop with %j", async (options, error) => {
  const scene = new Scene();
  await scene.worker.start();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  await expect(scene.worker.stop(options as never)).rejects.toBeInstanceOf(error);
  expect(scene.state).toBe("running");
});

it("takes null for no options, and for none of them", async () => {
  for (const options of [null, { mode: null, timeout: null }]) {
    const scene = new Scene();
    await scene.worker.start();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
    await scene.worker.stop(options as never);
    expect(scene.state).toBe("stopped");
  }
});

it.each([null, 3_600_000])("obeys the timeout of a further stop, after one of %s", async (shutdownTimeoutMs) => {
  const scene = new Scene(() => new Promise(() => {}), { shutdownTimeoutMs });
  await scene.worker.start();
  scene.deliver("a");
  void scene.worker.stop();
  await nextTurn();
  scene.clock.advance(60_000);
  const stopped = scene.worker.stop({ timeout: "2s" });
  scene.clock.advance(1_999);
  expect(await soon(stopped)).toBe("pending");
  scene.clock.advance(1);
  expect(await soon(stopped)).toBeUndefined();
  expect(scene.clock.armed).toBe(0);
});

it("keeps the timeout of the first stop when a further one gives none", async () => {
  const scene = new Scene(() => new Promise(() => {}));
  await scene.worker.start();
  scene.deliver("a");
  void scene.worker.stop({ timeout: "5s" });
  await nextTurn();
  scene.clock.advance(4_000);
  const stopped = scene.worker.stop();
  scene.clock.advance(999);
  expect(await soon(stopped)).toBe("pending");
  scene.clock.advance(1);
  expect(await soon(stopped)).toBeUndefined();
});

it.each(["before it is stopped", "while it drains"])("stops cold when its application is closed %s", async (when) => {
  const scene = new Scene(() => new Promise(() => {}));
  await scene.worker.start();
  scene.deliver("a");
  if (when === "while it drains") {
    void scene.worker.stop();
    await nextTurn();
  }
  scene.transport.change({ type: "closed", reason: "closed by the application" });
  expect(await soon(scene.worker.stop())).toBeUndefined();
  expect(await soon(scene.worker.stopped)).toBeUndefined();
  expect([scene.state, scene.open]).toEqual(["stopped", [0, 0, 0]]);
});

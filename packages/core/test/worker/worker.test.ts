import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BrokerTimeoutError, ClosedError, InvalidArgumentError, TopologyError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import type { Handler } from "../../src/worker/registered-task.ts";
import { Worker } from "../../src/worker/worker.ts";
import type { WorkerConfig } from "../../src/worker/worker-options.ts";
import { NO_CANVAS, NO_RATES, StubDelivery, sourceOf, taskOf } from "../support/hosts.ts";
import { silentLogger } from "../support/loggers.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

const CONFIG: WorkerConfig = {
  queues: ["default", "hipri"],
  concurrency: 4,
  prefetchMultiplier: 1,
  autoscale: null,
  pool: "async",
  children: { maxTasks: null, maxMemoryBytes: null, startMs: 30_000 },
  hostname: "w1@host",
  timeLimits: null,
  rates: NO_RATES,
  shutdownTimeoutMs: null,
  softShutdownTimeoutMs: 0,
  inspect: undefined,
};

// XState warns in development of events that come after an actor's end, which are part of stopping.
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
});

afterEach(() => {
  vi.restoreAllMocks();
});

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly worker: Worker;
  opening: Promise<void> = Promise.resolve();

  constructor(handler: Handler = () => 4, config: Partial<WorkerConfig> = {}) {
    this.worker = new Worker({ ...CONFIG, ...config }, async () => {
      await this.opening;
      return {
        transport: this.transport,
        tasks: sourceOf(taskOf(handler)),
        clock: this.clock,
        logger: silentLogger,
        within: (_context, fn) => fn(),
        accepted: new Set(["msgpack"]),
        maxDeliveries: 5,
        ...NO_CANVAS,
      };
    });
  }

  get state(): unknown {
    return this.worker.actor.getSnapshot().value;
  }

  deliver(id: string, queue = 0): void {
    this.transport.consumers[queue]?.options.onDelivery(
      new StubDelivery(this.transport.calls, { id, queue: CONFIG.queues[queue] ?? "" }),
    );
  }

  /** What is open on the transport: consumers; what hears commands and other coordinators; what hears of the connection. */
  get open(): readonly [number, number, number] {
    const { consumers, subscribers, listeners } = this.transport;
    const heard = [...subscribers.values()].reduce((sum, handlers) => sum + handlers.size, 0);
    return [consumers.filter(({ closed }) => !closed).length, heard, listeners.size];
  }
}

it("opens its queues, asks for messages, and is ready", async () => {
  const scene = new Scene();
  expect(scene.state).toBe("starting");
  await scene.worker.start();
  expect(scene.state).toBe("running");
  expect(scene.transport.callsOf("consume")).toEqual(["consume default", "consume hipri"]);
  expect(scene.transport.consumers.map(({ requested }) => requested)).toEqual([2, 2]);
  expect(scene.open).toEqual([2, 3, 2]);
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

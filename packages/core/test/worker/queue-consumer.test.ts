import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createActor, setup } from "xstate";
import { BrokerRefusedError, BrokerTimeoutError, TopologyError } from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import type { Delivery } from "../../src/transport/task-queue.ts";
import { QueueConsumerActor } from "../../src/worker/queue-consumer.ts";
import { StubDelivery, StubHost } from "../support/hosts.ts";
import { nextTurn, soon } from "../support/outcomes.ts";

// XState warns in development of events that come after an actor's end, which are part of stopping.
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
});

afterEach(() => {
  vi.restoreAllMocks();
});

class Scene {
  readonly host = new StubHost();
  readonly consumer: QueueConsumerActor;
  readonly unsettled = new Map<Delivery, null>();

  constructor() {
    const parent = createActor(setup({}).createMachine({ initial: "running", states: { running: {} } }));
    parent.start();
    const events = { onDelivery: () => {}, onUnused: () => {}, onPaused: () => {}, unsettled: this.unsettled };
    this.consumer = new QueueConsumerActor("default", this.host, events, parent);
  }

  get calls(): string[] {
    return this.host.transport.calls;
  }

  get requested(): number | undefined {
    return this.host.transport.consumers[0]?.requested;
  }
}

it("opens its queue, and asks for what it was granted, before and after", async () => {
  const scene = new Scene();
  scene.consumer.grant(2);
  const started = scene.consumer.start();
  scene.consumer.grant(1);
  await started;
  await nextTurn();
  expect([scene.calls, scene.requested]).toEqual([["consume default"], 3]);
  scene.consumer.grant(4);
  expect(scene.requested).toBe(7);
});

it("tries again every two seconds while the broker does not answer", async () => {
  const scene = new Scene();
  scene.host.transport.answer("consume", new BrokerTimeoutError("no answer"), new BrokerTimeoutError("no answer"));
  const started = scene.consumer.start();
  scene.consumer.grant(1);
  expect(await soon(started)).toBe("pending");
  scene.host.clock.advance(2_000);
  expect(await soon(started)).toBe("pending");
  scene.host.clock.advance(2_000);
  await started;
  await nextTurn();
  expect([scene.calls.length, scene.requested]).toEqual([3, 1]);
  expect(scene.host.lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
});

it.each([new TopologyError("it differs"), new BrokerRefusedError("no permission")])(
  "fails when the broker refuses for good: %s",
  async (error) => {
    const scene = new Scene();
    scene.host.transport.answer("consume", error);
    await expect(scene.consumer.start()).rejects.toBe(error);
    expect(scene.host.clock.armed).toBe(0);
    expect(await soon(scene.consumer.drain())).toBeUndefined();
  },
);

it("drains: asks for no more, and is done when nothing can arrive any more", async () => {
  const scene = new Scene();
  await scene.consumer.start();
  const stopped = deferred();
  scene.host.transport.answer("stop", () => stopped.promise);
  const drained = scene.consumer.drain();
  expect(await soon(drained)).toBe("pending");
  scene.consumer.grant(1);
  stopped.resolve();
  await drained;
  expect([scene.calls, scene.requested]).toEqual([["consume default", "stop default"], 0]);
});

it("is drained also when the transport cannot stop it", async () => {
  const scene = new Scene();
  await scene.consumer.start();
  scene.host.transport.answer("stop", new BrokerTimeoutError("no answer"));
  expect(await soon(scene.consumer.drain())).toBeUndefined();
});

it("can be drained twice", async () => {
  const scene = new Scene();
  await scene.consumer.start();
  await scene.consumer.drain();
  expect(await soon(scene.consumer.drain())).toBeUndefined();
});

it("drains while it waits for its next try to open, and tries no more", async () => {
  const scene = new Scene();
  scene.host.transport.answer("consume", new BrokerTimeoutError("no answer"));
  void scene.consumer.start();
  await nextTurn();
  expect(await soon(scene.consumer.drain())).toBeUndefined();
  scene.host.clock.advance(60_000);
  await nextTurn();
  expect(scene.calls).toEqual(["consume default"]);
});

it("closes what it has opened", async () => {
  const scene = new Scene();
  await scene.consumer.start();
  await scene.consumer.close();
  expect(scene.calls).toEqual(["consume default", "close default"]);
});

it("closes also what is being opened while it closes: nothing stays open", async () => {
  const scene = new Scene();
  const opened = deferred();
  scene.host.transport.answer("consume", () => opened.promise);
  void scene.consumer.start();
  await nextTurn();
  void scene.consumer.close();
  opened.resolve();
  await nextTurn();
  await nextTurn();
  expect(scene.host.transport.consumers).toMatchObject([{ closed: true }]);
});

it("opens nothing any more once it is closed", async () => {
  const scene = new Scene();
  scene.host.transport.answer("consume", new BrokerTimeoutError("no answer"));
  void scene.consumer.start();
  await nextTurn();
  await scene.consumer.close();
  scene.host.clock.advance(60_000);
  await nextTurn();
  expect(scene.calls).toEqual(["consume default"]);
  expect(scene.host.clock.armed).toBe(0);
});

describe("a pause", () => {
  it("stops what is open, and another consumer is opened afterwards", async () => {
    const scene = new Scene();
    await scene.consumer.start();
    scene.consumer.grant(2);
    scene.consumer.pause();
    await nextTurn();
    scene.consumer.grant(1);
    expect(scene.calls).toEqual(["consume default", "stop default"]);
    scene.consumer.resume();
    await nextTurn();
    expect(scene.calls).toEqual(["consume default", "stop default", "consume default"]);
    expect(scene.host.transport.consumers.map(({ requested }) => requested)).toEqual([2, 1]);
  });

  it("that comes before the queue is open counts as soon as it is", async () => {
    const scene = new Scene();
    scene.consumer.pause();
    await scene.consumer.start();
    await nextTurn();
    expect(scene.calls).toEqual(["consume default", "stop default"]);
  });

  it("that is over before the broker has stopped delivering leaves the queue open", async () => {
    const scene = new Scene();
    await scene.consumer.start();
    const stopped = deferred();
    scene.host.transport.answer("stop", () => stopped.promise);
    scene.consumer.pause();
    scene.consumer.resume();
    expect(scene.calls).toEqual(["consume default", "stop default"]);
    stopped.resolve();
    await nextTurn();
    await nextTurn();
    expect(scene.calls).toEqual(["consume default", "stop default", "consume default"]);
  });

  it("that is over and comes again while the queue is opened counts", async () => {
    const scene = new Scene();
    await scene.consumer.start();
    scene.consumer.pause();
    await nextTurn();
    scene.consumer.resume();
    scene.consumer.pause();
    await nextTurn();
    await nextTurn();
    expect(scene.calls.slice(0, 4)).toEqual(["consume default", "stop default", "consume default", "stop default"]);
  });

  it("keeps the former consumer until all that it delivered is settled", async () => {
    const scene = new Scene();
    const delivery = new StubDelivery([], { queue: "default" });
    await scene.consumer.start();
    scene.unsettled.set(delivery, null);
    const pauseAndResume = async (): Promise<void> => {
      scene.consumer.pause();
      await nextTurn();
      scene.consumer.resume();
      await nextTurn();
    };
    await pauseAndResume();
    await pauseAndResume();
    expect(scene.host.transport.consumers.map(({ closed }) => closed)).toEqual([false, false, false]);
    scene.unsettled.delete(delivery);
    await pauseAndResume();
    expect(scene.host.transport.consumers.map(({ closed }) => closed)).toEqual([true, true, false, false]);
    await scene.consumer.close();
    expect(scene.host.transport.consumers.every(({ closed }) => closed)).toBe(true);
  });

  it("does not keep it from draining", async () => {
    const scene = new Scene();
    await scene.consumer.start();
    scene.consumer.pause();
    await nextTurn();
    expect(await soon(scene.consumer.drain())).toBeUndefined();
  });
});

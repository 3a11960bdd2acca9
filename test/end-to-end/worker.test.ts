// A worker's promises about its slots, its queues and its end.

import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TaskContext, WorkerOptions } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("a worker over %s", (broker) => {
  let world: World;
  beforeEach(async () => {
    world = await World.open(broker, { settings: { ackWait: "2s" } });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const send = (name: string, count: number, queue = "default") =>
    Promise.all(Array.from({ length: count }, (_, i) => world.client.sendTask<number>(name, [i], { queue })));

  it("runs as many handlers at a time as it has slots, and no more", async () => {
    const gate = new Gate();
    let most = 0;
    world.service.task("worker.gate", async (i: number) => {
      most = Math.max(most, gate.waiting + 1);
      await gate.pass();
      return i;
    });
    const worker = await world.worker({ concurrency: 3 });
    expect([worker.concurrency, worker.queues]).toEqual([3, ["default"]]);
    const results = await send("worker.gate", 10);
    await eventually("three handlers run", () => gate.waiting === 3);
    gate.open();
    const values = await Promise.all(results.map((result) => result.get({ timeout: "10s" })));
    expect(values).toEqual(results.map((_, i) => i));
    expect(most).toBe(3);
  });

  it("shares its slots among its queues: a full one does not keep the others waiting", async () => {
    const order: string[] = [];
    world.service.task("worker.order", async function (this: TaskContext) {
      order.push(this.deliveryInfo.queue);
      await nextTurn();
    });
    const queues = ["a", "b", "c"];
    await send("worker.order", 300, "a");
    await send("worker.order", 30, "b");
    await send("worker.order", 30, "c");
    await world.worker({ queues, concurrency: 2 });
    await Promise.all(queues.map((queue) => world.emptied(queue)));
    const ends = queues.map((queue) => order.lastIndexOf(queue));
    // In equal parts the small ones are through when some 90 have run; far from that is unfair.
    expect(Math.max(ends[1] ?? 0, ends[2] ?? 0)).toBeLessThan(180);
    expect(order).toHaveLength(360);
  });

  it("takes only from the queues it is told to", async () => {
    world.service.task("worker.any", () => 1);
    await world.worker({ queues: ["mine"] });
    const [other] = await send("worker.any", 1, "other");
    const [mine] = await send("worker.any", 1, "mine");
    expect(await mine?.get({ timeout: "10s" })).toBe(1);
    expect(await other?.state()).toBe("PENDING");
    expect(await world.transport.tasks.count("other")).toEqual({ waiting: 1, unsettled: 0 });
  });

  it("stopped warm, takes nothing more, finishes what runs, and has it settled when stop resolves", async () => {
    const gate = new Gate();
    world.service.task("worker.gate", async (i: number) => {
      await gate.pass();
      return i;
    });
    const worker = await world.worker({ concurrency: 2 });
    const results = await send("worker.gate", 5);
    await eventually("two handlers run", () => gate.waiting === 2);
    const stopped = worker.stop();
    gate.open();
    await stopped;
    const states = await Promise.all(results.map((result) => result.state()));
    expect(states.filter((state) => state === "SUCCESS")).toHaveLength(2);
    expect(gate.arrivals).toBe(2);
    await eventually("the other tasks wait again", async () => {
      const { waiting, unsettled } = await world.transport.tasks.count("default");
      return waiting + unsettled === 3;
    });
    await world.worker({ concurrency: 2 });
    expect(await Promise.all(results.map((result) => result.get({ timeout: "20s" })))).toEqual([0, 1, 2, 3, 4]);
    expect(gate.arrivals).toBe(5);
  });

  it("stopped cold, aborts what runs and gives it back; it runs again elsewhere, and only that run counts", async () => {
    const gate = new Gate();
    const aborted: string[] = [];
    world.service.task("worker.cold", async function (this: TaskContext) {
      this.signal.addEventListener("abort", () => aborted.push(String(this.signal.reason)));
      await gate.pass();
      return this.hostname;
    });
    const first = await world.worker({ hostname: "first@here" });
    const result = await world.client.sendTask<string>("worker.cold");
    await gate.reached;
    await first.stop({ mode: "cold" });
    expect(aborted).toEqual([expect.stringContaining("was stopped cold")]);
    await world.worker({ hostname: "second@here" });
    await eventually("the task runs again", () => gate.arrivals === 2);
    gate.open();
    expect(await result.get({ timeout: "10s" })).toBe("second@here");
    await world.emptied();
  });

  it("stopped warm with a timeout, becomes cold when that is over", async () => {
    const gate = new Gate();
    world.service.task("worker.gate", async (i: number) => {
      await gate.pass();
      return i;
    });
    const first = await world.worker({ concurrency: 1 });
    const [result] = await send("worker.gate", 1);
    await gate.reached;
    await first.stop({ timeout: 100 });
    await world.worker();
    await eventually("the task runs again", () => gate.arrivals === 2);
    gate.open();
    expect(await result?.get({ timeout: "10s" })).toBe(0);
  });

  it("tells its states, and refuses wrong options and a second start", async () => {
    const worker = await world.worker({ hostname: "w1@%h" });
    expect(worker.actor.getSnapshot().value).toBe("running");
    await expect(worker.start()).rejects.toMatchObject({ code: "TROUPE_CLOSED" });
    await worker.stop();
    expect(worker.actor.getSnapshot().value).toBe("stopped");
    await worker.stopped;
    const options = (wrong: object) => () => world.service.worker(wrong);
    expect(options({ concurency: 3 })).toThrow('did you mean "concurrency"?');
    expect(options({ queues: ["a b"] })).toThrow("letters, digits");
    expect(options({ pool: "thread" })).toThrow('worker option "pool" is "thread"; it');
  });

  it("lets an inspector see its tasks' states", async () => {
    world.service.task("worker.seen", () => 1);
    const seen: string[] = [];
    const inspect: NonNullable<WorkerOptions["inspect"]> = (event) => {
      if (event.type !== "@xstate.snapshot" || !("value" in event.snapshot)) return;
      if ("id" in event.actorRef && event.actorRef.id === taskId) seen.push(String(event.snapshot.value));
    };
    const taskId = randomUUID();
    await world.worker({ inspect });
    const result = await world.client.sendTask("worker.seen", [], { taskId });
    await result.get({ timeout: "10s" });
    await eventually("the last state is seen", () => seen.includes("SUCCESS"));
    expect([...new Set(seen)]).toEqual(["PENDING", "RECEIVED", "STARTED", "SUCCESS"]);
  });
});

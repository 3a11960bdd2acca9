// The states a task goes through, as its caller sees them.

import { Ignore, Reject, type TaskContext } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("the state of a task over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker);
    await world.worker({ concurrency: 4, hostname: "states@here" });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is PENDING while it waits and while it runs, then SUCCESS: STARTED is not recorded unless it is asked for", async () => {
    const gate = new Gate();
    world.service.task("states.plain", () => gate.pass());
    const result = await world.client.sendTask("states.plain");
    await gate.reached;
    expect(await result.state()).toBe("PENDING");
    gate.open();
    await result.get({ timeout: "10s" });
    expect(await result.state()).toBe("SUCCESS");
  });

  it("is STARTED with trackStarted, and tells the worker", async () => {
    const gate = new Gate();
    world.service.task("states.tracked", { trackStarted: true }, () => gate.pass());
    const result = await world.client.sendTask("states.tracked");
    await eventually("the state is STARTED", async () => (await result.state()) === "STARTED");
    expect(await result.info()).toMatchObject({
      state: "STARTED",
      worker: "states@here",
      result: null,
      dateDone: null,
    });
    gate.open();
    await result.get({ timeout: "10s" });
    expect(await result.state()).toBe("SUCCESS");
  });

  it("is what the task says with updateState and progress", async () => {
    const gates = [new Gate(), new Gate()] as const;
    world.service.task("states.own", async function (this: TaskContext) {
      await this.updateState("DOWNLOADING", { url: "a://b", at: new Date(5) });
      await gates[0].pass();
      await this.progress(3, 10);
      await gates[1].pass();
      return "done";
    });
    const result = await world.client.sendTask("states.own");
    await gates[0].reached;
    expect(await result.info()).toMatchObject({ state: "DOWNLOADING", meta: { url: "a://b", at: new Date(5) } });
    gates[0].open();
    await gates[1].reached;
    expect(await result.info()).toMatchObject({ state: "PROGRESS", meta: { done: 3, total: 10 } });
    gates[1].open();
    expect(await result.get({ timeout: "10s" })).toBe("done");
    expect(await result.info()).toMatchObject({ state: "SUCCESS", meta: null });
  });

  it("cannot be set to one of Troupe's own, or with data that cannot travel", async () => {
    world.service.task("states.wrong", async function (this: TaskContext) {
      const wrong = [this.updateState("SUCCESS"), this.updateState(""), this.updateState("MINE", () => 1)];
      const outcomes = await Promise.allSettled(wrong);
      return outcomes.map((outcome) => (outcome.status === "rejected" ? String(outcome.reason.code) : "set"));
    });
    const result = await world.client.sendTask("states.wrong");
    expect(await result.get({ timeout: "10s" })).toEqual([
      "TROUPE_INVALID_ARGUMENT",
      "TROUPE_INVALID_ARGUMENT",
      "TROUPE_SERIALIZATION",
    ]);
  });

  it("is IGNORED, with null as its value, when the task throws Ignore", async () => {
    world.service.task("states.ignored", () => Promise.reject(new Ignore()));
    const result = await world.client.sendTask("states.ignored");
    expect(await result.get({ timeout: "10s" })).toBeNull();
    expect([await result.state(), await result.successful(), await result.failed()]).toEqual(["IGNORED", false, false]);
  });

  it("is REJECTED, with the message kept as a dead letter, when the task throws Reject", async () => {
    world.service.task("states.rejected", { queue: "default" }, () => Promise.reject(new Reject("not for me")));
    const result = await world.client.sendTask("states.rejected");
    expect(await result.get({ timeout: "10s" })).toBeNull();
    expect(await result.info()).toMatchObject({ state: "REJECTED", error: { name: "Reject", message: "not for me" } });
    expect([await result.ready(), await result.successful(), await result.failed()]).toEqual([true, false, false]);
    expect(await world.reported()).toEqual(["rejected"]);
  });

  it("stays open when the task throws Reject with requeue: it runs again later", async () => {
    let runs = 0;
    world.service.task("states.requeued", function (this: TaskContext) {
      runs++;
      if (runs === 1) throw new Reject("later", { requeue: true });
      return this.deliveryInfo.redelivered;
    });
    const result = await world.client.sendTask("states.requeued");
    expect(await result.get({ timeout: "20s" })).toBe(true);
    expect(runs).toBe(2);
  });
});

// The broker carried something out, but its answer is lost; or it was never sent. What was to happen happens, once.

import { OutcomeUnknownError } from "@troupe/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Fault, FaultTransport } from "../support/fault-transport.ts";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("over %s", (broker) => {
  let world: World;
  let runs = 0;
  beforeEach(async () => {
    world = await World.open(broker);
    runs = 0;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** An application whose transport has a fault. */
  function faulty(fault: Fault) {
    const transport = new FaultTransport(world.newTransport(), fault);
    return { app: world.app({ broker: transport }), transport };
  }

  const options = [{ taskId: undefined }, { taskId: "chosen" }];

  it.each(options)(
    "a call whose confirmation is lost is sent again, and runs once (id: $taskId)",
    async ({ taskId }) => {
      const { app, transport } = faulty({ operation: "tasks.publish", effect: "lose", nth: [1, 2] });
      world.service.task("lost.count", () => ++runs);
      const result = await app.sendTask("lost.count", [], { taskId });
      await world.worker();
      expect(await result.get({ timeout: "10s" })).toBe(1);
      await world.emptied();
      expect([runs, transport.strikes]).toEqual([1, 2]);
    },
  );

  it("a call that did not leave is sent again", async () => {
    const { app } = faulty({ operation: "tasks.publish", effect: "unsent", nth: [1, 2] });
    world.service.task("lost.count", () => ++runs);
    await world.worker();
    const result = await app.sendTask("lost.count");
    expect(await result.get({ timeout: "10s" })).toBe(1);
  });

  it.each(options)(
    "a call without retry whose confirmation is lost says so, with the id (id: $taskId)",
    async ({ taskId }) => {
      const { app } = faulty({ operation: "tasks.publish", effect: "lose", nth: [1] });
      world.service.task("lost.count", () => ++runs);
      const error = await app.sendTask("lost.count", [], { taskId, retry: false }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(OutcomeUnknownError);
      const known = error instanceof OutcomeUnknownError ? error.taskId : "";
      expect([known, undefined]).toContain(taskId);
      const again = await app.sendTask("lost.count", [], { taskId: known });
      await world.worker();
      expect(await again.get({ timeout: "10s" })).toBe(1);
      await world.emptied();
      expect(runs).toBe(1);
    },
  );

  it("a call without retry that did not leave says so", async () => {
    const { app } = faulty({ operation: "tasks.publish", effect: "unsent" });
    await expect(app.sendTask("lost.count", [], { retry: false })).rejects.toMatchObject({
      code: "TROUPE_BROKER_UNREACHABLE",
    });
    expect(await world.transport.tasks.count("default")).toEqual({ waiting: 0, unsettled: 0 });
  });

  it.each(["lose", "unsent"] as const)(
    "a result (%s) is stored again: the first one stands, the task runs once",
    async (effect) => {
      const { app, transport } = faulty({ operation: "records.create(result)", effect, nth: [1, 2, 3] });
      app.task("lost.count", () => ++runs);
      await world.worker({}, app);
      const result = await world.client.sendTask("lost.count");
      expect(await result.get({ timeout: "20s" })).toBe(1);
      await world.emptied();
      expect([runs, transport.strikes]).toEqual([1, 3]);
    },
  );

  it("a claim whose confirmation is lost is still this worker's: the task runs, once", async () => {
    const { app, transport } = faulty({ operation: "records.create(claim)", effect: "lose" });
    app.task("lost.once", { acksLate: false }, () => ++runs);
    await world.worker({}, app);
    const once = await app.sendTask("lost.once");
    expect(await once.get({ timeout: "10s" })).toBe(1);
    expect([runs, transport.strikes]).toEqual([1, 1]);
  });

  it("a dead letter that did not leave is stored again", async () => {
    const { app, transport } = faulty({ operation: "deadLetters.put", effect: "unsent" });
    await world.worker({}, app);
    const result = await world.client.sendTask("lost.nobody");
    await expect(result.get({ timeout: "10s" })).rejects.toMatchObject({ code: "TROUPE_NOT_REGISTERED" });
    await world.emptied();
    expect(await world.reported()).toEqual(["not-registered"]);
    expect(transport.strikes).toBe(1);
  });

  it("a pushed result that is lost is read", async () => {
    const { app, transport } = faulty({ operation: "broadcast.publish(reply)", effect: "unsent" });
    app.task("lost.count", () => ++runs);
    await world.worker({}, app);
    const result = await world.client.sendTask("lost.count");
    expect(await result.get({ timeout: "10s" })).toBe(1);
    expect(transport.strikes).toBe(1);
  });
});

// Priorities of tasks, from the call to the run.

import type { TaskContext } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("priorities over %s", (broker) => {
  it("start higher ones first, and one in ten of the others", async () => {
    await using world = await World.open(broker);
    const started: (number | null)[] = [];
    const gate = new Gate();
    world.service.task("prio.note", async function (this: TaskContext) {
      started.push(this.deliveryInfo.priority);
      await gate.pass();
    });
    const send = (priority: number | undefined) => world.client.sendTask("prio.note", [], { priority });
    const results = [await send(undefined)];
    await world.worker({ concurrency: 1 });
    await gate.reached;
    for (const priority of [undefined, 1, 9, 5, 9]) results.push(await send(priority));
    for (let more = 0; more < 50; more++) results.push(await send(7));
    gate.open();
    await Promise.all(results.map((result) => result.get({ timeout: "30s" })));
    // The worker may have asked for one more before the others were there.
    expect(started.slice(0, 4).filter((priority) => priority === 9)).toHaveLength(2);
    const places = [null, 1].map((low) => started.lastIndexOf(low));
    expect(Math.max(...places)).toBeLessThan(started.length - 1);
  });

  it("stay with a task that is retried, and go on to what it calls where that is wanted", async () => {
    const settings = { taskInheritParentPriority: true, taskDefaultPriority: 2 };
    await using world = await World.open(broker, { settings });
    const inner = world.service.task("prio.inner", function (this: TaskContext) {
      return this.deliveryInfo.priority;
    });
    const own = world.service.task("prio.own", { priority: 1 }, function (this: TaskContext) {
      return this.deliveryInfo.priority;
    });
    world.service.task("prio.outer", async function (this: TaskContext) {
      if (this.retries === 0) this.retry({ countdown: "1s" });
      const [called, withOwn] = [await inner.delay(), await own.delay()];
      const chained = await inner.s().set({ priority: 4 }).pipe(inner.si()).delay();
      return [this.deliveryInfo.priority, called.id, withOwn.id, chained.id];
    });
    await world.worker({ concurrency: 4 });
    const valueOf = (id: string) => world.client.result(id).get({ timeout: "30s" });
    const outer = await world.client.sendTask<[number, string, string, string]>("prio.outer", [], { priority: 6 });
    const [priority, called, withOwn, chained] = await outer.get({ timeout: "30s" });
    expect([priority, await valueOf(called), await valueOf(withOwn), await valueOf(chained)]).toEqual([6, 6, 1, 4]);
    expect(await valueOf((await world.client.sendTask("prio.inner")).id)).toBe(2);
  });
});

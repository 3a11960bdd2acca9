// Declared queues, private ones, and what a worker leaves to others.

import { directQueue, QueueNotFound, type TaskContext } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("queues over %s", (broker) => {
  it("that are declared are consumed by all workers but those that exclude them", async () => {
    const settings = { taskQueues: ["media", "slow"], taskCreateMissingQueues: false };
    await using world = await World.open(broker, { settings });
    world.service.task("where", function (this: TaskContext) {
      return `${this.hostname} ${this.deliveryInfo.queue}`;
    });
    const one = await world.worker({ excludeQueues: ["slow"], hostname: "one@h" });
    expect(one.queues).toEqual(["default", "media"]);
    const late = await world.client.sendTask<string>("where", [], { queue: "slow" });
    const whereOf = async (queue: string): Promise<string> =>
      (await world.client.sendTask<string>("where", [], { queue })).get({ timeout: "30s" });
    expect(await whereOf("media")).toBe("one@h media");
    expect(await whereOf("default")).toBe("one@h default");
    expect(await world.transport.tasks.count("slow")).toMatchObject({ waiting: 1 });
    await world.worker({ queues: ["slow"], hostname: "two@h" });
    expect(await late.get({ timeout: "30s" })).toBe("two@h slow");
    await expect(world.client.sendTask("where", [], { queue: "other" })).rejects.toThrow(QueueNotFound);
  });

  it("of single workers take what is for them alone", async () => {
    const settings = { workerDirect: true, taskCreateMissingQueues: false };
    await using world = await World.open(broker, { settings });
    world.service.task("where", function (this: TaskContext) {
      return this.hostname;
    });
    const hostnames = ["one@h", "two@h"];
    for (const hostname of hostnames) await world.worker({ hostname });
    const calls = Array.from({ length: 20 }, (_, index) => hostnames[index % 2] ?? "");
    const results = await Promise.all(
      calls.map((hostname) => world.client.sendTask<string>("where", [], { queue: directQueue(hostname) })),
    );
    expect(await Promise.all(results.map((result) => result.get({ timeout: "30s" })))).toEqual(calls);
    const shared = await world.client.sendTask<string>("where");
    expect(hostnames).toContain(await shared.get({ timeout: "30s" }));
  });
});

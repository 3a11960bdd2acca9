// Routes, from the setting to the worker that runs the task.

import { chain, kw, type TaskContext } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("routes over %s", (broker) => {
  it("lead calls and steps of canvases to the worker of their queue", async () => {
    await using world = await World.open(broker);
    const where = function (this: TaskContext): string {
      return `${this.hostname.split("@")[0]} ${this.deliveryInfo.queue} ${this.deliveryInfo.priority}`;
    };
    for (const name of ["route.exact", "route.glob", "media.cut", "other"]) world.service.task(name, where);
    world.service.task("own", { queue: "slow" }, where);
    await world.worker({ queues: ["fast", "default"], hostname: "one@h" });
    await world.worker({ queues: ["slow"], hostname: "two@h" });
    const app = world.app({
      taskRoutes: [
        { "route.*": { queue: "slow", priority: 3 }, "route.exact": "fast" },
        [/^media\./, { priority: 8 }],
        (_name, _args, { tenant }) => (tenant === "big" ? "slow" : null),
      ],
    });
    const valueOf = async (name: string, ...args: unknown[]): Promise<string> =>
      (await app.sendTask<string>(name, args)).get({ timeout: "30s" });
    expect(await valueOf("route.exact")).toBe("one fast null");
    expect(await valueOf("route.glob")).toBe("two slow 3");
    expect(await valueOf("media.cut")).toBe("one default 8");
    expect(await valueOf("other", kw({ tenant: "big" }))).toBe("two slow null");
    expect(await valueOf("other")).toBe("one default null");
    const call = await app.sendTask<string>("route.glob", [], { queue: "fast", priority: 0 });
    expect(await call.get({ timeout: "30s" })).toBe("one fast 0");
    const last = await chain(
      app.signature("other"),
      app.signature<string>("route.glob").clone().set({ priority: 1 }),
    ).delay();
    expect(await last.get({ timeout: "30s" })).toBe("two slow 1");
  });
});

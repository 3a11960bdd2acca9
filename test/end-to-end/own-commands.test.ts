// Commands of an application's own: workers obey them as they do those of every worker.

import { describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

const LONG = { timeout: "30s" } as const;

describe.each(BROKERS)("commands of an application's own over %s", (broker) => {
  it("are run by each worker with what they are given, and replied to", async () => {
    await using world = await World.open(broker);
    const count = world.service.inspectCommand(
      "count_files",
      { args: [{ name: "folder" }, { name: "depth", type: "integer", optional: true }] },
      async (worker, { folder, depth = 1 }) => ({ folder, depth, at: worker.hostname }),
    );
    const grow = world.service.controlCommand(
      "grow_all",
      { args: [{ name: "queues", variadic: true }] },
      async (worker, { queues }) => {
        for (const queue of queues) await worker.addQueue(queue);
        return { ok: `${worker.queues.length} queues` };
      },
    );
    const plain = world.service.inspectCommand("who", (worker) => worker.hostname);
    const broken = world.service.controlCommand("break", (): string => {
      throw new Error("broken");
    });
    for (const hostname of ["w1@here", "w2@here"]) await world.worker({ hostname });

    expect(await count({ folder: "a" }, LONG)).toEqual({
      "w1@here": { folder: "a", depth: 1, at: "w1@here" },
      "w2@here": { folder: "a", depth: 1, at: "w2@here" },
    });
    expect(await grow({ queues: ["x", "y"] }, { ...LONG, destination: ["w1@here"] })).toEqual({
      "w1@here": { ok: "3 queues" },
    });
    expect(await plain({}, { ...LONG, pattern: "w2*" })).toEqual({ "w2@here": "w2@here" });
    expect(await broken({}, { ...LONG, destination: ["w1@here"] })).toEqual({ "w1@here": { error: "broken" } });
    // By its name, without its code.
    const { control } = world.client;
    const to = { ...LONG, destination: ["w1@here"] };
    expect(await control.broadcast("count_files", { folder: "b", depth: 2 }, to)).toMatchObject({
      "w1@here": { folder: "b", depth: 2 },
    });
    expect(await control.broadcast("count_files", {}, to)).toEqual({
      "w1@here": { error: 'command "count_files" needs "folder"; give a string' },
    });
    expect(await control.broadcast("count_files", { folder: "a", depth: 1.5 }, to)).toEqual({
      "w1@here": { error: expect.stringContaining('"depth" is 1.5; it takes an integer') },
    });
  });
});

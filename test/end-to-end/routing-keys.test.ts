// Queues that are bound to routing keys, with a worker for each.

import { QueueNotFound, type TaskContext } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { CliProject } from "../support/cli.ts";
import { NatsServer } from "../support/nats-server.ts";
import { BROKERS, World } from "../support/world.ts";

const PATIENT = { timeout: "60s" } as const;
const SETTINGS = {
  taskQueues: { video: { bindings: ["media.video.#"] }, urgent: { bindings: ["*.*.high"] } },
  taskRoutes: { "media.*": { routingKey: "media.video.low" } },
} as const;

describe.each(BROKERS)("routing keys over %s", (broker) => {
  it("lead to the queues that are bound to them, each of which runs the task once", async () => {
    await using world = await World.open(broker, { settings: SETTINGS });
    const runs: string[] = [];
    world.service.task("media.cut", function (this: TaskContext) {
      runs.push(`${this.id} ${this.hostname}`);
      return this.deliveryInfo.queue;
    });
    await world.worker({ queues: ["video"], hostname: "video@h" });
    await world.worker({ queues: ["urgent"], hostname: "urgent@h" });
    const { client } = world;

    expect(await (await client.sendTask("media.cut")).get(PATIENT)).toBe("video");
    const only = await client.sendTask("media.cut", [], { routingKey: "print.page.high" });
    expect(await only.get(PATIENT)).toBe("urgent");
    runs.length = 0;
    const both = { routingKey: "media.video.high", taskId: "cut-1" };
    for (const result of [await client.sendTask("media.cut", [], both), await client.sendTask("media.cut", [], both)])
      expect(await result.get(PATIENT)).toBe("video");
    expect(await client.result("cut-1.urgent").get(PATIENT)).toBe("urgent");
    await world.emptied("video");
    await world.emptied("urgent");
    expect(runs.toSorted()).toEqual(["cut-1 video@h", "cut-1.urgent urgent@h"]);
    await expect(client.sendTask("media.cut", [], { routingKey: "nowhere" })).rejects.toThrow(QueueNotFound);
  });

  it("delay each copy like the call", async () => {
    await using world = await World.open(broker, { settings: SETTINGS });
    world.service.task("late", () => Date.now());
    await world.worker();
    const due = Date.now() + 1_500;
    const result = await world.client.sendTask<number>("late", [], {
      routingKey: "media.video.high",
      eta: new Date(due),
    });
    for (const id of [result.id, `${result.id}.urgent`])
      expect(await world.client.result<number>(id).get(PATIENT)).toBeGreaterThanOrEqual(due - 100);
  });
});

it("actor-cli shows them, and calls by them", async () => {
  await using server = await NatsServer.start();
  const settings = JSON.stringify(SETTINGS);
  await using project = await CliProject.make({
    "package.json": '{ "type": "module" }',
    "app.ts": `import { Troupe } from "@troupe/core";\nexport const app = new Troupe("proj", ${settings});\n`,
  });
  const run = (...words: readonly string[]) => project.run(["-A", "app.ts", "-b", server.url, ...words]);
  const listed = "default\nvideo    media.video.#\nurgent   *.*.high\n";
  expect(await run("list", "bindings")).toMatchObject({ code: 0, stdout: listed });
  expect(JSON.parse((await run("--json", "list", "bindings")).stdout)).toContainEqual({
    queue: "urgent",
    patterns: ["*.*.high"],
    broadcast: false,
  });
  expect(await run("call", "print", "--routing-key", "a.b.high", "--no-wait")).toMatchObject({ code: 0 });
  const counted: unknown = JSON.parse((await run("--json", "queue", "list", "urgent")).stdout);
  expect(counted).toMatchObject([{ name: "urgent", waiting: 1 }]);
  expect(await run("call", "print", "--routing-key", "a.b", "--no-wait")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no queue is bound to routing key "a.b"'),
  });
});

// Broadcast queues, each of whose workers gets every call.

import type { TaskContext } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { CliProject } from "../support/cli.ts";
import { NatsServer } from "../support/nats-server.ts";
import { BROKERS, World } from "../support/world.ts";

const PATIENT = { timeout: "60s" } as const;
const SETTINGS = { taskQueues: { news: { broadcast: true } } } as const;

describe.each(BROKERS)("a broadcast queue over %s", (broker) => {
  it("gives each call once to each of its workers, and to one that joins from then on", async () => {
    await using world = await World.open(broker, { settings: SETTINGS });
    const runs: string[] = [];
    world.service.task("clear", function (this: TaskContext) {
      runs.push(this.id);
      return this.hostname;
    });
    await world.worker({ hostname: "w1@h" });
    await world.worker({ hostname: "w2@h" });
    await world.worker({ hostname: "x@h", excludeQueues: ["news"] });
    const { client } = world;

    const first = await client.sendTask("clear", [], { queue: "news", taskId: "c1" });
    expect(await first.get(PATIENT)).toBeNull();
    expect(await client.result("c1.w1.at.h").get(PATIENT)).toBe("w1@h");
    expect(await client.result("c1.w2.at.h").get(PATIENT)).toBe("w2@h");
    await world.worker({ hostname: "w3@h", queues: ["news"] });
    await client.sendTask("clear", [], { queue: "news", taskId: "c2", priority: 7, countdown: "100ms" });
    for (const node of ["w1", "w2", "w3"])
      expect(await client.result(`c2.${node}.at.h`).get(PATIENT)).toBe(`${node}@h`);
    for (const node of ["w1", "w2", "w3"]) await world.emptied(`news--${node}.at.h`);
    const expected = ["c1.w1.at.h", "c1.w2.at.h", "c2.w1.at.h", "c2.w2.at.h", "c2.w3.at.h"];
    expect(runs.toSorted()).toEqual(expected);
  });

  it("lets a copy be tried again by the worker whose it is", async () => {
    await using world = await World.open(broker, { settings: SETTINGS });
    world.service.task("again", function (this: TaskContext) {
      if (this.retries === 0) this.retry({ countdown: 0 });
      return this.hostname;
    });
    for (const hostname of ["w1@h", "w2@h"]) await world.worker({ hostname });
    const { id } = await world.client.sendTask("again", [], { queue: "news" });
    for (const node of ["w1", "w2"])
      expect(await world.client.result(`${id}.${node}.at.h`).get(PATIENT)).toBe(`${node}@h`);
  });

  it("is paused and resumed by its own name, and listed with the queues of its workers", async () => {
    await using world = await World.open(broker, { settings: SETTINGS });
    world.service.task("clear", () => "cleared");
    await world.worker({ hostname: "w1@h" });
    const { queues, control } = world.client;
    await queues.pause("news");
    await eventually("the worker knows of the pause", async () => {
      const { "w1@h": stats } = await control.inspect({ destination: ["w1@h"], timeout: "10s" }).stats();
      return stats?.paused.join() === "news";
    });
    const { id } = await world.client.sendTask("clear", [], { queue: "news" });
    const copy = world.client.result(`${id}.w1.at.h`);
    const listed = await queues.list({ queues: ["news", "news--w1.at.h"], timeout: "10s" });
    expect(listed).toMatchObject([
      { name: "news", waiting: 0, broadcast: true, workers: ["w1@h"], paused: { queue: "news" } },
      { name: "news--w1.at.h", waiting: 1, broadcast: false, workers: ["w1@h"], paused: null },
    ]);
    expect(await copy.state()).toBe("PENDING");
    await queues.resume("news");
    expect(await copy.get(PATIENT)).toBe("cleared");
  });

  it("is consumed no longer, and again, by a worker that is told so", async () => {
    await using world = await World.open(broker, { settings: SETTINGS });
    world.service.task("clear", () => "cleared");
    const worker = await world.worker({ hostname: "w1@h", queues: ["default", "news"] });
    await worker.cancelQueue("news");
    expect(worker.queues).toEqual(["default"]);
    await worker.addQueue("news");
    const { id } = await world.client.sendTask("clear", [], { queue: "news" });
    expect(await world.client.result(`${id}.w1.at.h`).get(PATIENT)).toBe("cleared");
  });
});

it("actor-cli shows it in its lists", async () => {
  await using server = await NatsServer.start();
  const settings = JSON.stringify(SETTINGS);
  await using project = await CliProject.make({
    "package.json": '{ "type": "module" }',
    "app.ts": `import { Troupe } from "@troupe/core";\nexport const app = new Troupe("proj", ${settings});\n`,
  });
  const run = (...words: readonly string[]) => project.run(["-A", "app.ts", "-b", server.url, ...words]);
  expect(await run("list", "bindings")).toMatchObject({ code: 0, stdout: "default\nnews     broadcast\n" });
  const listed = "news  waiting=0 unsettled=0 delayed=0 workers=0  broadcast\n";
  expect(await run("queue", "list", "news")).toMatchObject({ code: 0, stdout: listed });
});

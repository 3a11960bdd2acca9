// Queues that are paused and resumed: by workers that run, by one that joins later, over a restart of the broker, by a user.

import { QueueNotFound, type TaskContext, type Troupe, type Worker } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { describe, expect, it } from "vitest";
import { CliProject } from "../support/cli.ts";
import { Gate } from "../support/gate.ts";
import { NatsServer } from "../support/nats-server.ts";
import { BROKERS, World } from "../support/world.ts";

const PATIENT = { timeout: "60s" } as const;
const QUEUES = { taskQueues: ["media"] };

/** Waits until a worker knows which of its queues are paused. */
async function knows(app: Troupe, { hostname }: Worker, paused: readonly string[]): Promise<void> {
  await eventually(`${hostname} knows that ${paused.join() || "nothing"} is paused`, async () => {
    const stats = await app.control.inspect({ destination: [hostname], timeout: "10s" }).stats();
    return stats[hostname]?.paused.join() === paused.join();
  });
}

async function waits(world: World, queue: string, count: number): Promise<void> {
  await eventually(`${count} tasks wait in ${queue}`, async () => {
    const { waiting, unsettled } = await world.transport.tasks.count(queue);
    return waiting === count && unsettled === 0;
  });
}

describe.each(BROKERS)("a queue over %s that is paused", (broker) => {
  it("keeps what waits in it, also from a worker that joins later, until it is resumed", async () => {
    await using world = await World.open(broker, { settings: QUEUES });
    const { client, service } = world;
    const gate = new Gate();
    service.task("hold", () => gate.pass());
    service.task("where", function (this: TaskContext) {
      return `${this.hostname} ${this.deliveryInfo.queue}`;
    });
    const where = (queue: string) => client.sendTask<string>("where", [], { queue });
    const one = await world.worker({ hostname: "one@h", concurrency: 2 });
    const held = await client.sendTask("hold", [], { queue: "media" });
    await gate.reached;

    const paused = await client.queues.pause("media", { reason: "a deploy", by: "ann" });
    expect(paused).toMatchObject({ queue: "media", by: "ann", reason: "a deploy" });
    await knows(client, one, ["media"]);
    const waiting = [await where("media"), await where("media")];
    const delayed = await client.sendTask<string>("where", [], { queue: "media", countdown: 1_200 });
    const two = await world.worker({ hostname: "two@h" });
    await knows(client, two, ["media"]);
    expect(await (await where("default")).get(PATIENT)).toMatch(/ default$/);
    gate.open();
    await held.get(PATIENT);
    await waits(world, "media", 3);
    const [listed] = await client.queues.list({ queues: ["media"], timeout: "2s" });
    expect(listed).toEqual({
      name: "media",
      waiting: 3,
      unsettled: 0,
      delayed: 0,
      workers: ["one@h", "two@h"],
      broadcast: false,
      stream: null,
      paused,
    });

    expect(await client.queues.resume("media")).toBe(true);
    for (const result of [...waiting, delayed]) expect(await result.get(PATIENT)).toMatch(/ media$/);
    await knows(client, one, []);
    expect(await client.queues.resume("media")).toBe(false);
  });

  it("is given back what a worker holds and has not started", async () => {
    await using world = await World.open(broker, { settings: QUEUES });
    const gate = new Gate();
    world.service.task("hold", () => gate.pass());
    const worker = await world.worker({ concurrency: 1, prefetchMultiplier: 4, queues: ["media"] });
    const results = [];
    for (let n = 0; n < 3; n++) results.push(await world.client.sendTask("hold", [], { queue: "media" }));
    await gate.reached;
    await world.client.queues.pause("media");
    await knows(world.client, worker, ["media"]);
    gate.open();
    await results[0]?.get(PATIENT);
    expect(gate.arrivals).toBe(1);
    await world.client.queues.resume("media");
    for (const result of results) await result.get(PATIENT);
    expect(gate.arrivals).toBe(3);
  });

  it("may be paused and resumed again and again under load: each task runs once", async () => {
    await using world = await World.open(broker, { settings: QUEUES });
    const ran = new Map<string, number>();
    world.service.task("run", function (this: TaskContext) {
      ran.set(this.id, (ran.get(this.id) ?? 0) + 1);
    });
    await world.worker({ concurrency: 4 });
    await world.worker({ concurrency: 4, hostname: "other@h" });
    const ids: string[] = [];
    for (let round = 0; round < 5; round++) {
      const sent = Array.from({ length: 20 }, (_, n) =>
        world.client.sendTask("run", [], { queue: n % 2 === 0 ? "media" : "default" }),
      );
      await world.client.queues.pause("media");
      for (const result of await Promise.all(sent)) ids.push(result.id);
      await world.client.queues.resume("media");
    }
    for (const id of ids) await world.client.result(id).get(PATIENT);
    expect([ran.size, new Set(ran.values())]).toEqual([100, new Set([1])]);
  });

  it("does not keep a worker from stopping, nor other queues from being served", async () => {
    await using world = await World.open(broker, { settings: QUEUES });
    world.service.task("add", (x: number, y: number) => x + y);
    await world.client.queues.pause("media");
    const worker = await world.worker({ concurrency: 1 });
    await world.client.sendTask("add", [1, 1], { queue: "media" });
    expect(await (await world.client.sendTask("add", [2, 2])).get(PATIENT)).toBe(4);
    await worker.stop();
    await waits(world, "media", 1);
  });

  it("has to be declared, where that is required", async () => {
    await using world = await World.open(broker, { settings: { ...QUEUES, taskCreateMissingQueues: false } });
    await expect(world.client.queues.pause("medai")).rejects.toThrow(QueueNotFound);
    await expect(world.client.queues.pause("medai")).rejects.toThrow('did you mean "media"?');
  });
});

it("a queue stays paused while the broker is restarted, and while all workers are", async () => {
  await using server = await NatsServer.start();
  await using world = await World.on(server, { settings: QUEUES });
  world.service.task("add", (x: number, y: number) => x + y);
  const first = await world.worker({ hostname: "one@h" });
  await world.client.queues.pause("media", { reason: "a move" });
  await knows(world.client, first, ["media"]);
  const result = await world.client.sendTask<number>("add", [2, 2], { queue: "media" });
  await server.restart();
  expect(await (await world.client.sendTask("add", [1, 1])).get(PATIENT)).toBe(2);
  await first.stop();
  const second = await world.worker({ hostname: "two@h" });
  await knows(world.client, second, ["media"]);
  expect(await (await world.client.sendTask("add", [2, 1])).get(PATIENT)).toBe(3);
  expect(await result.state()).toBe("PENDING");
  await world.client.queues.resume("media");
  expect(await result.get(PATIENT)).toBe(4);
});

it("actor-cli lists, pauses and resumes queues", async () => {
  await using server = await NatsServer.start();
  await using project = await CliProject.make({
    "package.json": '{ "type": "module" }',
    "app.ts":
      'import { Troupe } from "@troupe/core";\nexport const app = new Troupe("proj", { taskQueues: ["media"] });\n',
  });
  const run = (...words: readonly string[]) => project.run(["-A", "app.ts", "-b", server.url, ...words]);
  expect(await run("queue", "pause", "media", "--reason", "a deploy")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Queue media is paused since \S+Z by \S+@\S+: a deploy\.\n$/),
  });
  const listed = await run("queue", "list");
  expect(listed).toMatchObject({ code: 0, stderr: expect.stringContaining("2 in all, 1 paused") });
  expect(listed.stdout).toMatch(
    /^default {2}waiting=0 unsettled=0 delayed=0 workers=0\nmedia {4}.* paused since .*: a deploy\n$/,
  );
  const json: unknown = JSON.parse((await run("--json", "queue", "list", "media")).stdout);
  expect(json).toMatchObject([
    { name: "media", waiting: 0, workers: [], paused: { queue: "media", reason: "a deploy" } },
  ]);
  expect(await run("queue", "resume", "media")).toMatchObject({ code: 0, stdout: "Queue media is resumed.\n" });
  expect(await run("queue", "resume", "media")).toMatchObject({ code: 1, stdout: "Queue media was not paused.\n" });
  expect(await run("queue", "pause", "no name")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('queue name "no name" is not allowed'),
  });
});

// Queues with a stream of their own: full alone, in canvases as others are, and declared alike or refused.

import { BrokerRefusedError, chain, chord, QueueFullError, type TaskQueues, TopologyError } from "@troupe/core";
import { describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { BROKERS, World } from "../support/world.ts";

const MOST = 5;
const taskQueues: TaskQueues = { media: { stream: { maxMessages: MOST } } };
const OWN_STREAM = "troupe_TASKS_media";

describe.each(BROKERS)("a queue with a stream of its own over %s", (broker) => {
  it("is full alone, and takes what follows from finished work when it has room again", async () => {
    await using world = await World.open(broker, { settings: { taskQueues } });
    const gate = new Gate();
    world.service.task("hold", async () => gate.pass());
    world.service.task("first", () => "first");
    world.service.task("next", (value: string) => `${value}, next`);
    await world.worker({ concurrency: 2 * MOST });
    const { client } = world;
    const hold = () => client.sendTask("hold", [], { queue: "media" });
    const held = await Promise.all(Array.from({ length: MOST }, hold));
    const refusal: unknown = await hold().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(QueueFullError);
    for (const part of ['"media"', String(MOST), "maxMessages", "taskQueues"]) expect(String(refusal)).toContain(part);
    const chained = await chain(client.signature("first"), client.signature("next").set({ queue: "media" })).delay();
    expect(await chained.parent?.get({ timeout: "30s" })).toBe("first");
    expect(await chained.state()).toBe("PENDING");
    gate.open();
    await Promise.all(held.map((result) => result.get({ timeout: "30s" })));
    expect(await chained.get({ timeout: "60s" })).toBe("first, next");
  });

  it("runs delayed tasks and members of chords, and is listed with its limits", async () => {
    await using world = await World.open(broker, { settings: { taskQueues } });
    world.service.task("double", (value: number) => 2 * value);
    world.service.task("sum", (values: number[]) => values.reduce((one, other) => one + other, 0));
    await world.worker({ concurrency: 2 });
    const { client } = world;
    const late = await client.sendTask<number>("double", [21], { queue: "media", countdown: "1500ms" });
    const members = [1, 2, 3].map((value) => client.signature("double", [value]).set({ queue: "media" }));
    const total = await chord(members, client.signature("sum").set({ queue: "media" })).delay();
    expect(await total.get({ timeout: "30s" })).toBe(12);
    expect(await late.get({ timeout: "30s" })).toBe(42);
    const [other, media] = await client.queues.list({ queues: ["media", "default"], timeout: "100ms" });
    expect(media).toMatchObject({ name: "media", stream: { maxMessages: MOST, maxBytes: null, replicas: null } });
    expect(other).toMatchObject({ name: "default", stream: null });
  });
});

describe("a queue with a stream of its own over nats", () => {
  it("is refused where it is declared with other limits", async () => {
    await using world = await World.open("nats", { settings: { taskQueues } });
    const stricter = world.app({ taskQueues: { media: { stream: { maxMessages: 3 } } } });
    const refusal: unknown = await stricter.connect().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TopologyError);
    for (const part of [OWN_STREAM, "max_msgs 5", "needed is 3", "taskQueues", "nats stream edit"])
      expect(String(refusal)).toContain(part);
    const smaller = world.app({ taskQueues: { media: { stream: { maxMessages: MOST, maxBytes: 4096 } } } });
    await expect(smaller.connect()).rejects.toThrow(/max_bytes 67108864, needed is 4096/);
  });

  it("is refused to processes that do not declare it, which use other queues", async () => {
    await using world = await World.open("nats", { settings: { taskQueues } });
    world.service.task("ping", () => "pong");
    await world.worker();
    const unaware = world.app({ taskQueues: [] });
    const refusal: unknown = await unaware.sendTask("ping", [], { queue: "media" }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BrokerRefusedError);
    for (const part of ['"media"', OWN_STREAM, "taskQueues", "nats stream rm"]) expect(String(refusal)).toContain(part);
    expect(await (await unaware.sendTask("ping")).get({ timeout: "30s" })).toBe("pong");
    await expect(world.worker({ queues: ["media"] }, unaware)).rejects.toThrow(OWN_STREAM);
  });

  it("is not made while workers consume the queue elsewhere", async () => {
    await using world = await World.open("nats");
    const worker = await world.worker({ queues: ["media"] });
    const apart = world.app({ taskQueues });
    await expect(apart.connect()).rejects.toThrow(/"media".*workers consume it from stream troupe_TASKS/s);
    await worker.stop();
    await expect.poll(() => apart.connect().then(() => "connected", String), { timeout: 30_000 }).toBe("connected");
  });

  it("gets what was sent before it was made, and by processes that do not know of it", async () => {
    await using world = await World.open("nats");
    const apart = world.app({ taskQueues });
    apart.task("echo", (value: string) => value);
    const before = await world.client.sendTask<string>("echo", ["before"], { queue: "media", priority: 4 });
    await apart.connect();
    const unaware = await world.client.sendTask<string>("echo", ["unaware"], { queue: "media", taskId: "chosen" });
    await world.worker({}, apart);
    expect(await before.get({ timeout: "90s" })).toBe("before");
    expect(await unaware.get({ timeout: "90s" })).toBe("unaware");
    await world.emptied("media");
  });
});

import { expect, it } from "vitest";
import { type QueueBinding, Queues } from "../../src/client/queues.ts";
import { decodeCommand, encodeReply } from "../../src/codec/control-codec.ts";
import { decodeQueuePause } from "../../src/codec/queue-pause-codec.ts";
import { InvalidArgumentError, QueueNotFound } from "../../src/model/errors.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { rememberingLogger } from "../support/loggers.ts";
import { StubTransport } from "../support/stub-transport.ts";

class Scene {
  bindings: readonly QueueBinding[] = [{ queue: "default", patterns: [], broadcast: false }];
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly queues = new Queues(
    {
      connect: () => Promise.resolve({ transport: this.transport }),
      clock: this.clock,
      origin: "1@host",
      logger: () => rememberingLogger([]),
    },
    {
      declared: () => this.bindings,
      streams: () => new Map([["default", { maxMessages: 100, maxBytes: null, replicas: null }]]),
      check: (queue) => {
        if (queue === "unknown") throw new QueueNotFound(`queue "${queue}" is not declared`);
      },
    },
  );

  async listed(replies: Readonly<Record<string, unknown>>): ReturnType<Queues["list"]> {
    const { transport, clock } = this;
    const listing = this.queues.list();
    const asked = (): Uint8Array | undefined => transport.pushed.find(([topic]) => topic === "control.all")?.[1];
    await eventually("the question", () => asked() !== undefined);
    const { ticket } = decodeCommand(asked() ?? new Uint8Array());
    for (const [hostname, value] of Object.entries(replies))
      transport.deliver(`answer.${ticket}`, encodeReply({ hostname, value }));
    clock.advance(1_000);
    return listing;
  }
}

it("stores a pause with its reason, and tells the workers", async () => {
  const { transport, queues } = new Scene();
  const paused = await queues.pause("media", { reason: "a deploy" });
  expect(paused).toEqual({ queue: "media", since: new Date(transport.time), by: "1@host", reason: "a deploy" });
  const stored = decodeQueuePause(transport.paused.get("media") ?? new Uint8Array());
  expect(stored).toEqual({ at: transport.time, by: "1@host", reason: "a deploy" });
  expect(transport.pushed.map(([topic]) => topic)).toEqual(["pauses"]);
});

it("leaves a pause as it is, and gives it", async () => {
  const { transport, queues } = new Scene();
  const first = await queues.pause("media", { by: "ann" });
  transport.time += 60_000;
  expect(await queues.pause("media", { by: "bob", reason: "me too" })).toEqual(first);
});

it("says whether a queue that is resumed was paused", async () => {
  const { transport, queues } = new Scene();
  await queues.pause("media");
  expect([await queues.resume("media"), await queues.resume("media")]).toEqual([true, false]);
  expect(transport.pushed.map(([topic]) => topic)).toEqual(["pauses", "pauses", "pauses"]);
});

it("lists what is declared, paused or consumed, with the workers that consume it", async () => {
  const scene = new Scene();
  await scene.queues.pause("media");
  const listed = await scene.listed({ "w2@h": { queues: ["default"] }, "w1@h": { queues: ["default", "slow"] } });
  const counts = { waiting: 0, unsettled: 0, delayed: 0, broadcast: false };
  const stream = { maxMessages: 100, maxBytes: null, replicas: null };
  expect(listed).toEqual([
    { name: "default", ...counts, workers: ["w1@h", "w2@h"], stream, paused: null },
    {
      name: "media",
      ...counts,
      workers: [],
      stream: null,
      paused: expect.objectContaining({ by: "1@host", reason: null }),
    },
    { name: "slow", ...counts, workers: ["w1@h"], stream: null, paused: null },
  ]);
});

it("takes a queue whose pause cannot be read for paused", async () => {
  const scene = new Scene();
  scene.transport.paused.set("media", new Uint8Array([1, 2, 3]));
  const [, media] = await scene.listed({});
  expect(media?.paused).toMatchObject({ queue: "media", reason: expect.stringContaining("cannot be read") });
});

it.each([
  ["a name", (queues: Queues) => queues.pause("no name")],
  ["a name to resume", (queues: Queues) => queues.resume("")],
  ["a reason that is too long", (queues: Queues) => queues.pause("media", { reason: "x".repeat(257) })],
  ["a name to list", (queues: Queues) => queues.list({ queues: ["*"] })],
])("refuses %s", async (_, act) => {
  await expect(act(new Scene().queues)).rejects.toThrow(InvalidArgumentError);
});

it("pauses no queue that has to be declared and is not", async () => {
  const { transport, queues } = new Scene();
  await expect(queues.pause("unknown")).rejects.toThrow(QueueNotFound);
  expect(transport.paused.size).toBe(0);
});

import { afterEach, expect, it } from "vitest";
import { DEFAULT_SETTINGS, mergeSettings } from "../../src/app/config.ts";
import { broadcastQueues, checkQueueExists, isBroadcast } from "../../src/app/declared-queues.ts";
import {
  ConfigError,
  chain,
  InvalidArgumentError,
  InvalidCanvasError,
  memoryTransport,
  QueueNotFound,
  type Settings,
  Troupe,
} from "../../src/index.ts";
import { SentCalls } from "../../src/testing/sent-calls.ts";
import { silentLogger } from "../support/loggers.ts";

const QUEUES = { news: { broadcast: true }, media: {} } as const;

function settings(taskQueues: object): Settings {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some are wrong on purpose
  return mergeSettings(DEFAULT_SETTINGS, { taskQueues } as Partial<Settings>);
}

class Scene {
  readonly app = new Troupe("proj", {
    broker: memoryTransport(),
    logger: silentLogger,
    taskQueues: QUEUES,
    taskCreateMissingQueues: false,
  });
  readonly clear = this.app.task("clear", { queue: "news" }, () => "cleared");
  readonly sent = new SentCalls(this.app);
}

const scenes: Scene[] = [];

function scene(): Scene {
  const made = new Scene();
  scenes.push(made);
  return made;
}

afterEach(async () => {
  for (const { app } of scenes.splice(0)) await app.close();
});

it("sends a copy to each worker that consumes the queue, under an id made of the call's and the worker's name", async () => {
  const { app, clear, sent } = scene();
  await using _one = await started(app, "w1@h");
  await using _two = await started(app, "w2@h");
  const result = await clear.applyAsync([], { taskId: "c1", priority: 3 });
  expect(result.id).toBe("c1");
  expect(await result.get({ timeout: "10s" })).toBeNull();
  const ids = ["c1.w1.at.h", "c1.w2.at.h"];
  const copies = sent.calls.map(({ id, queue }) => `${id} in ${queue}`);
  expect(copies.toSorted()).toEqual(["c1.w1.at.h in news--w1.at.h", "c1.w2.at.h in news--w2.at.h"]);
  for (const id of ids) expect(await app.result(id).get({ timeout: "10s" })).toBe("cleared");
});

it("sends nothing where no worker has consumed it", async () => {
  const { app, clear, sent } = scene();
  expect(await (await clear.delay()).get({ timeout: "10s" })).toBeNull();
  expect(sent.calls).toEqual([]);
  await using _other = await started(app, "w1@h", ["media"]);
  await clear.delay();
  expect(sent.calls).toEqual([]);
});

it("is no place for steps of canvases, nor for unique calls", async () => {
  const { clear, sent } = scene();
  await expect(chain(clear.si(), clear.si()).delay()).rejects.toThrow(InvalidCanvasError);
  await expect(clear.applyAsync([], { link: clear.si() })).rejects.toThrow("goes to a broadcast queue");
  await expect(clear.applyAsync([], { unique: { for: "1m" } })).rejects.toThrow(InvalidArgumentError);
  expect(sent.calls).toEqual([]);
});

it("takes a step of a canvas that is called by itself", async () => {
  const { app, clear, sent } = scene();
  await using _one = await started(app, "w1@h");
  await clear.s().delay();
  expect(sent.calls.map(({ queue }) => queue)).toEqual(["news--w1.at.h"]);
});

it("lets the queue of one worker be called, and no other undeclared one", () => {
  const closed = { ...settings(QUEUES), taskCreateMissingQueues: false };
  expect(() => checkQueueExists("news--w1.at.h", "a call", closed)).not.toThrow();
  expect(() => checkQueueExists("media--w1.at.h", "a call", closed)).toThrow(QueueNotFound);
  expect(broadcastQueues(closed)).toEqual(["news"]);
  expect([isBroadcast("news", closed), isBroadcast("media", closed), isBroadcast("other", closed)]).toEqual([
    true,
    false,
    false,
  ]);
});

it.each([
  { "a--b": { broadcast: true } },
  { "a-": { broadcast: true } },
  { [`n${"x".repeat(40)}`]: { broadcast: true } },
  { news: { broadcast: "yes" } },
  { news: { broadcast: true, rateLimit: "1/s" } },
  { news: { broadcast: true, bindings: ["a.b"] } },
])("refuses the declaration %j", (taskQueues) => {
  expect(() => settings(taskQueues)).toThrow(ConfigError);
});

async function started(app: Troupe, hostname: string, queues?: readonly string[]): Promise<AsyncDisposable> {
  const worker = app.worker({ hostname, queues });
  await worker.start();
  return worker;
}

import { expect, it } from "vitest";
import { DEFAULT_SETTINGS, mergeSettings } from "../../src/app/config.ts";
import { queuesOfKey, topicBindings } from "../../src/app/topic-bindings.ts";
import { workerDefaultsOf } from "../../src/app/worker-defaults.ts";
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

const QUEUES = {
  video: { bindings: ["media.video.#", "media.audio.high"] },
  urgent: { bindings: ["*.*.high"] },
  plain: {},
} as const;

function settings(changes: Partial<Settings>): Settings {
  return mergeSettings(DEFAULT_SETTINGS, changes);
}

it("leads to every queue that is bound to a key, each once, in the order of declaration", () => {
  const given = settings({ taskQueues: QUEUES });
  expect(queuesOfKey("media.video", "a call", given)).toEqual(["video"]);
  expect(queuesOfKey("media.video.high", "a call", given)).toEqual(["video", "urgent"]);
  expect(queuesOfKey("print.page.high", "a call", given)).toEqual(["urgent"]);
  expect(topicBindings(given)).toEqual([
    { queue: "default", patterns: [], broadcast: false },
    { queue: "video", patterns: QUEUES.video.bindings, broadcast: false },
    { queue: "urgent", patterns: QUEUES.urgent.bindings, broadcast: false },
    { queue: "plain", patterns: [], broadcast: false },
  ]);
});

it("leads to the default queue where that is bound", () => {
  expect(queuesOfKey("a", "a call", settings({ taskQueues: { default: { bindings: ["#"] } } }))).toEqual(["default"]);
});

it("is refused where no queue is bound to it, with those that are", () => {
  expect(() => queuesOfKey("other", 'task "proj.add"', settings({ taskQueues: QUEUES }))).toThrow(
    'no queue is bound to routing key "other" of task "proj.add"; bound are video: media.video.# media.audio.high, urgent: *.*.high; ' +
      'bind one in taskQueues: { name: { bindings: ["other"] } }',
  );
  expect(() => queuesOfKey("other", "a call", settings({ taskQueues: ["a"] }))).toThrow(QueueNotFound);
});

it.each([
  { media: { bindings: "media.#" } },
  { media: { bindings: [] } },
  { media: { bindings: ["media.#x"] } },
  { media: { bindings: ["media..x"] } },
  { media: { binding: ["a"] } },
  { media: { rateLimit: "often" } },
])("refuses the declaration %j", (taskQueues) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- wrong on purpose
  expect(() => settings({ taskQueues } as unknown as Partial<Settings>)).toThrow(ConfigError);
});

it("limits the rate of a declared queue, unless queueRateLimits does", () => {
  const rates = (changes: Partial<Settings>) => workerDefaultsOf(settings(changes)).rates.queues;
  expect(rates({ taskQueues: { media: { rateLimit: "10/s" } } }).get("media")).toMatchObject({ scope: "cluster" });
  const both = { taskQueues: { media: { rateLimit: "10/s" } }, queueRateLimits: { media: "1/s" } } as const;
  expect(rates(both).get("media")).toEqual(rates({ queueRateLimits: { media: "1/s" } }).get("media"));
  expect(rates({ taskQueues: { media: {} } }).size).toBe(0);
});

class Scene {
  readonly app = new Troupe("proj", {
    broker: memoryTransport(),
    logger: silentLogger,
    taskQueues: QUEUES,
    taskCreateMissingQueues: false,
    taskRoutes: {
      "media.*": { routingKey: "media.video.low" },
      "news.*": { routingKey: "news.all.high", queue: "plain" },
    },
  });
  readonly sent = new SentCalls(this.app);

  async queueOf(name: string, options?: Parameters<Troupe["sendTask"]>[2]): Promise<string[]> {
    const from = this.sent.calls.length;
    await this.app.sendTask(name, [], options);
    return this.sent.calls.slice(from).map(({ queue }) => queue);
  }
}

it("wins over queues of the same place, and lower places count only where nothing is given", async () => {
  const scene = new Scene();
  expect(await scene.queueOf("media.cut")).toEqual(["video"]);
  expect(await scene.queueOf("news.send")).toEqual(["urgent"]);
  expect(await scene.queueOf("media.cut", { queue: "plain" })).toEqual(["plain"]);
  expect(await scene.queueOf("media.cut", { queue: "plain", routingKey: "a.b.high" })).toEqual(["urgent"]);
  const own = scene.app.task("media.own", { queue: "plain" }, () => 1);
  await own.delay();
  expect(scene.sent.calls.at(-1)?.queue).toBe("plain");
  await own.applyAsync([], { routingKey: "media.video" });
  expect(scene.sent.calls.at(-1)?.queue).toBe("video");
  await scene.app.close();
});

it("sends a copy to each further queue, under an id made of the call's", async () => {
  const scene = new Scene();
  const result = await scene.app.sendTask("media.cut", [1], { routingKey: "media.video.high", taskId: "cut-1" });
  expect(result.id).toBe("cut-1");
  const all = scene.sent.calls.map(({ id, queue, args }) => ({ id, queue, args }));
  expect(all).toEqual([
    { id: "cut-1.urgent", queue: "urgent", args: [1] },
    { id: "cut-1", queue: "video", args: [1] },
  ]);
  await scene.app.close();
});

it("leads a step of a canvas to one queue, or nowhere", async () => {
  const scene = new Scene();
  const cut = scene.app.task("cut", (x: number) => x);
  const both = cut.signature([1], { routingKey: "media.video.high" });
  await expect(chain(both, cut.s()).delay()).rejects.toThrow(InvalidCanvasError);
  await expect(chain(both, cut.s()).delay()).rejects.toThrow("leads to queues video, urgent");
  await chain(cut.signature([1], { routingKey: "media.video.low" }), cut.s()).delay();
  expect(scene.sent.calls[0]?.queue).toBe("video");
  await scene.app.close();
});

it("refuses unique calls that would go to several queues, and keys that are none", async () => {
  const scene = new Scene();
  const unique = { for: "1m" } as const;
  await expect(scene.app.sendTask("cut", [], { routingKey: "media.video.high", unique })).rejects.toThrow(
    InvalidArgumentError,
  );
  await expect(scene.app.sendTask("cut", [], { routingKey: "media.*" })).rejects.toThrow(InvalidArgumentError);
  expect(scene.sent.calls).toEqual([]);
  await scene.app.close();
});

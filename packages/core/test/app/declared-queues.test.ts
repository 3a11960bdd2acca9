import { expect, it } from "vitest";
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from "../../src/app/config.ts";
import { checkQueueExists, declaredQueues, queueStreams } from "../../src/app/declared-queues.ts";
import { chain, group, memoryTransport, QueueNotFound, Troupe } from "../../src/index.ts";
import { SentCalls } from "../../src/testing/sent-calls.ts";
import { silentLogger } from "../support/loggers.ts";

function settings(changes: Partial<Settings>): Settings {
  return mergeSettings(DEFAULT_SETTINGS, changes);
}

it.each([
  [{}, ["default"]],
  [{ taskQueues: ["hipri", "default"] }, ["default", "hipri"]],
  [{ taskQueues: { hipri: {}, media: {} }, taskDefaultQueue: "lopri" }, ["lopri", "hipri", "media"]],
])("%j declares %j", (changes, queues) => {
  expect(declaredQueues(settings(changes))).toEqual(queues);
});

it.each([{ taskQueues: ["hipri"] }, { taskQueues: { hipri: {} } }])(
  "refuses queues beside %j only if told so",
  (given) => {
    const open = settings(given);
    const closed = settings({ ...given, taskCreateMissingQueues: false });
    for (const queue of ["hipri", "default"]) expect(() => checkQueueExists(queue, "a worker", closed)).not.toThrow();
    for (const queue of ["other", "constructor", "0", "direct.w1.at.host"]) {
      expect(() => checkQueueExists(queue, "a worker", open)).not.toThrow();
      expect(() => checkQueueExists(queue, "a worker", closed)).toThrow(QueueNotFound);
    }
  },
);

it("names the nearest queue and those that are declared", () => {
  const closed = settings({ taskQueues: ["hipri"], taskCreateMissingQueues: false });
  expect(() => checkQueueExists("hirpi", 'task "proj.add"', closed)).toThrow(
    'queue "hirpi" of task "proj.add" is not declared; did you mean "hipri"? Declared are ["default", "hipri"]; ' +
      "name it in taskQueues, or set taskCreateMissingQueues to true",
  );
});

it("knows the private queues of workers where they have some", () => {
  const closed = settings({ workerDirect: true, taskCreateMissingQueues: false });
  expect(() => checkQueueExists("direct.w1.at.host", "a call", closed)).not.toThrow();
  expect(() => checkQueueExists("hipri", "a call", closed)).toThrow(QueueNotFound);
});

it("refuses calls, routes, signatures and workers before anything is sent", async () => {
  await using app = new Troupe("proj", {
    broker: memoryTransport(),
    logger: silentLogger,
    taskQueues: ["hipri"],
    taskCreateMissingQueues: false,
    taskRoutes: { "proj.routed": "nowhere" },
  });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  const own = app.task("proj.own", { queue: "nowhere" }, (x: number) => x);
  app.task("proj.routed", (x: number) => x);
  using sent = new SentCalls(app);
  const refused: (() => unknown)[] = [
    () => add.applyAsync([1, 1], { queue: "nowhere" }),
    () => own.delay(1),
    () => own.apply([1]),
    () => app.sendTask("proj.routed", [1]),
    () => app.sendTask("proj.unknown", [1], { queue: "nowhere" }),
    () => add.signature([1, 1], { queue: "nowhere" }).delay(),
    () => chain(add.s(1, 1), own.s()).delay(),
    () => group([add.s(1, 1), app.signature("proj.routed", [1])]).delay(),
    () => add.applyAsync([1, 1], { link: own.s() }),
    () => app.worker({ queues: ["default", "nowhere"] }),
  ];
  for (const act of refused) await expect(async () => act()).rejects.toThrow(QueueNotFound);
  sent.expectNone();
  expect(own(4)).toBe(4);
  expect(app.worker().queues).toEqual(["default", "hipri"]);
  await add.applyAsync([1, 1], { queue: "hipri", ignoreResult: true });
  await own.applyAsync([1], { queue: "hipri", ignoreResult: true });
});

it("knows which queues have a stream of their own, with its limits", () => {
  const streams = queueStreams({
    taskQueues: {
      media: { stream: true },
      mail: { stream: { maxMessages: 5, replicas: 3 } },
      slow: { stream: false },
      a: {},
    },
  });
  expect([...streams]).toEqual([
    ["media", { maxMessages: null, maxBytes: null, replicas: null }],
    ["mail", { maxMessages: 5, maxBytes: null, replicas: 3 }],
  ]);
  expect(queueStreams({ taskQueues: ["media"] }).size).toBe(0);
});

it.each([
  [{ maxMessages: 0 }, /"maxMessages" is 0; it takes an integer from 1/],
  [{ maxBytes: 1000 }, /"maxBytes" is 1000; it takes an integer from 1024/],
  [{ replicas: 2 }, /"replicas" is 2; it takes 1, 3 or 5/],
  [{ maxMesages: 5 }, /did you mean "maxMessages"/],
  ["yes", /"stream" is "yes"; it takes true, false or an object/],
])("refuses the stream %j", (stream, message) => {
  // @ts-expect-error -- what a program without types may give
  expect(() => settings({ taskQueues: { media: { stream } } })).toThrow(message);
});

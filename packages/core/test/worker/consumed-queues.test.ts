import { expect, it } from "vitest";
import { QueueNotFound } from "../../src/model/errors.ts";
import { consumedQueues, type QueueDefaults } from "../../src/worker/consumed-queues.ts";

const DEFAULTS: QueueDefaults = { queues: ["default", "hipri", "media"], direct: false, checkQueueExists: () => {} };

function consumed(options: object, defaults: Partial<QueueDefaults> = {}): readonly string[] {
  return consumedQueues(options, "w1@host", { ...DEFAULTS, ...defaults });
}

it.each([
  [{}, ["default", "hipri", "media"]],
  [{ queues: ["other", "hipri"] }, ["other", "hipri"]],
  [{ excludeQueues: ["hipri"] }, ["default", "media"]],
  [{ queues: ["hipri", "other"], excludeQueues: ["media", "other"] }, ["hipri"]],
])("of %j are %j", (options, queues) => {
  expect(consumed(options)).toEqual(queues);
});

it("are joined by the worker's own, which nothing excludes", () => {
  expect(consumed({ queues: ["hipri"] }, { direct: true })).toEqual(["hipri", "direct.w1.at.host"]);
  const others = { excludeQueues: ["default", "hipri", "media"] };
  expect(consumed(others, { direct: true })).toEqual(["direct.w1.at.host"]);
});

it("refuse a name to exclude that is known nowhere, with the nearest", () => {
  expect(() => consumed({ excludeQueues: ["medai"] })).toThrow(QueueNotFound);
  expect(() => consumed({ excludeQueues: ["medai"] })).toThrow(
    'queue "medai" of excludeQueues is neither declared nor consumed; did you mean "media"? Known are ["default", "hipri", "media"]',
  );
});

it("are checked, each", () => {
  const checkQueueExists = (queue: string): void => {
    if (queue === "other") throw new QueueNotFound("not declared");
  };
  expect(() => consumed({ queues: ["hipri", "other"] }, { checkQueueExists })).toThrow(QueueNotFound);
  expect(consumed({ queues: ["hipri"] }, { checkQueueExists })).toEqual(["hipri"]);
});

import { expect, it } from "vitest";
import { canBroadcast, isNodeQueue, nodeOf, nodeQueue } from "../../src/client/node-queue.ts";
import { isQueueName } from "../../src/model/names.ts";

it("names a node's queue by queue and worker", () => {
  const name = nodeQueue("news", "w1@host.example");
  expect(name).toBe("news--w1.at.host.example");
  expect([isNodeQueue(name, "news"), isNodeQueue(name, "new"), isNodeQueue("news", "news")]).toEqual([
    true,
    false,
    false,
  ]);
  expect(nodeOf(name, "news")).toBe("w1.at.host.example");
});

it("gives different workers different queues, of any length", () => {
  const workers = [
    "a--b@h",
    "a.at.b@h",
    "a@b.at.h",
    `${"x".repeat(64)}@${"y".repeat(128)}`,
    `${"x".repeat(64)}@z`,
    ".a@h.",
  ];
  const names = workers.map((worker) => nodeQueue("n".repeat(40), worker));
  expect(new Set(names).size).toBe(workers.length);
  expect(names.filter((name) => !isQueueName(name))).toEqual([]);
});

it("leaves room for the nodes, and is no node itself", () => {
  const names = ["news", "n".repeat(40), "n".repeat(41), "a--b", "a-"];
  expect(names.map(canBroadcast)).toEqual([true, true, false, false, false]);
});

import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { isQueueName } from "../../src/model/names.ts";
import { directQueue, isDirectQueue } from "../../src/worker/direct-queue.ts";

it.each([
  ["w1@host", "direct.w1.at.host"],
  ["troupe@box-1.example.com", "direct.troupe.at.box-1.example.com"],
])("of %s is %s", (hostname, queue) => {
  expect(directQueue(hostname)).toBe(queue);
});

it("has a name that a queue may have, and another for each worker", () => {
  const hostnames = [
    "w1@host",
    "w1.@host",
    "w1@.host",
    "w1@host.",
    "w..1@host",
    "w.1@host",
    "a.at@b",
    "a@at.b",
    "a.at.b@c",
    "a@b.at.c",
    "a--b@c",
    "-@-",
    `${"n".repeat(64)}@${"h".repeat(128)}`,
    `${"n".repeat(64)}@${"h".repeat(127)}`,
  ];
  const queues = hostnames.map(directQueue);
  expect(new Set(queues).size).toBe(hostnames.length);
  expect(queues.filter((queue) => !isQueueName(queue) || !isDirectQueue(queue))).toEqual([]);
});

it.each(["", "w1", "w1@%h", "a@b@c", "a b@c"])("is refused for %j, which names no worker", (hostname) => {
  expect(() => directQueue(hostname)).toThrow(InvalidArgumentError);
});

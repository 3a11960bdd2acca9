import { expect, it } from "vitest";
import { Hooks } from "../../src/client/hooks.ts";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import type { HookedWorker } from "../../src/model/hook-map.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { type Line, rememberingLogger } from "../support/loggers.ts";

const WORKER: HookedWorker = { hostname: "w1@host", queues: ["default"], concurrency: 1 };

it("calls handlers in the order in which they were added, until they are taken out", () => {
  const hooks = new Hooks(() => rememberingLogger([]));
  const heard: string[] = [];
  expect(hooks.isEmpty).toBe(true);
  const off = hooks.on("workerReady", ({ hostname }) => heard.push(`one ${hostname}`));
  hooks.on("workerReady", () => heard.push("two"));
  hooks.on("workerInit", () => heard.push("another hook"));
  expect(hooks.emit("workerReady", "w1@host", WORKER)).toBeUndefined();
  off();
  void hooks.emit("workerReady", "w1@host", WORKER);
  expect(heard).toEqual(["one w1@host", "two", "two"]);
});

it("is empty again when all handlers are taken out", () => {
  const hooks = new Hooks(() => rememberingLogger([]));
  const offs = [hooks.on("workerReady", () => {}), hooks.on("workerReady", () => {})];
  expect(hooks.isEmpty).toBe(false);
  for (const off of offs) off();
  expect(hooks.isEmpty).toBe(true);
});

it("tells a handler of one sender only what that one does", () => {
  const hooks = new Hooks(() => rememberingLogger([]));
  const heard: string[] = [];
  hooks.on("workerReady", ({ hostname }) => heard.push(hostname), { sender: "w1@host" });
  void hooks.emit("workerReady", "w2@host", { ...WORKER, hostname: "w2@host" });
  void hooks.emit("workerReady", "w1@host", WORKER);
  expect(heard).toEqual(["w1@host"]);
});

it("waits for asynchronous handlers", async () => {
  const hooks = new Hooks(() => rememberingLogger([]));
  const gate = deferred();
  const heard: string[] = [];
  hooks.on("workerReady", async () => {
    await gate.promise;
    heard.push("slow");
  });
  const emitted = hooks.emit("workerReady", "w1@host", WORKER)?.then(() => heard.push("done"));
  gate.resolve();
  await emitted;
  expect(heard).toEqual(["slow", "done"]);
});

it("logs what handlers throw, and goes on", async () => {
  const lines: Line[] = [];
  const hooks = new Hooks(() => rememberingLogger(lines));
  const heard: string[] = [];
  hooks.on("workerReady", () => {
    throw new Error("thrown");
  });
  hooks.on("workerReady", () => Promise.reject(new Error("rejected")));
  hooks.on("workerReady", () => heard.push("after"));
  await hooks.emit("workerReady", "w1@host", WORKER);
  expect(heard).toEqual(["after"]);
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ["error", "hook workerReady of w1@host failed"],
    ["error", "hook workerReady of w1@host failed"],
  ]);
});

it("refuses what is no function", () => {
  const hooks = new Hooks(() => rememberingLogger([]));
  // @ts-expect-error -- as JavaScript can
  expect(() => hooks.on("workerReady", "log")).toThrow(InvalidArgumentError);
});

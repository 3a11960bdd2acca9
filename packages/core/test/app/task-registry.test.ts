import { expect, it } from "vitest";
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from "../../src/app/config.ts";
import type { RoutedCall } from "../../src/app/router.ts";
import { TaskRegistry } from "../../src/app/task-registry.ts";
import { AlreadyRegisteredError, InvalidArgumentError } from "../../src/model/errors.ts";
import { DEFAULT_RETRY_RULES } from "../../src/model/retry-policy.ts";
import type { TaskOptions } from "../../src/model/task-options.ts";

const handler = (): number => 4;

const CALL: RoutedCall = { args: [], kwargs: {}, options: {} };

class Scene {
  settings: Settings = DEFAULT_SETTINGS;
  readonly registry = new TaskRegistry(() => this.settings);

  change(changes: Partial<Settings>): void {
    this.settings = mergeSettings(this.settings, changes);
  }
}

it("finds tasks by their names, and lists them in order", () => {
  const { registry } = new Scene();
  registry.add("proj.b", {}, handler);
  registry.add("proj.a", {}, handler);
  expect(registry.get("proj.b")).toMatchObject({ name: "proj.b", handler });
  expect(registry.names()).toEqual(["proj.a", "proj.b"]);
  for (const name of ["proj.c", "constructor", "__proto__", "toString"]) expect(registry.get(name)).toBeUndefined();
});

it("takes a task's own option, else the setting", () => {
  const scene = new Scene();
  scene.registry.add("proj.a", {}, handler);
  scene.registry.add(
    "proj.b",
    { ignoreResult: false, acksLate: true, rejectOnWorkerLost: false, serializer: "msgpack", expires: "5s" },
    handler,
  );
  scene.change({
    taskIgnoreResult: true,
    taskStoreErrorsEvenIfIgnored: true,
    taskTrackStarted: true,
    taskAcksLate: false,
    taskRejectOnWorkerLost: true,
    taskSerializer: "json",
  });
  expect(scene.registry.get("proj.a")?.config).toEqual({
    ignoreResult: true,
    storeErrorsEvenIfIgnored: true,
    trackStarted: true,
    acksLate: false,
    rejectOnWorkerLost: true,
    acksOnFailure: true,
    acksOnTimeout: true,
    expiresMs: null,
    timeLimits: null,
    rateLimit: null,
    serializer: "json",
    retry: DEFAULT_RETRY_RULES,
    throws: [],
    params: null,
    input: null,
    unique: null,
    sendEvents: true,
    hooks: null,
  });
  expect(scene.registry.get("proj.b")?.config).toMatchObject({
    ignoreResult: false,
    acksLate: true,
    rejectOnWorkerLost: false,
    serializer: "msgpack",
    expiresMs: 5_000,
  });
});

it("takes one word on acknowledgements for both cases, and of a task before that of the settings", () => {
  const scene = new Scene();
  scene.registry.add("proj.a", {}, handler);
  scene.registry.add("proj.b", { acksOnFailureOrTimeout: true }, handler);
  scene.registry.add("proj.c", { acksOnFailureOrTimeout: true, acksOnTimeout: false }, handler);
  scene.change({ taskAcksOnFailureOrTimeout: false, taskAcksOnFailure: true });
  const acksOf = (name: string): unknown => {
    const config = scene.registry.get(name)?.config;
    return [config?.acksOnFailure, config?.acksOnTimeout];
  };
  expect(["proj.a", "proj.b", "proj.c"].map(acksOf)).toEqual([
    [true, false],
    [true, true],
    [true, false],
  ]);
});

it("refuses a soft time limit that is not below the hard one", () => {
  const { registry } = new Scene();
  const limits: TaskOptions = { softTimeLimit: "2s", timeLimit: "2s" };
  expect(() => registry.add("proj.a", limits, handler)).toThrow(InvalidArgumentError);
  expect(() => registry.add("proj.a", limits, handler)).toThrow(
    'option of task "proj.a": "softTimeLimit" is 2000 ms, which is not below "timeLimit", 2000 ms; give a shorter',
  );
  registry.add("proj.a", { softTimeLimit: "1s", timeLimit: "2s" }, handler);
  expect(registry.get("proj.a")?.config.timeLimits).toEqual({ softMs: 1_000, hardMs: 2_000 });
});

it("fills in how a task is retried", () => {
  const { registry } = new Scene();
  const rulesOf = (options: TaskOptions): unknown => {
    const name = `proj.t${registry.names().length}`;
    registry.add(name, options, handler);
    return registry.get(name)?.config.retry;
  };
  expect(rulesOf({})).toEqual({
    max: 3,
    delayMs: 180_000,
    on: [],
    notOn: [],
    backoffMs: null,
    backoffMaxMs: 600_000,
    jitter: true,
  });
  expect(rulesOf({ maxRetries: null, defaultRetryDelay: "1s", autoretryFor: [Error] })).toMatchObject({
    max: null,
    delayMs: 1_000,
    on: [Error],
  });
  expect(rulesOf({ maxRetries: 0, dontAutoretryFor: [TypeError], retryJitter: false })).toMatchObject({
    max: 0,
    notOn: [TypeError],
    jitter: false,
  });
  expect(rulesOf({ retryBackoff: true })).toMatchObject({ backoffMs: 1_000 });
  expect(rulesOf({ retryBackoff: false })).toMatchObject({ backoffMs: null });
  expect(rulesOf({ retryBackoff: "5s", retryBackoffMax: "1m" })).toMatchObject({
    backoffMs: 5_000,
    backoffMaxMs: 60_000,
  });
});

it("resolves a task once, and anew when the settings have changed", () => {
  const scene = new Scene();
  scene.registry.add("proj.a", {}, handler);
  const before = scene.registry.get("proj.a");
  expect(scene.registry.get("proj.a")).toBe(before);
  scene.change({ taskAcksLate: false });
  expect(scene.registry.get("proj.a")?.config.acksLate).toBe(false);
});

it("sends to the task's queue, else by its route, else to the default queue", () => {
  const scene = new Scene();
  scene.registry.add("proj.own", { queue: "own" }, handler);
  scene.registry.add("proj.routed", {}, handler);
  scene.registry.add("other", {}, handler);
  scene.change({ taskRoutes: { "proj.*": "routed" }, taskDefaultQueue: "main" });
  const queues = ["proj.own", "proj.routed", "other", "proj.unknown", "unknown"].map(
    (name) => scene.registry.callee(name, CALL).queue,
  );
  expect(queues).toEqual(["own", "routed", "main", "routed", "main"]);
});

it("calls a task that is not registered as the settings say", () => {
  const scene = new Scene();
  scene.change({ taskIgnoreResult: true, taskAcksLate: false, taskSerializer: "json" });
  expect(scene.registry.callee("unknown", CALL)).toEqual({
    name: "unknown",
    queue: "default",
    priority: null,
    inheritsPriority: false,
    defaultPriority: null,
    ignoreResult: true,
    atMostOnce: true,
    serializer: "json",
    expiresMs: null,
    unique: null,
  });
});

it("refuses a second task of a name, wrong names, handlers and options", () => {
  const { registry } = new Scene();
  registry.add("proj.a", {}, handler);
  expect(() => registry.add("proj.a", {}, handler)).toThrow(AlreadyRegisteredError);
  expect(() => registry.add("a b", {}, handler)).toThrow(InvalidArgumentError);
  for (const wrong of [undefined, null, {}, "handler"]) {
    expect(() => registry.add("proj.b", {}, wrong)).toThrow(InvalidArgumentError);
  }
  for (const wrong of [undefined, null, "options", [], 5]) {
    expect(() => registry.add("proj.b", wrong, handler)).toThrow(InvalidArgumentError);
  }
  expect(() => registry.add("proj.b", { qeue: "x" }, handler)).toThrow('unknown option of task "proj.b": "qeue"');
  expect(registry.names()).toEqual(["proj.a"]);
});

it("takes what the task does not say from its route, and the rest from the settings", () => {
  const scene = new Scene();
  const route = { queue: "routed", priority: 7, serializer: "json" } as const;
  scene.change({ taskRoutes: { "proj.*": route }, taskDefaultQueue: "main" });
  scene.registry.add("proj.own", { queue: "own", priority: 1, serializer: "msgpack" }, () => {});
  expect(scene.registry.callee("proj.own", CALL)).toMatchObject({ queue: "own", priority: 1, serializer: "msgpack" });
  expect(scene.registry.callee("proj.other", CALL)).toMatchObject(route);
  expect(scene.registry.callee("other", CALL)).toMatchObject({ queue: "main", priority: null, serializer: "msgpack" });
});

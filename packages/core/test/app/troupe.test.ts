import { pathToFileURL } from "node:url";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  AlreadyRegisteredError,
  AsyncResult,
  ConfigError,
  EagerResult,
  GetInsideTaskError,
  InvalidArgumentError,
  isTroupe,
  kw,
  memoryTransport,
  NotRegistered,
  SerializationError,
  type Settings,
  type TaskContext,
  Troupe,
} from "../../src/index.ts";
import { BrokerUnreachableError, ClosedError, Ignore, Reject } from "../../src/model/errors.ts";
import { silentLogger } from "../support/loggers.ts";
import { outcomeOf, soon } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

let apps: Troupe[] = [];

function appOf(settings: Partial<Settings> = {}): Troupe {
  const app = new Troupe("proj", { logger: silentLogger, ...settings });
  apps.push(app);
  return app;
}

/** An application with a worker that runs what it is given. */
async function working(app: Troupe): Promise<Disposable & AsyncDisposable> {
  const worker = app.worker({ concurrency: 4 });
  await worker.start();
  return { [Symbol.dispose]: () => {}, [Symbol.asyncDispose]: () => worker.stop({ mode: "cold" }) };
}

beforeEach(() => {
  vi.stubEnv("TROUPE_BROKER_URL", "");
});

afterEach(async () => {
  for (const app of apps) await app.close();
  apps = [];
  vi.unstubAllEnvs();
});

it("is made without contact to anything, and knows its kind", () => {
  const transport = new StubTransport();
  const app = appOf({ broker: transport });
  expect([app.name, app.conf.broker, app.tasks.size, app.currentTask]).toEqual(["proj", transport, 0, null]);
  expect(transport.calls).toEqual([]);
  expect([app, {}, null, "app", new Map()].map(isTroupe)).toEqual([true, false, false, false, false]);
  expect(() => new Troupe("")).toThrow(InvalidArgumentError);
  expect(() => appOf({ namespace: "a b" })).toThrow(ConfigError);
});

it("takes its broker from the environment where no setting says otherwise", () => {
  vi.stubEnv("TROUPE_BROKER_URL", "nats://elsewhere:4222");
  expect(appOf().conf.broker).toBe("nats://elsewhere:4222");
  expect(appOf({ broker: "memory:" }).conf.broker).toBe("memory:");
  const unset: Partial<Settings> = Object.fromEntries([["broker", process.env["SOME_BROKER"]]]);
  expect(appOf(unset).conf.broker).toBe("nats://elsewhere:4222");
});

it("registers tasks under explicit names, once", () => {
  const app = appOf();
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  expect([add.name, [...app.tasks.keys()]]).toEqual(["proj.add", ["proj.add"]]);
  expect(app.tasks.get("proj.add")).toBe(add);
  expect(() => app.task("proj.add", () => 1)).toThrow(AlreadyRegisteredError);
  expect(() => app.task("a b", () => 1)).toThrow(InvalidArgumentError);
  expect(app.tasks.size).toBe(1);
});

it("runs a direct call here and sends nothing", async () => {
  const transport = new StubTransport();
  const app = appOf({ broker: transport });
  const add = app.task("proj.add", (x: number, y: number, { debug = false } = {}) => [x + y, debug]);
  expect(add(2, 2)).toEqual([4, false]);
  expect(add(2, 2, kw({ debug: true }))).toEqual([4, true]);
  const later = app.task("proj.later", async (x: number) => x + 1);
  expect(await later(1)).toBe(2);
  const failing = app.task("proj.failing", () => {
    throw new Ignore();
  });
  expect(() => failing()).toThrow(Ignore);
  expect(transport.calls).toEqual([]);
});

it("gives a direct call a context, as this and as the current task", () => {
  const app = appOf();
  const task = app.task("proj.ctx", function (this: TaskContext, x: number) {
    return [this.name, this.args, this.deliveryInfo.isEager, app.currentTask === this, x];
  });
  expect(task(5)).toEqual(["proj.ctx", [5], true, true, 5]);
  expect(app.currentTask).toBeNull();
});

it("gives what a direct call calls the task around it as parent, or none", async () => {
  const app = appOf();
  const leaf = app.task("proj.leaf", () => [app.currentTask?.parentId, app.currentTask?.rootId]);
  const middle = app.task("proj.middle", async () => (await leaf.apply()).get({ allowInTask: true }));
  const outer = app.task("proj.outer", async () => [app.currentTask?.id, await middle()]);
  const alone = await leaf.apply();
  expect(await alone.get()).toEqual([null, alone.id]);
  expect(await middle()).toEqual([null, expect.any(String)]);
  const [id, family] = await (await outer.apply()).get();
  expect(family).toEqual([id, id]);
});

it("waits in a direct call, where no task can starve", async () => {
  const app = appOf();
  using _worker = await working(app);
  const leaf = app.task("proj.leaf", () => 5);
  const waits = app.task("proj.waits", async () => (await leaf.delay()).get());
  expect(await waits()).toBe(5);
});

it("makes a task that is applied the current one, for its own time", async () => {
  const app = appOf();
  const task = app.task("proj.ctx", async () => {
    await Promise.resolve();
    return app.currentTask?.id;
  });
  const result = await task.apply();
  expect(await result.get()).toBe(result.id);
  expect(app.currentTask).toBeNull();
});

const TENFOLD: StandardSchemaV1<[string], [number]> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      Array.isArray(value) && typeof value[0] === "string"
        ? { value: [Number(value[0]) * 10] }
        : { issues: [{ message: "not a text", path: [0] }] },
  },
};

it("parses the arguments of every kind of call by the task's schema", async () => {
  const app = appOf();
  const task = app.task("proj.parsed", { input: TENFOLD }, (x) => x + 1);
  await using _worker = await working(app);
  expect(await (await task.apply(["4"])).get()).toBe(41);
  expect(await (await task.delay("4")).get({ timeout: "5s" })).toBe(41);
  expect(await task("4")).toBe(41);
});

it("runs apply here, as a worker would, and stores nothing", async () => {
  const transport = new StubTransport();
  const app = appOf({ broker: transport });
  const task = app.task("proj.echo", (value: unknown) => value);
  const result = await task.apply([{ a: [1, undefined] }]);
  expect(result).toBeInstanceOf(EagerResult);
  expect([await result.get(), await result.state(), await result.ready()]).toEqual([{ a: [1, null] }, "SUCCESS", true]);
  await expect(task.apply([() => 1])).rejects.toBeInstanceOf(SerializationError);
  expect(transport.calls).toEqual([]);
});

it("gives the state of every ending of apply", async () => {
  const app = appOf();
  const mine = new TypeError("mine");
  const task = app.task("proj.end", (how: string): unknown => {
    if (how === "fail") throw mine;
    if (how === "ignore") throw new Ignore();
    if (how === "reject") throw new Reject("bad");
    if (how === "requeue") throw new Reject("later", { requeue: true });
    return how === "bad value" ? () => 1 : 4;
  });
  const ends = await Promise.all(
    ["ok", "fail", "ignore", "reject", "requeue", "bad value"].map(async (how) => (await task.apply([how])).state()),
  );
  expect(ends).toEqual(["SUCCESS", "FAILURE", "IGNORED", "REJECTED", "REJECTED", "FAILURE"]);
  expect(await (await task.apply(["fail"])).get({ propagate: false })).toBe(mine);
  app.conf.taskEagerPropagates = true;
  await expect(task.apply(["fail"])).rejects.toBe(mine);
});

it("shows nothing of an applied task that ignores its result", async () => {
  const task = appOf().task("proj.quiet", { ignoreResult: true }, () => "secret");
  const result = await task.apply();
  expect([await result.get(), await result.result(), (await result.info()).result]).toEqual([null, null, null]);
  expect(await result.state()).toBe("SUCCESS");
});

it("runs calls here in always-eager mode, but not those by name", async () => {
  const transport = new StubTransport();
  const app = appOf({ broker: transport, taskAlwaysEager: true });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  const result = await add.delay(2, 2);
  expect(result).toBeInstanceOf(EagerResult);
  expect(await result.get()).toBe(4);
  expect(transport.calls).toEqual([]);
  await app.sendTask("proj.add", [2, 2]);
  expect(transport.callsOf("publish")).toHaveLength(1);
});

it("binds declared parameters by name, and refuses what does not fit before anything is sent", async () => {
  const transport = new StubTransport();
  const app = appOf({ broker: transport });
  const add = app.task("proj.add", { params: ["x", "y"] }, (x: number, y: number) => x + y);
  const one: [number, number] = JSON.parse("[1]");
  expect(await (await add.apply(one, { kwargs: { y: 2 } })).get()).toBe(3);
  await expect(add.applyAsync([1, 2], { kwargs: { z: 3 } })).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(add.applyAsync(one)).rejects.toThrow('"y" is missing');
  await expect(app.sendTask("proj.add", [1, 2, 3])).rejects.toBeInstanceOf(InvalidArgumentError);
  expect(transport.calls).toEqual([]);
});

it("sends, runs and brings back", async () => {
  const app = appOf();
  const add = app.task("proj.add", (x: number, y: number, { debug = false } = {}) => (debug ? `${x}+${y}` : x + y));
  await using _worker = await working(app);
  const result = await add.delay(2, 2);
  expect(result).toBeInstanceOf(AsyncResult);
  expect(await result.get({ timeout: "5s" })).toBe(4);
  expect(await (await add.delay(2, 2, kw({ debug: true }))).get({ timeout: "5s" })).toBe("2+2");
  expect(await (await app.sendTask<number>("proj.add", [3, 4])).get({ timeout: "5s" })).toBe(7);
  expect(await app.result(result.id).get({ timeout: "5s" })).toBe(4);
  expect(await app.result("unknown").state()).toBe("PENDING");
});

it("brings back errors as what they were", async () => {
  class PaymentError extends Error {
    override name = "PaymentError";
  }
  const app = appOf({ errors: [PaymentError] });
  const task = app.task("proj.pay", async () =>
    Promise.reject(new PaymentError("no", { cause: new TypeError("why") })),
  );
  await using _worker = await working(app);
  const error = await outcomeOf((await task.delay()).get({ timeout: "5s" }));
  expect(error).toBeInstanceOf(PaymentError);
  expect(error).toMatchObject({
    message: "no",
    cause: expect.any(TypeError),
    stack: expect.stringContaining("troupe.test"),
  });
});

it("makes calls inside a task its children, also from arrow functions", async () => {
  const app = appOf();
  const leaf = app.task("proj.leaf", () => [app.currentTask?.id, app.currentTask?.parentId, app.currentTask?.rootId]);
  const middle = app.task("proj.middle", async () => (await leaf.delay()).id);
  const top = app.task("proj.top", async () => {
    await Promise.resolve();
    return (await middle.delay()).id;
  });
  await using _worker = await working(app);
  const first = await top.delay();
  const second = await first.get({ timeout: "5s" });
  const third = await app.result<string>(second).get({ timeout: "5s" });
  expect(await app.result(third).get({ timeout: "5s" })).toEqual([third, second, first.id]);
});

it("refuses get inside a task, unless it is allowed", async () => {
  const app = appOf();
  const leaf = app.task("proj.leaf", () => 4);
  const refused = app.task("proj.refused", async () => (await leaf.delay()).get());
  const allowed = app.task("proj.allowed", async () => (await leaf.delay()).get({ allowInTask: true }));
  await using _worker = await working(app);
  expect(await (await allowed.delay()).get({ timeout: "5s" })).toBe(4);
  const error = await outcomeOf((await refused.delay()).get({ timeout: "5s" }));
  expect(error).toMatchObject({ name: "GetInsideTaskError", code: "TROUPE_GET_INSIDE_TASK" });
  expect(error).toBeInstanceOf(GetInsideTaskError);
});

it("lets a task set states of its own, which others see", async () => {
  const app = appOf();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const said = new Promise<void>((resolve) => {
    app.task("proj.copy", async function (this: TaskContext) {
      await this.progress(1, 2);
      resolve();
      await gate;
    });
  });
  await using _worker = await working(app);
  const result = await app.sendTask("proj.copy");
  await said;
  expect(await result.info()).toMatchObject({ state: "PROGRESS", meta: { done: 1, total: 2 } });
  release();
  expect(await result.get({ timeout: "5s" })).toBeNull();
});

it("shares a transport among applications", async () => {
  const broker = memoryTransport();
  const server = appOf({ broker });
  const client = new Troupe("client", { broker, logger: silentLogger });
  apps.push(client);
  server.task("proj.add", (x: number, y: number) => x + y);
  await using _worker = await working(server);
  const result = await client.sendTask<number>("proj.add", [2, 2]);
  expect(await result.get({ timeout: "5s" })).toBe(4);
  const unknown = await client.sendTask("proj.unknown");
  await expect(unknown.get({ timeout: "5s" })).rejects.toBeInstanceOf(NotRegistered);
});

it("tells what its workers do", async () => {
  const app = appOf();
  app.task("proj.add", (x: number, y: number) => x + y);
  const worker = app.worker({ hostname: "w1@here", concurrency: 3 });
  await worker.start();
  const inspect = app.control.inspect({ destination: ["w1@here"], timeout: "5s" });
  expect(await inspect.ping()).toEqual({ "w1@here": { ok: "pong" } });
  expect(await inspect.registered()).toEqual({ "w1@here": ["proj.add"] });
  expect(await inspect.active()).toEqual({ "w1@here": [] });
  expect((await inspect.stats())["w1@here"]).toMatchObject({ pool: { maxConcurrency: 3 }, queues: ["default"] });
  await worker.stop();
});

it("imports the modules it includes, relative to the application's module, before it works", async () => {
  const here = new URL(".", import.meta.url);
  for (const [from, module] of [
    [import.meta.url, "./fixtures/included.js?a"],
    [new URL("app.js", here), "./fixtures/included.js?b"],
    [new URL("app.js", here).pathname, "./fixtures/included.js"],
  ] as const) {
    Reflect.set(globalThis, "includedModules", []);
    const app = appOf({ include: [module] });
    app.includeFrom(from);
    const worker = app.worker();
    await worker.start();
    expect(Reflect.get(globalThis, "includedModules")).toEqual(["included.js"]);
    await worker.stop();
  }
});

it("does not start a worker whose included module is missing, and says which", async () => {
  const app = appOf({ include: ["./fixtures/missing.js"] });
  app.includeFrom(pathToFileURL(import.meta.filename));
  await expect(app.worker().start()).rejects.toThrow("missing.js");
});

it("says that no broker was reached", async () => {
  const transport = new StubTransport();
  transport.answer("connect", new BrokerUnreachableError("no broker at stub:"));
  const app = appOf({ broker: transport });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  await expect(add.delay(2, 2)).rejects.toBeInstanceOf(BrokerUnreachableError);
  expect((await add.delay(2, 2)).id).toMatch(/^[0-9a-f-]{36}$/);
});

it("closes, rejects what waits, and connects anew on the next use", async () => {
  const app = appOf({ broker: memoryTransport() });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  const waiting = outcomeOf((await add.delay(2, 2)).get());
  await app.connect();
  await app.close();
  expect(await waiting).toBeInstanceOf(ClosedError);
  await using _worker = await working(app);
  expect(await (await add.delay(2, 3)).get({ timeout: "5s" })).toBe(5);
});

it("tells a call that waits for the broker at once that the application is closed", async () => {
  const transport = new StubTransport();
  const app = appOf({ broker: transport });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  await app.connect();
  transport.change({ type: "disconnected", reason: "test" });
  transport.answer("publish", ...Array.from({ length: 9 }, () => new BrokerUnreachableError("not connected")));
  const sending = add.delay(2, 2);
  expect(await soon(sending)).toBe("pending");
  const closing = app.close();
  transport.change({ type: "closed", reason: "closed by the application" });
  await closing;
  expect(await soon(sending)).toBeInstanceOf(Error);
});

it("is usable after it was closed while it connected", async () => {
  const app = appOf({
    broker: memoryTransport(),
    brokerConnectionTimeout: "1s",
    taskPublishRetryPolicy: { timeout: 100 },
  });
  const add = app.task("proj.add", (x: number, y: number) => x + y);
  const connecting = outcomeOf(app.connect());
  await app.close();
  await connecting;
  expect((await add.delay(2, 2)).id).toMatch(/^[0-9a-f-]{36}$/);
});

// The ways to call a task, and what arrives at its handler.

import { hostname } from "node:os";
import { kw, type TaskContext } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("a call over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker, {
      settings: { taskRoutes: { "route.exact": "exact", "route.*": { queue: "globbed" } } },
    });
    await world.worker({ queues: ["default", "other", "exact", "globbed"] });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("by delay: the value comes back", async () => {
    const add = world.service.task("calling.add", (x: number, y: number) => x + y);
    const result = await add.delay(2, 2);
    expect(await result.get({ timeout: "10s" })).toBe(4);
  });

  it("by applyAsync: arguments as a list", async () => {
    const pair = world.service.task("calling.pair", async (x: number, y: string) => [y, x] as const);
    const result = await pair.applyAsync([1, "a"]);
    expect(await result.get({ timeout: "10s" })).toEqual(["a", 1]);
  });

  it("of a task that returns nothing: null", async () => {
    const nothing = world.service.task("calling.nothing", () => {});
    const result = await nothing.delay();
    expect(await result.get({ timeout: "10s" })).toBeNull();
  });

  it("as a function: runs here, sends nothing, gives the plain value", async () => {
    const runs: string[] = [];
    const here = world.service.task("calling.here", function (this: TaskContext, x: number) {
      runs.push(this.deliveryInfo.isEager ? "eager" : "sent");
      return x * 2;
    });
    expect(here(21)).toBe(42);
    expect(runs).toEqual(["eager"]);
    expect(await world.transport.tasks.count("default")).toEqual({ waiting: 0, unsettled: 0 });
  });

  it("by apply: runs here as a worker would, and gives a decided result", async () => {
    const half = world.service.task("calling.half", (n: number) => {
      if (n % 2 !== 0) throw new RangeError(`${n} is odd`);
      return n / 2;
    });
    const result = await half.apply([42]);
    expect([await result.get(), await result.state(), (await result.info()).worker]).toEqual([
      21,
      "SUCCESS",
      `eager@${hostname()}`,
    ]);
    const failed = await half.apply([43]);
    await expect(failed.get()).rejects.toThrow(new RangeError("43 is odd"));
    expect(await failed.failed()).toBe(true);
  });

  it("by apply: its arguments and its result take the trip through the serializer", async () => {
    const same = world.service.task("calling.same", { serializer: "json" }, (value: unknown) => value);
    await expect(same.apply([new Date()])).rejects.toMatchObject({ code: "TROUPE_SERIALIZATION" });
    const give = world.service.task("calling.give", () => () => 1);
    await expect((await give.apply()).get()).rejects.toMatchObject({ code: "TROUPE_SERIALIZATION" });
  });

  it("by name, from an application that has no task code", async () => {
    world.service.task("calling.byName", (x: number, y: number) => x - y);
    const result = await world.client.sendTask<number>("calling.byName", [5, 3]);
    expect(await result.get({ timeout: "10s" })).toBe(2);
  });

  it("with keywords: passed last, as one object, only when there are some", async () => {
    const add = world.service.task("calling.kw", (x: number, y: number, { times = 1 } = {}) => (x + y) * times);
    const plain = await add.delay(2, 2);
    const times = await add.delay(2, 2, kw({ times: 10 }));
    const byOption = await add.applyAsync([2, 2], { kwargs: { times: 100 } });
    const results = [plain, times, byOption].map((result) => result.get({ timeout: "10s" }));
    expect(await Promise.all(results)).toEqual([4, 40, 400]);
  });

  it("of a task with params: keywords are bound by name; wrong names are refused before anything is sent", async () => {
    world.service.task(
      "calling.params",
      { params: ["base", "exponent"] },
      (base: number, exponent = 2) => base ** exponent,
    );
    const send = (args: unknown[], kwargs: Record<string, unknown>) =>
      world.service.sendTask<number>("calling.params", args, { kwargs });
    const powers = await Promise.all([send([3], {}), send([2], { exponent: 10 }), send([], { exponent: 3, base: 2 })]);
    expect(await Promise.all(powers.map((power) => power.get({ timeout: "10s" })))).toEqual([9, 1024, 8]);
    await expect(send([2], { exponnent: 1 })).rejects.toThrow('it has no parameter "exponnent"');
    await expect(send([2], { base: 1 })).rejects.toThrow('"base" is given twice');
    await expect(send([], {})).rejects.toThrow('"base" is missing');
  });

  it("of a task with params, from an application that does not know them: the worker refuses wrong names", async () => {
    world.service.task("calling.remoteParams", { params: ["base"] }, (base: number) => base);
    const result = await world.client.sendTask("calling.remoteParams", [], { kwargs: { bass: 1 } });
    await expect(result.get({ timeout: "10s" })).rejects.toMatchObject({ code: "TROUPE_INVALID_ARGUMENT" });
  });

  it("of a task with an input schema: the handler gets what the schema made; what does not fit fails the task", async () => {
    const input = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          Array.isArray(value) && typeof value[0] === "string" && /^\d+$/.test(value[0])
            ? { value: [Number(value[0])] as [number] }
            : { issues: [{ message: "not digits", path: [0] }] },
        types: undefined as { readonly input: [string]; readonly output: [number] } | undefined,
      },
    };
    const parse = world.service.task("calling.parse", { input }, (n: number) => n + 1);
    expect(await (await parse.delay("41")).get({ timeout: "10s" })).toBe(42);
    await expect((await parse.delay("x")).get({ timeout: "10s" })).rejects.toMatchObject({
      code: "TROUPE_INVALID_ARGUMENT",
      message: expect.stringContaining("args[0]: not digits"),
    });
  });

  it("goes to the queue of the call, of the task, of the route, in this order", async () => {
    const where = function (this: TaskContext) {
      return this.deliveryInfo.queue;
    };
    const plain = world.service.task("calling.where", where);
    const fixed = world.service.task("route.fixed", { queue: "other" }, where);
    const exact = world.service.task("route.exact", where);
    const globbed = world.service.task("route.any", where);
    const sent = [
      plain.delay(),
      plain.applyAsync([], { queue: "exact" }),
      fixed.delay(),
      exact.delay(),
      globbed.delay(),
    ];
    const queues = (await Promise.all(sent)).map((result) => result.get({ timeout: "10s" }));
    expect(await Promise.all(queues)).toEqual(["default", "exact", "other", "exact", "globbed"]);
  });

  it("goes where the caller's routes say, also for a task it does not know", async () => {
    world.service.task("elsewhere.where", function (this: TaskContext) {
      return this.deliveryInfo.queue;
    });
    const caller = world.app({ taskRoutes: { "elsewhere.*": "other" } });
    const result = await caller.sendTask<string>("elsewhere.where");
    expect(await result.get({ timeout: "10s" })).toBe("other");
  });

  it("in always-eager mode runs in the caller's process", async () => {
    const eager = world.app({ taskAlwaysEager: true });
    const pid = eager.task("calling.eager", function (this: TaskContext) {
      return this.deliveryInfo.isEager;
    });
    expect(await (await pid.delay()).get()).toBe(true);
    eager.conf.taskEagerPropagates = true;
    const fails = eager.task("calling.eagerFails", () => Promise.reject(new TypeError("at once")));
    await expect(fails.delay()).rejects.toThrow(new TypeError("at once"));
  });
});

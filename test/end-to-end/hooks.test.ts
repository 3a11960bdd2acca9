// Hooks and middleware, from the call to the end of the worker, over each broker.

import { chain, chord, Retry, type TaskContext } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("over %s", (broker) => {
  let world: World;
  let heard: string[];
  const hear = (what: string): void => void heard.push(what);

  beforeEach(async () => {
    heard = [];
    world = await World.open(broker, { settings: { propagateHeaders: ["tenant"] } });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it("calls the hooks of a task that succeeds, in order", async () => {
    const { client, service } = world;
    client.on("beforeTaskPublish", ({ name, headers }) => {
      headers["noted"] = true;
      hear(`before publish ${name}`);
    });
    client.on("afterTaskPublish", ({ name }) => hear(`after publish ${name}`));
    service.on("taskReceived", ({ headers }) => hear(`received ${JSON.stringify(headers)}`));
    service.on("taskPrerun", async () => hear(`prerun of ${service.currentTask?.name}`));
    service.on("taskPostrun", ({ state, value }) => hear(`postrun ${state} ${String(value)}`));
    service.on("taskSuccess", ({ value }) => hear(`success ${String(value)}`));
    service.on("taskFailure", () => hear("failure"));
    service.task(
      "proj.add",
      {
        beforeStart: (_id, [x, y]) => hear(`beforeStart ${x} ${y}`),
        onSuccess: (value) => hear(`onSuccess ${value.toFixed(0)}`),
        onFailure: () => hear("onFailure"),
        afterReturn: (state, value, _id, args) => hear(`afterReturn ${state} ${String(value)} of ${args.length}`),
      },
      (x: number, y: number) => {
        hear("handler");
        return x + y;
      },
    );
    await world.worker();
    const result = await client.sendTask("proj.add", [2, 2]);
    expect(await result.get({ timeout: "30s" })).toBe(4);
    await eventually("all is told", () => heard.length === 10);
    const own = ["before publish proj.add", "after publish proj.add"];
    expect(heard.filter((what) => own.includes(what))).toEqual(own);
    expect(heard.filter((what) => !own.includes(what))).toEqual([
      'received {"noted":true}',
      "prerun of proj.add",
      "beforeStart 2 2",
      "handler",
      "postrun SUCCESS 4",
      "success 4",
      "onSuccess 4",
      "afterReturn SUCCESS 4 of 2",
    ]);
  });

  it("tells of retries, failures, and tasks that are unknown or expired", async () => {
    const { client, service } = world;
    const names = ["taskRetry", "taskFailure", "taskUnknown", "taskRevoked"] as const;
    for (const name of names) service.on(name, ({ error, retries }) => hear(`${name} ${retries} ${error.message}`));
    service.on("taskSuccess", () => hear("of another"), { sender: "proj.other" });
    service.task(
      "proj.again",
      {
        maxRetries: 1,
        onRetry: (error, ...[, , , traceback]) => hear(`onRetry ${error.message} ${traceback !== null}`),
        onFailure: (error) => hear(`onFailure ${error.message}`),
        afterReturn: (state) => hear(`afterReturn ${state}`),
      },
      () => {
        throw new Retry({ countdown: 0, exc: new TypeError("busy") });
      },
    );
    await world.worker();
    const again = await client.sendTask("proj.again");
    await expect(again.get({ timeout: "30s" })).rejects.toThrow("busy");
    await eventually("its end is told", () => heard.includes("afterReturn FAILURE"));
    expect(heard).toEqual([
      "taskRetry 0 busy",
      "onRetry busy true",
      "taskFailure 1 busy",
      "onFailure busy",
      "afterReturn FAILURE",
    ]);
    heard = [];
    await (await client.sendTask("proj.none")).get({ timeout: "30s", propagate: false });
    await (await client.sendTask("proj.again", [], { expires: new Date(1) })).get({ timeout: "30s", propagate: false });
    await eventually("both are told", () => heard.length === 2);
    expect(heard[0]).toMatch(/^taskUnknown 0 task "proj.none" is not registered/);
    expect(heard[1]).toMatch(/^taskRevoked 0 task .* expired/);
  });

  it("lets beforeStart fail the task, and logs what the others throw", async () => {
    const { client, service } = world;
    const refuse = (): never => {
      throw new TypeError("not today");
    };
    service.task("proj.refused", { beforeStart: refuse }, () => 1);
    service.task("proj.noisy", { onSuccess: refuse, afterReturn: async () => refuse() }, () => 1);
    service.on("taskPrerun", refuse);
    service.on("taskPostrun", async () => refuse());
    service.on("taskSuccess", refuse);
    await world.worker();
    await expect((await client.sendTask("proj.refused")).get({ timeout: "30s" })).rejects.toThrow("not today");
    expect(await (await client.sendTask("proj.noisy")).get({ timeout: "30s" })).toBe(1);
  });

  it("sends and runs through middleware, which may change what passes", async () => {
    const { client, service } = world;
    client.use({
      publish: async (call, next) => {
        await next({ ...call, args: [...call.args, 10], headers: { ...call.headers, signed: true } });
        hear("published");
      },
    });
    service.use({
      execute: async ({ context, args, kwargs }, next) => {
        hear(`${JSON.stringify(context.headers)} in ${service.currentTask?.name}`);
        const value = await next({ context, args: args.map((arg) => Number(arg) * 2), kwargs });
        return [value];
      },
    });
    service.task("proj.sum", (...xs: number[]) => xs.reduce((sum, x) => sum + x, 0));
    await world.worker();
    expect(await (await client.sendTask("proj.sum", [1])).get({ timeout: "30s" })).toEqual([22]);
    expect(heard.sort()).toEqual(["published", '{"signed":true} in proj.sum'].sort());
  });

  it("fails what a middleware throws at: the call, the run, or the task that would have followed", async () => {
    const { client, service } = world;
    const refuseOther: Parameters<typeof client.use>[0] = {
      publish: (call, next) => {
        if (call.name === "proj.refused") throw new TypeError("may not be called");
        return next();
      },
    };
    client.use(refuseOther);
    const off = service.use(refuseOther);
    service.use({
      execute: ({ args }, next) => {
        if (args.length > 1) throw new RangeError("too many");
        return next();
      },
    });
    service.task("proj.echo", (...xs: unknown[]) => xs);
    service.task("proj.refused", () => 1);
    await world.worker();
    await expect(client.sendTask("proj.refused")).rejects.toThrow("may not be called");
    await expect((await client.sendTask("proj.echo", [1, 2])).get({ timeout: "30s" })).rejects.toThrow("too many");
    const refused = await chain(client.signature("proj.echo"), client.signature("proj.refused")).delay();
    await expect(refused.get({ timeout: "30s" })).rejects.toThrow("may not be called");
    off();
    const allowed = await chain(client.signature("proj.echo"), client.signature("proj.refused")).delay();
    expect(await allowed.get({ timeout: "30s" })).toBe(1);
  });

  it("refuses a middleware that hands nothing on", async () => {
    const { client } = world;
    client.use({ publish: async () => {} });
    await expect(client.sendTask("proj.add", [1, 1])).rejects.toThrow("did not hand on the call");
  });

  it("hands named headers down to calls, canvases, and what follows", async () => {
    const { client, service } = world;
    const tenants = new Map<string, unknown>();
    service.on("taskPrerun", ({ name, headers }) => void tenants.set(name, headers));
    const leaf = service.task("proj.leaf", (..._inputs: unknown[]) => 1);
    const body = service.task("proj.body", (..._inputs: unknown[]) => 2);
    const next = service.task("proj.next", (..._inputs: unknown[]) => 3);
    const own = service.task("proj.own", () => 4);
    service.task("proj.parent", async function (this: TaskContext) {
      const options = { allowInTask: true, timeout: "30s" } as const;
      await (await chord([leaf.s(), leaf.s()], body.s()).delay()).get(options);
      await (await own.applyAsync([], { headers: { tenant: "b" } })).get(options);
      return 1;
    });
    await world.worker({ concurrency: 4 });
    const sent = await chain(
      client.signature("proj.parent").set({ headers: { tenant: "a", other: 1 } }),
      next.s(),
    ).delay();
    expect(await sent.get({ timeout: "30s" })).toBe(3);
    expect(Object.fromEntries(tenants)).toEqual({
      "proj.parent": { tenant: "a", other: 1 },
      "proj.leaf": { tenant: "a" },
      "proj.body": { tenant: "a" },
      "proj.own": { tenant: "b" },
      "proj.next": { tenant: "a" },
    });
  });

  it("tells of a worker's life", async () => {
    const { service } = world;
    service.on("workerInit", async ({ hostname }) => hear(`init ${hostname.split("@")[0]}`));
    service.on("workerReady", () => hear("ready"));
    service.on("workerShuttingDown", ({ mode }) => hear(`shutting down ${mode}`));
    service.on("workerShutdown", async () => hear("shutdown"), { sender: "another@host" });
    service.on("workerShutdown", async ({ queues }) => hear(`shutdown ${queues.join()}`));
    const worker = await world.worker({ hostname: "w1@%h" });
    await worker.stop();
    expect(heard).toEqual(["init w1", "ready", "shutting down warm", "shutdown default"]);
  });

  it("waits for asynchronous hooks when it stops warm", async () => {
    const { client, service } = world;
    service.task("proj.one", () => 1);
    service.on("taskSuccess", async () => {
      await new Promise((resolve) => setImmediate(resolve));
      hear("told");
    });
    const worker = await world.worker();
    await (await client.sendTask("proj.one")).get({ timeout: "30s" });
    await worker.stop();
    expect(heard).toEqual(["told"]);
  });
});

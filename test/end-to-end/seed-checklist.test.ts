// What the user's tutorial shows (spec/runtime.md, section 1), over NATS by its URL, as far as it needs no canvas and no command line.

import { availableParallelism } from "node:os";
import { Writable } from "node:stream";
import { type ApplyOptions, type TaskContext, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gate } from "../support/gate.ts";
import { NatsServer } from "../support/nats-server.ts";
import { app } from "./proj/app.ts";
import * as settings from "./proj/settings.ts";

describe("the tutorial", () => {
  let server: NatsServer;
  const lines: Record<string, unknown>[] = [];
  const worker = app.worker({ queues: ["hipri", "default"] });
  beforeAll(async () => {
    server = await NatsServer.start();
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    app.conf.update({ ...settings, broker: server.url, logger: pino({ level: "info" }, stream) });
    await worker.start();
  });
  afterAll(async () => {
    await worker.stop();
    await app.close();
    await server[Symbol.asyncDispose]();
  });

  const call = <R>(name: string, args: readonly unknown[] = [], options?: ApplyOptions) =>
    app.sendTask<R>(name, args, options);

  it("row 1: a project of three files; a worker knows the tasks of the modules that the app includes", () => {
    expect([...app.tasks.keys()]).toEqual(
      expect.arrayContaining(["proj.tasks.add", "proj.tasks.mul", "proj.tasks.xsum"]),
    );
  });

  it("rows 4 and 25: settings come from a module, and the broker from elsewhere", () => {
    expect(app.conf.get("resultExpires")).toBe("1h");
    expect(app.conf.broker).toBe(server.url);
    expect(() => app.conf.update({ namespace: "other" })).toThrow("cannot change while the application is connected");
  });

  it("row 5: as many slots as CPUs", () => {
    expect(worker.concurrency).toBe(availableParallelism());
  });

  it("row 12: delay, applyAsync with options, and a direct call", async () => {
    const add = app.task("tutorial.add", (x: number, y: number) => x + y);
    expect(await (await add.delay(2, 2)).get({ timeout: "10s" })).toBe(4);
    expect(await (await add.applyAsync([2, 2])).get({ timeout: "10s" })).toBe(4);
    const sentAt = performance.now();
    const later = await add.applyAsync([2, 2], { queue: "hipri", countdown: "1500ms" });
    expect(await later.get({ timeout: "10s" })).toBe(4);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(1_500);
    expect(add(2, 2)).toBe(4);
  });

  it("row 13: the result object", async () => {
    const sum = await call<number>("proj.tasks.add", [2, 2]);
    expect(await sum.get({ timeout: "1s" })).toBe(4);
    expect(sum.id).toMatch(/^[0-9a-f-]{36}$/);
    expect([await sum.ready(), await sum.successful(), await sum.failed(), await sum.state()]).toEqual([
      true,
      true,
      false,
      "SUCCESS",
    ]);
    const wrong = await call("proj.tasks.add", [2]);
    await expect(wrong.get({ timeout: "10s" })).rejects.toThrow(TypeError);
    const error = await wrong.get({ propagate: false });
    expect(error).toBeInstanceOf(TypeError);
    expect([await wrong.failed(), await wrong.successful(), await wrong.state()]).toEqual([true, false, "FAILURE"]);
    expect(await wrong.traceback()).toContain("tasks.ts");
  });

  it("row 14: an unknown id is PENDING", async () => {
    expect(await app.result("d9078da5-9915-40a0-bfa1-392c7bde42ed").state()).toBe("PENDING");
  });

  it("row 15: PENDING, STARTED, SUCCESS with start tracking on", async () => {
    const gate = new Gate();
    app.task("tutorial.tracked", { trackStarted: true }, () => gate.pass());
    const unsent = app.result("tracked-1");
    expect(await unsent.state()).toBe("PENDING");
    const result = await call("tutorial.tracked", [], { taskId: "tracked-1" });
    await eventually("the state is STARTED", async () => (await result.state()) === "STARTED");
    gate.open();
    await result.get({ timeout: "10s" });
    expect(await result.state()).toBe("SUCCESS");
  });

  it("row 16: a task that ignores its result leaves none", async () => {
    const quiet = app.task("tutorial.quiet", { ignoreResult: true }, () => "unheard");
    const result = await quiet.delay();
    expect(await result.get({ timeout: "10s" })).toBeNull();
    await eventually("the task has run", () =>
      lines.some((line) => String(line["msg"]).includes(`${result.id}] succeeded`)),
    );
    expect(await result.state()).toBe("PENDING");
  });

  it("row 17: routes by name, the queue of a call, and a worker's queues", async () => {
    app.task("tutorial.queue", function (this: TaskContext) {
      return this.deliveryInfo.queue;
    });
    expect(worker.queues).toEqual(["hipri", "default"]);
    expect(await (await call("tutorial.queue")).get({ timeout: "10s" })).toBe("default");
    expect(await (await call("tutorial.queue", [], { queue: "hipri" })).get({ timeout: "10s" })).toBe("hipri");
    app.conf.update({ taskRoutes: { "tutorial.queue": { queue: "hipri" } } });
    expect(await (await call("tutorial.queue")).get({ timeout: "10s" })).toBe("hipri");
  });

  it("row 20: time zones are refused clearly until they come", () => {
    const unsupported = expect.objectContaining({ code: "TROUPE_UNSUPPORTED" });
    // @ts-expect-error -- a setting of a later version
    expect(() => app.conf.update({ timezone: "Europe/London" })).toThrow(unsupported);
  });

  it("row 23: callbacks get the value, error callbacks the id, or request, error and traceback", async () => {
    const add = app.task("tutorial.linked", (x: number, y: number) => x + y);
    const failing = app.task("tutorial.failing", (): number => {
      throw new RangeError("no");
    });
    const heard = new Map<string, unknown>();
    const old = app.task("tutorial.onId", (id: string) => void heard.set("id", id));
    const onError = app.errback("tutorial.onError", (request, error) => {
      heard.set("request", request.id);
      heard.set("error", error);
    });
    const sum = await add.applyAsync([2, 2], { link: add.s(16) });
    expect(await sum.get({ timeout: "10s" })).toBe(4);
    const [callback] = await sum.children();
    expect(await callback?.get({ timeout: "10s" })).toBe(20);
    const failed = await failing.applyAsync([], { linkError: [old.s(), onError.s()] });
    await eventually("the error callbacks have run", () => heard.size === 3);
    expect([heard.get("id"), heard.get("request"), heard.get("error")]).toEqual([
      failed.id,
      failed.id,
      expect.any(RangeError),
    ]);
  });

  it("row 21: a task has the name that it is given", async () => {
    const add = app.task("sum-of-two-numbers", (x: number, y: number) => x + y);
    expect(add.name).toBe("sum-of-two-numbers");
    expect(await (await call("sum-of-two-numbers", [2, 5])).get({ timeout: "10s" })).toBe(7);
    expect(() => app.task("sum-of-two-numbers", () => 1)).toThrow(
      expect.objectContaining({ code: "TROUPE_ALREADY_REGISTERED" }),
    );
  });

  it("row 22: a task is sent by its name from a program that has no task code", async () => {
    await using other = new Troupe("other", { broker: server.url, logLevel: "silent" });
    expect(await (await other.sendTask("proj.tasks.add", [2, 5])).get({ timeout: "10s" })).toBe(7);
  });

  it("row 24: a task's logger names the task and its id", async () => {
    app.task("tutorial.logs", function (this: TaskContext) {
      this.log.info("adding");
      app.currentTask?.log.info("again");
    });
    const result = await call("tutorial.logs");
    await result.get({ timeout: "10s" });
    const said = lines.filter((line) => line["msg"] === "adding" || line["msg"] === "again");
    expect(said).toHaveLength(2);
    expect(said[0]).toMatchObject({ task: "tutorial.logs", taskId: result.id });
    expect(said[1]).toMatchObject({ task: "tutorial.logs", taskId: result.id });
  });
});

// Results, asked for by whoever has the id.

import { randomUUID } from "node:crypto";
import { RemoteError, type TaskContext } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

class PaymentError extends Error {
  override readonly name = "PaymentError";
}

describe.each(BROKERS)("a result over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker);
    world.service.task("results.add", (x: number, y: number) => x + y);
    await world.worker({ concurrency: 4 });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("is there for every application that has the id, as often as it is asked for", async () => {
    const { id } = await world.client.sendTask("results.add", [2, 3]);
    const other = world.app();
    const early = other.result<number>(id);
    expect(await Promise.all([early.get({ timeout: "10s" }), early.get({ timeout: "10s" })])).toEqual([5, 5]);
    const late = world.app().result<number>(id);
    expect([await late.ready(), await late.successful(), await late.failed()]).toEqual([true, true, false]);
    expect([await late.state(), await late.result(), await late.traceback()]).toEqual(["SUCCESS", 5, null]);
    expect(await late.info()).toEqual({
      id,
      state: "SUCCESS",
      result: 5,
      error: null,
      traceback: null,
      meta: null,
      name: "results.add",
      worker: expect.stringContaining("@"),
      dateDone: expect.any(Date),
      runtimeMs: expect.any(Number),
      retries: 0,
    });
  });

  it("of an unknown id is PENDING, and get waits for it", async () => {
    const id = randomUUID();
    const result = world.client.result<number>(id);
    expect([await result.state(), await result.ready(), await result.result()]).toEqual(["PENDING", false, null]);
    const waiting = result.get({ timeout: "20s" });
    await world.service.sendTask("results.add", [20, 22], { taskId: id });
    expect(await waiting).toBe(42);
  });

  it("is no thenable: awaiting a call gives the result object", async () => {
    const result = await world.client.sendTask("results.add", [1, 1]);
    expect("then" in result).toBe(false);
  });

  it("that does not come in time: get rejects, the task goes on, and can be awaited again", async () => {
    let finish = (): void => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    world.service.task("results.slow", async () => {
      await gate;
      return "done";
    });
    const result = await world.client.sendTask<string>("results.slow");
    await expect(result.get({ timeout: 50 })).rejects.toMatchObject({
      code: "TROUPE_TASK_TIMEOUT",
      taskId: result.id,
      message: expect.stringContaining("within 50 ms"),
    });
    finish();
    expect(await result.get({ timeout: "10s" })).toBe("done");
  });

  it("can be waited for until a signal says otherwise", async () => {
    const aborter = new AbortController();
    const waiting = world.client.result(randomUUID()).get({ signal: aborter.signal });
    const reason = new Error("enough");
    aborter.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(world.client.result(randomUUID()).get({ signal: aborter.signal })).rejects.toBe(reason);
  });

  it("that is forgotten is gone, but its task does not run again", async () => {
    let runs = 0;
    world.service.task("results.forgotten", () => ++runs);
    const taskId = randomUUID();
    const result = await world.client.sendTask("results.forgotten", [], { taskId });
    await result.get({ timeout: "10s" });
    await result.forget();
    const other = world.app().result(taskId);
    expect([await other.state(), await other.ready(), await other.result()]).toEqual(["PENDING", false, null]);
    await expect(other.get({ timeout: "10s" })).rejects.toMatchObject({ code: "TROUPE_RESULT_FORGOTTEN" });
    await world.client.sendTask("results.forgotten", [], { taskId });
    await world.emptied();
    expect(runs).toBe(1);
  });

  it("forget of a task without a result does nothing", async () => {
    const result = world.client.result<number>(randomUUID());
    await result.forget();
    expect(await result.state()).toBe("PENDING");
    await world.service.sendTask("results.add", [1, 2], { taskId: result.id });
    expect(await result.get({ timeout: "10s" })).toBe(3);
  });

  it("of a failed task rejects with the error as it was: class, message, code, id and remote stack", async () => {
    world.service.task("results.range", function throwFar() {
      throw Object.assign(new RangeError("out of it"), { code: "E_FAR" });
    });
    const result = await world.client.sendTask("results.range");
    const error: unknown = await result.get({ timeout: "10s" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: "RangeError", message: "out of it", code: "E_FAR", taskId: result.id });
    expect(await result.traceback()).toContain("throwFar");
    expect(error instanceof Error ? error.stack : null).toBe(await result.traceback());
    expect([await result.state(), await result.failed(), await result.successful()]).toEqual(["FAILURE", true, false]);
    expect(await result.get({ propagate: false })).toEqual(error);
    expect(await result.result()).toEqual(error);
  });

  it("of an error class that the application names in conf.errors is an instance of it, with its causes", async () => {
    world.service.task("results.payment", () => {
      const root = new TypeError("no socket");
      throw new PaymentError("card refused", { cause: new PaymentError("bank said no", { cause: root }) });
    });
    const { id } = await world.client.sendTask("results.payment");
    const knowing = world.app({ errors: [PaymentError] });
    const error: unknown = await knowing
      .result(id)
      .get({ timeout: "10s" })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PaymentError);
    const causes = causesOf(error);
    expect(causes.map((cause) => cause.constructor)).toEqual([PaymentError, PaymentError, TypeError]);
    expect(causes.map((cause) => cause.message)).toEqual(["card refused", "bank said no", "no socket"]);
    const unknowing: unknown = await world.client
      .result(id)
      .get({ timeout: "10s" })
      .catch((reason: unknown) => reason);
    expect(unknowing).toBeInstanceOf(RemoteError);
    expect(unknowing).toMatchObject({
      name: "PaymentError",
      message: "card refused",
      code: "TROUPE_REMOTE",
      taskId: id,
    });
  });

  it("of an AggregateError has its errors", async () => {
    world.service.task("results.aggregate", () =>
      Promise.any([Promise.reject(new URIError("a")), Promise.reject("b")]),
    );
    const result = await world.client.sendTask("results.aggregate");
    const error: unknown = await result.get({ timeout: "10s" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({ errors: [{ name: "URIError", message: "a" }, { message: "b" }] });
  });

  it("cannot be awaited inside a task, unless it is allowed", async () => {
    world.service.task("results.nested", async function (this: TaskContext, allowInTask: boolean) {
      const inner = await world.service.sendTask<number>("results.add", [20, 1]);
      return (await inner.get({ allowInTask, timeout: "10s" })) * 2;
    });
    const refused = await world.client.sendTask("results.nested", [false]);
    await expect(refused.get({ timeout: "10s" })).rejects.toMatchObject({ code: "TROUPE_GET_INSIDE_TASK" });
    const allowed = await world.client.sendTask("results.nested", [true]);
    expect(await allowed.get({ timeout: "10s" })).toBe(42);
  });

  it("is awaited in vain when the application is closed", async () => {
    const app = world.app();
    const waiting = app.result(randomUUID()).get();
    const outcome = waiting.catch((error: unknown) => error);
    await eventually("the wait has begun", async () => (await app.result(randomUUID()).state()) === "PENDING");
    await app.close();
    expect(await outcome).toMatchObject({ code: "TROUPE_CLOSED" });
  });
});

function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

// Every option of a call does what it says.

import { randomUUID } from "node:crypto";
import type { ApplyOptions, TaskContext } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROKERS, World } from "../support/world.ts";

describe.each(BROKERS)("an option of a call over %s", (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(broker);
    await world.worker({ queues: ["default", "second"], concurrency: 4 });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("arrives in the task's context", async () => {
    world.service.task("options.context", function (this: TaskContext) {
      const { id, name, args, kwargs, retries, rootId, parentId, headers, hostname, expires, deliveryInfo } = this;
      return { id, name, args, kwargs, retries, rootId, parentId, headers, hostname, expires, deliveryInfo };
    });
    const options: ApplyOptions = {
      kwargs: { debug: true },
      queue: "second",
      taskId: `order:${randomUUID()}`,
      expires: new Date(Date.now() + 3_600_000),
      headers: { trace: "abc", depth: 3 },
      rootId: "the-root",
      parentId: "the-parent",
      shadow: "shown",
      argsrepr: "[masked]",
      kwargsrepr: "{masked}",
      retry: true,
      retryPolicy: { maxRetries: 3, intervalStart: 0, intervalStep: "10ms", intervalMax: "100ms", timeout: "5s" },
    };
    const result = await world.client.sendTask<Record<string, unknown>>("options.context", [1, "two"], options);
    expect(await result.get({ timeout: "10s" })).toEqual({
      id: options.taskId,
      name: "options.context",
      args: [1, "two"],
      kwargs: { debug: true },
      retries: 0,
      rootId: "the-root",
      parentId: "the-parent",
      headers: { trace: "abc", depth: 3 },
      hostname: expect.stringMatching(/^troupe@/),
      expires: options.expires,
      deliveryInfo: { queue: "second", priority: null, redelivered: false, isEager: false },
    });
    expect(result.id).toBe(options.taskId);
  });

  it("that is undefined or null is not given", async () => {
    world.service.task("options.none", function (this: TaskContext) {
      return [this.rootId === this.id, this.parentId, this.headers, this.expires];
    });
    const none = { queue: undefined, taskId: undefined, expires: undefined, rootId: null, headers: null };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JavaScript callers may write
    const result = await world.client.sendTask("options.none", [], none as unknown as ApplyOptions);
    expect(await result.get({ timeout: "10s" })).toEqual([true, null, {}, null]);
  });

  it("of a later version, unknown, or with a wrong value is refused before anything is sent", async () => {
    const send = (options: object) => world.client.sendTask("options.any", [], options);
    await expect(send({ expirse: 1 })).rejects.toThrow('did you mean "expires"?');
    await expect(send({ queue: "a b" })).rejects.toThrow("letters, digits");
    await expect(send({ taskId: "" })).rejects.toMatchObject({ code: "TROUPE_INVALID_ARGUMENT" });
    await expect(send({ expires: "10 sec" })).rejects.toThrow('"10s"');
    expect(await world.transport.tasks.count("default")).toEqual({ waiting: 0, unsettled: 0 });
  });

  it("taskId: the same id sent twice runs once, while it waits, while it runs and when it is finished", async () => {
    let runs = 0;
    let finish = (): void => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    world.service.task("options.once", async () => {
      runs++;
      await gate;
      return runs;
    });
    const taskId = randomUUID();
    const send = () => world.client.sendTask<number>("options.once", [], { taskId });
    const [first, second] = await Promise.all([send(), send()]);
    finish();
    const values = [first.get({ timeout: "10s" }), second.get({ timeout: "10s" })];
    expect(await Promise.all(values)).toEqual([1, 1]);
    await world.emptied();
    const third = await send();
    expect(await third.get({ timeout: "10s" })).toBe(1);
    await world.emptied();
    expect(runs).toBe(1);
  });

  it("expires: a task that would start later is revoked without running", async () => {
    let runs = 0;
    world.service.task("options.late", () => void runs++);
    const past = await world.client.sendTask("options.late", [], { expires: new Date(Date.now() - 60_000) });
    await expect(past.get({ timeout: "10s" })).rejects.toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    expect(await past.state()).toBe("REVOKED");
    const soon = await world.client.sendTask("options.late", [], { expires: "1h" });
    await soon.get({ timeout: "10s" });
    expect(runs).toBe(1);
  });

  it("ignoreResult: no result is kept, get gives null at once", async () => {
    let ended = (): void => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    world.service.task("options.ignored", () => {
      ended();
      return "secret";
    });
    const result = await world.client.sendTask("options.ignored", [], { ignoreResult: true });
    expect(await result.get({ timeout: "10s" })).toBeNull();
    await end;
    await world.emptied();
    expect(await result.state()).toBe("PENDING");
    expect(await world.transport.records.read({ kind: "result", id: result.id })).toBeNull();
  });

  it("ignoreResult with a chosen id: the record that keeps the task from running again holds nothing for get", async () => {
    let runs = 0;
    world.service.task("options.hidden", () => ++runs);
    const taskId = randomUUID();
    const send = () => world.client.sendTask("options.hidden", [], { ignoreResult: true, taskId });
    await send();
    await world.emptied();
    await send();
    await world.emptied();
    expect(runs).toBe(1);
    expect(await world.client.result(taskId).get({ timeout: "10s" })).toBeNull();
  });

  it("serializer msgpack: dates, bytes, big numbers and the like arrive as they are", async () => {
    world.service.task("options.same", (...args: unknown[]) => args);
    const values = [
      new Date(1_700_000_000_123),
      Uint8Array.of(1, 2, 255),
      2n ** 63n,
      -(2n ** 62n),
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1.5,
      2 ** 53 - 1,
      "päpstlich 💥",
      [null, [true, { deep: [{}] }]],
      { a: { b: "c" }, constructor: 1, length: 2, toString: "text" },
    ];
    const result = await world.client.sendTask<unknown[]>("options.same", values, { serializer: "msgpack" });
    const back = await result.get({ timeout: "10s" });
    expect(back.map(bytesAsList)).toEqual(values.map(bytesAsList));
    expect(back[0]).toBeInstanceOf(Date);
    expect(back[1]).toBeInstanceOf(Uint8Array);
  });

  it("serializer json: the message is JSON on the wire; what JSON cannot carry is refused with its place", async () => {
    const send = (...args: unknown[]) =>
      world.client.sendTask("options.same", args, { serializer: "json", queue: "held" });
    await expect(send({ when: new Date() })).rejects.toThrow("args[0].when cannot be sent: it is a Date");
    await expect(send([1n])).rejects.toThrow("args[0][0] cannot be sent: it is a bigint");
    await expect(send(Number.NaN)).rejects.toThrow("args[0] cannot be sent: it is NaN");
    await send({ plain: [1, "two", null] });
    const bodies: unknown[] = [];
    const consumer = await world.transport.tasks.consume({
      queue: "held",
      onUnused: () => {},
      onDelivery: (delivery) => {
        bodies.push(delivery.contentType, JSON.parse(Buffer.from(delivery.body).toString("utf8")));
        delivery.ack();
      },
    });
    consumer.request(1);
    await world.emptied("held");
    await consumer.close();
    expect(bodies).toMatchObject(["application/json", { name: "options.same", args: [{ plain: [1, "two", null] }] }]);
  });

  it("parent and root: calls made inside a task get them by themselves", async () => {
    const ids = world.service.task("options.ids", function (this: TaskContext) {
      return [this.id, this.parentId, this.rootId];
    });
    const middle = world.service.task("options.middle", async function (this: TaskContext) {
      return [this.id, (await ids.delay()).id] as const;
    });
    const top = world.service.task("options.top", async () => {
      const current = world.service.currentTask;
      return [current?.id, (await middle.delay()).id] as const;
    });
    const get = <R>(id: string) => world.client.result<R>(id).get({ timeout: "10s" });
    const root = await top.delay();
    const [rootId, middleId] = await get<[string, string]>(root.id);
    const [, leafId] = await get<[string, string]>(middleId);
    expect(rootId).toBe(root.id);
    expect(await get(leafId)).toEqual([leafId, middleId, root.id]);
    expect(world.service.currentTask).toBeNull();
  });
});

/** Buffers and byte arrays of the same bytes are equal. */
function bytesAsList(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

// What a result handle tells without waiting.

import { expect, it } from "vitest";
import { EagerResult } from "../../src/client/async-result.ts";
import { CALLED } from "../../src/client/running-task.ts";
import { serializerNamed, serializerOf } from "../../src/codec/serializer.ts";
import { decodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { ResultForgottenError } from "../../src/model/errors.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { recordOf } from "../support/messages.ts";
import { soon } from "../support/outcomes.ts";
import { FAILURE, ResultScene } from "../support/result-scene.ts";

it("keeps an outcome that it knows, whatever an earlier look finds", async () => {
  const scene = await ResultScene.open();
  const result = scene.result({ mark: scene.receiver.mark() });
  const looked = deferred();
  scene.transport.answer("glance", () => looked.promise);
  const early = result.ready();
  const value = result.get();
  await scene.waiting();
  scene.push({ value: 4 });
  expect(await value).toBe(4);
  looked.resolve();
  await early;
  expect(await soon(result.get())).toBe(4);
});

it("shows nothing of a value that is kept for what follows only", async () => {
  const scene = await ResultScene.open();
  scene.store({ value: "secret", hidden: true });
  const result = scene.result();
  expect([await result.get(), await result.result(), (await result.info()).result]).toEqual([null, null, null]);
  expect(await scene.result().result()).toBeNull();
});

it("shows nothing of an error that is kept for what follows only", async () => {
  const scene = await ResultScene.open();
  scene.store({ state: "FAILURE", value: null, error: FAILURE, hidden: true });
  expect(await scene.result().get()).toBeNull();
});

it.each<readonly [Partial<FinalRecord>, readonly [boolean, boolean, boolean, string]]>([
  [{ state: "SUCCESS" }, [true, true, false, "SUCCESS"]],
  [{ state: "FAILURE", value: null, error: FAILURE }, [true, false, true, "FAILURE"]],
  [{ state: "REVOKED", value: null }, [true, false, false, "REVOKED"]],
  [{ state: "REJECTED", value: null }, [true, false, false, "REJECTED"]],
  [{ state: "IGNORED", value: null }, [true, false, false, "IGNORED"]],
])("tells ready, successful, failed and state of %j", async (part, expected) => {
  const scene = await ResultScene.open();
  scene.store(part);
  const result = scene.result();
  expect([await result.ready(), await result.successful(), await result.failed(), await result.state()]).toEqual(
    expected,
  );
});

it("tells why a task is retried, and how often it was", async () => {
  const scene = await ResultScene.open();
  scene.storeState({ state: "RETRY", error: FAILURE, retries: 2 });
  const result = scene.result();
  expect(await result.info()).toMatchObject({ state: "RETRY", retries: 2, traceback: FAILURE.stack });
  expect((await result.info()).error).toBeInstanceOf(TypeError);
  expect([await result.traceback(), await result.ready(), await result.failed()]).toEqual([
    FAILURE.stack,
    false,
    false,
  ]);
});

it("is pending while nothing is known (C230)", async () => {
  const scene = await ResultScene.open();
  const result = scene.result();
  expect([await result.ready(), await result.successful(), await result.failed()]).toEqual([false, false, false]);
  expect([await result.result(), await result.traceback(), await result.state()]).toEqual([null, null, "PENDING"]);
});

it("tells the state and the meta of a task that runs", async () => {
  const scene = await ResultScene.open();
  scene.storeState({ state: "PROGRESS", meta: { done: 1, total: 2 } });
  expect(await scene.result().info()).toEqual({
    id: "task-1",
    state: "PROGRESS",
    result: null,
    error: null,
    traceback: null,
    meta: { done: 1, total: 2 },
    name: null,
    worker: "w1@host",
    dateDone: null,
    runtimeMs: null,
    retries: 0,
  });
});

it("tells all that is stored of a final task", async () => {
  const scene = await ResultScene.open();
  scene.storeState();
  scene.store({ state: "FAILURE", value: null, error: FAILURE, retries: 2 });
  const result = scene.result();
  expect(await result.info()).toEqual({
    id: "task-1",
    state: "FAILURE",
    result: null,
    error: expect.any(TypeError),
    traceback: FAILURE.stack,
    meta: null,
    name: "proj.add",
    worker: "w1@host",
    dateDone: new Date(1_735_689_600_000),
    runtimeMs: 1.5,
    retries: 2,
  });
  expect(await result.traceback()).toBe(FAILURE.stack);
  expect(await result.result()).toBeInstanceOf(TypeError);
});

it.each(["msgpack", "json"] as const)("forgets the value and keeps that it has run (%s)", async (name) => {
  const scene = await ResultScene.open();
  scene.store({ value: "secret" }, serializerNamed(name));
  const result = scene.result();
  expect(await result.get()).toBe("secret");
  await result.forget();
  const body = scene.transport.stored.get("result task-1") ?? new Uint8Array();
  expect(serializerOf(body).name).toBe(name);
  expect(decodeFinalRecord(body)).toMatchObject({ state: "SUCCESS", value: null, error: null, forgotten: true });
  await expect(scene.result().get()).rejects.toBeInstanceOf(ResultForgottenError);
  expect([await result.ready(), await result.state()]).toEqual([false, "PENDING"]);
});

it("forgets also a value that was pushed and not asked for, whenever its push comes", async () => {
  const scene = await ResultScene.open();
  const result = scene.task("task-1");
  scene.store({ value: "secret" });
  scene.push({ value: "secret" });
  await result.forget();
  await expect(scene.result().get()).rejects.toBeInstanceOf(ResultForgottenError);
  scene.push({ value: "secret" });
  await expect(result.get()).rejects.toBeInstanceOf(ResultForgottenError);
});

it("is pending after it was forgotten, whatever state it had before", async () => {
  const scene = await ResultScene.open();
  scene.storeState({ state: "STARTED" });
  scene.store({ value: null, forgotten: true });
  expect(await scene.result().state()).toBe("PENDING");
});

it("forgets nothing while there is no result", async () => {
  const scene = await ResultScene.open();
  await scene.result().forget();
  expect(scene.transport.calls).toEqual(["read result task-1"]);
});

it("is not thenable", async () => {
  const scene = await ResultScene.open();
  const result = scene.result();
  expect(await Promise.resolve(result)).toBe(result);
  expect("then" in result).toBe(false);
});

it("an eager result is decided, and gives the very error that was thrown", async () => {
  const scene = await ResultScene.open();
  scene.running = { id: "outer", rootId: "outer", [CALLED]: () => {} };
  const thrown = new Error("mine");
  const final = recordOf({ state: "FAILURE", value: null, error: { type: "Error", message: "mine", stack: "remote" } });
  const result = new EagerResult("task-1", scene.ports, { mark: null, ignored: false, final, error: thrown });
  expect(await result.get({ propagate: false })).toBe(thrown);
  expect([await result.ready(), await result.failed(), await result.traceback()]).toEqual([true, true, "remote"]);
  await result.forget();
  expect(await result.ready()).toBe(true);
  expect(scene.transport.calls).toEqual([]);
});

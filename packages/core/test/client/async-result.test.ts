import { getEventListeners, getMaxListeners } from "node:events";
import { expect, it } from "vitest";
import type { GetOptions } from "../../src/client/async-result.ts";
import { CALLED } from "../../src/client/running-task.ts";
import {
  ClosedError,
  GetInsideTaskError,
  InvalidArgumentError,
  RemoteError,
  TaskRevokedError,
  TaskTimeoutError,
} from "../../src/model/errors.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";
import { FAILURE, ResultScene } from "../support/result-scene.ts";

it("gives the value that is pushed", async () => {
  const scene = await ResultScene.open();
  const value = scene.result({ mark: scene.receiver.mark() }).get();
  await scene.waiting();
  scene.push({ value: { sum: 4 } });
  expect(await value).toEqual({ sum: 4 });
  expect(scene.isIdle).toBe(true);
});

it("gives the value that is stored, and asks once", async () => {
  const scene = await ResultScene.open();
  scene.store({ value: 4 });
  const result = scene.result();
  expect([await result.get(), await result.get(), await result.ready(), await result.state()]).toEqual([
    4,
    4,
    true,
    "SUCCESS",
  ]);
  expect(scene.transport.calls).toEqual(["glance result task-1"]);
});

it("gives null for a task that returned nothing", async () => {
  const scene = await ResultScene.open();
  scene.store({ value: undefined });
  expect(await scene.result().get()).toBeNull();
});

it("rejects with the remote error, or gives it when asked to", async () => {
  const scene = await ResultScene.open();
  scene.store({ state: "FAILURE", value: null, error: FAILURE });
  const error = await outcomeOf(scene.result().get());
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ message: "no", stack: FAILURE.stack, code: "E_NO", taskId: "task-1" });
  expect(await scene.result().get({ propagate: false })).toBeInstanceOf(TypeError);
  await expect(scene.result().get({ propagate: true })).rejects.toBeInstanceOf(TypeError);
});

it("makes a remote error an instance of the application's class", async () => {
  class PaymentError extends Error {}
  const scene = await ResultScene.open();
  scene.store({ state: "FAILURE", value: null, error: { type: "PaymentError", message: "no" } });
  expect(await scene.result().get({ propagate: false })).toBeInstanceOf(RemoteError);
  scene.errors.push(PaymentError);
  expect(await scene.result().get({ propagate: false })).toBeInstanceOf(PaymentError);
});

it("rejects for REVOKED also where no error was stored", async () => {
  const scene = await ResultScene.open();
  scene.store({ state: "REVOKED", value: null });
  await expect(scene.result().get()).rejects.toBeInstanceOf(TaskRevokedError);
});

it.each(["IGNORED", "REJECTED"] as const)("gives null for %s (Q17)", async (state) => {
  const scene = await ResultScene.open();
  scene.store({ state, value: null });
  expect(await scene.result().get()).toBeNull();
  expect(await scene.result().get({ propagate: false })).toBeNull();
});

it("tells why a task was rejected, though it gives null", async () => {
  const scene = await ResultScene.open();
  scene.store({ state: "REJECTED", value: null, error: { type: "Reject", message: "bad", stack: "Reject: bad" } });
  expect([await scene.result().get(), await scene.result().result()]).toEqual([null, null]);
  const { error, traceback } = await scene.result().info();
  expect([error, traceback]).toEqual([expect.objectContaining({ message: "bad" }), "Reject: bad"]);
});

it("gives null at once for a call that ignores its result, without asking anybody", async () => {
  const scene = await ResultScene.open();
  expect(await scene.result({ ignored: true }).get()).toBeNull();
  expect(scene.transport.calls).toEqual([]);
});

it("ends the wait in time, naming the time that was asked for, and leaves nothing behind", async () => {
  const scene = await ResultScene.open();
  const failing = scene.result({ mark: 0 }).get({ timeout: "2s" });
  await scene.waiting();
  scene.clock.advance(1_999);
  scene.clock.advance(1);
  const error = await outcomeOf(failing);
  expect(error).toBeInstanceOf(TaskTimeoutError);
  expect(error).toMatchObject({ taskId: "task-1", message: expect.stringContaining("within 2000 ms") });
  expect(scene.isIdle).toBe(true);
});

it("counts the time it takes to connect, and still names the time that was asked for", async () => {
  const scene = await ResultScene.open();
  const connected = deferred();
  scene.connecting = connected.promise;
  const failing = scene.result({ mark: 0 }).get({ timeout: "2s" });
  scene.clock.advance(1_500);
  connected.resolve();
  await scene.waiting();
  scene.clock.advance(500);
  const error = await outcomeOf(failing);
  expect(error).toMatchObject({ message: expect.stringContaining("within 2000 ms") });
});

it("does not wait for the connection longer than the timeout", async () => {
  const scene = await ResultScene.open();
  const connected = deferred();
  scene.connecting = connected.promise;
  const failing = scene.result({ mark: 0 }).get({ timeout: "2s" });
  scene.clock.advance(2_000);
  const first = await soon(failing);
  connected.resolve();
  expect(first).toBeInstanceOf(TaskTimeoutError);
});

it("can be asked again after a timeout (C232)", async () => {
  const scene = await ResultScene.open();
  const result = scene.result({ mark: scene.receiver.mark() });
  const failing = result.get({ timeout: 100 });
  await scene.waiting();
  scene.clock.advance(100);
  await expect(failing).rejects.toBeInstanceOf(TaskTimeoutError);
  scene.push({ value: 4 });
  expect(await result.get({ timeout: 100 })).toBe(4);
});

it.each(["10 sec", -1, "", true])("refuses %j for a timeout", async (timeout) => {
  const scene = await ResultScene.open();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const options = { timeout } as GetOptions<true>;
  await expect(scene.result().get(options)).rejects.toBeInstanceOf(InvalidArgumentError);
});

it("ends the wait by a signal, with its reason, and leaves nothing behind", async () => {
  const scene = await ResultScene.open();
  const aborter = new AbortController();
  const failing = scene.result({ mark: 0 }).get({ signal: aborter.signal });
  await scene.waiting();
  aborter.abort(new Error("enough"));
  await expect(failing).rejects.toThrow("enough");
  expect(getEventListeners(aborter.signal, "abort")).toEqual([]);
  expect(scene.isIdle).toBe(true);
});

it("ends at once by a signal that was aborted before", async () => {
  const scene = await ResultScene.open();
  await expect(scene.result().get({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  expect(scene.transport.calls).toEqual([]);
});

it("ends by a signal that is aborted while it connects", async () => {
  const scene = await ResultScene.open();
  const aborter = new AbortController();
  const failing = scene.result({ mark: 0 }).get({ signal: aborter.signal });
  aborter.abort(new Error("enough"));
  expect(await soon(failing)).toMatchObject({ message: "enough" });
  expect(scene.isIdle).toBe(true);
});

it("takes its listeners back when the result comes first", async () => {
  const scene = await ResultScene.open();
  const aborter = new AbortController();
  const value = scene.result({ mark: scene.receiver.mark() }).get({ signal: aborter.signal, timeout: "1h" });
  await scene.waiting();
  scene.push({ value: 4 });
  expect(await value).toBe(4);
  expect(getEventListeners(aborter.signal, "abort")).toEqual([]);
  expect(scene.isIdle).toBe(true);
});

it("makes Node warn of no leak, however many waits share a signal, and leaves the signal's limit as it was", async () => {
  const scene = await ResultScene.open();
  const { signal } = new AbortController();
  const limit = getMaxListeners(signal);
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const results = Array.from({ length: 50 }, (_, i) => scene.task(`task-${i}`));
  const values = results.map((result) => result.get({ signal }));
  await scene.waiting();
  expect(getEventListeners(signal, "abort")).toHaveLength(50);
  for (const { id } of results) scene.push({ id, value: 4 });
  await Promise.all(values);
  await nextTurn();
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
  expect([getEventListeners(signal, "abort").length, getMaxListeners(signal)]).toEqual([0, limit]);
});

it.each([{ timout: "1s" }, { propagate: 1 }, { signal: {} }, { allowInTask: "yes" }, 5, "10s"])(
  "refuses the options %j",
  async (options) => {
    const scene = await ResultScene.open();
    scene.store({ value: 4 });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
    const given = options as GetOptions<true>;
    await expect(scene.result().get(given)).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(scene.group("group-1", [scene.result()]).get(given)).rejects.toBeInstanceOf(InvalidArgumentError);
  },
);

it("takes null for no options, and for none of them", async () => {
  const scene = await ResultScene.open();
  scene.store({ value: 4 });
  for (const options of [null, { timeout: null, propagate: null, signal: null, allowInTask: null }]) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
    const given = options as unknown as GetOptions<true>;
    expect(await scene.result().get(given)).toBe(4);
    expect(await scene.group("group-1", [scene.result()]).get(given)).toEqual([4]);
  }
});

it("rejects when the application is closed", async () => {
  const scene = await ResultScene.open();
  const waits = [scene.result({ mark: 0 }).get(), scene.result({ mark: 0 }).get({ timeout: "1h" })];
  await scene.waiting();
  scene.receiver.close();
  for (const wait of waits) await expect(wait).rejects.toBeInstanceOf(ClosedError);
});

it("is refused inside a task, unless it is allowed or decided already", async () => {
  const scene = await ResultScene.open();
  scene.store({ value: 4 });
  scene.running = { id: "outer", rootId: "outer", [CALLED]: () => {} };
  await expect(scene.result().get()).rejects.toBeInstanceOf(GetInsideTaskError);
  expect(await scene.result().get({ allowInTask: true })).toBe(4);
  const known = scene.result();
  await known.ready();
  expect(await known.get()).toBe(4);
});

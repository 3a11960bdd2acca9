import { expect, it } from "vitest";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { BrokerTimeoutError, NotRegistered, SerializationError, TaskRevokedError } from "../../src/model/errors.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import { type Check, checkTask, expiryOf } from "../../src/worker/check-task.ts";
import type { TaskConfig } from "../../src/worker/registered-task.ts";
import { StubDelivery, StubHost, taskOf } from "../support/hosts.ts";
import { messageOf, recordOf } from "../support/messages.ts";
import { nextTurn, outcomeOf } from "../support/outcomes.ts";

class Scene {
  readonly task: ReturnType<typeof taskOf>;
  readonly host: StubHost;
  readonly delivery: StubDelivery;
  readonly message: TaskMessage;

  constructor(message: Partial<TaskMessage> = {}, config: Partial<TaskConfig> = {}) {
    this.task = taskOf(() => 4, config);
    this.host = new StubHost(this.task);
    this.message = messageOf(message);
    this.delivery = new StubDelivery(this.host.transport.calls, message);
  }

  check(): Check | Promise<Check> {
    return checkTask(this.message, this.delivery, this.host);
  }

  store(bytes = encodeFinalRecord(recordOf(), serializerNamed("msgpack"))): void {
    this.host.transport.stored.set("result task-1", bytes);
  }
}

it("starts a first delivery of a known task at once, and reads nothing (I2)", () => {
  const scene = new Scene();
  scene.store();
  expect(scene.check()).toEqual({ type: "start", task: scene.task, kind: "first" });
  expect(scene.host.transport.calls).toEqual([]);
});

it("looks for the record of a suspicious delivery first, and goes on with it (I2)", async () => {
  const scene = new Scene();
  scene.delivery.suspicious = true;
  scene.store();
  expect(await scene.check()).toMatchObject({ type: "stored", record: recordOf() });
  expect(scene.host.transport.calls).toEqual(["read result task-1"]);
});

it.each([
  [false, "first"],
  [true, "again"],
] as const)("starts a suspicious delivery without a record; redelivered: %s", async (redelivered, kind) => {
  const scene = new Scene();
  scene.delivery.suspicious = true;
  scene.delivery.redelivered = redelivered;
  expect(await scene.check()).toEqual({ type: "start", task: scene.task, kind });
});

it("looks for no record of a task that leaves none, but counts its starts", async () => {
  const scene = new Scene({ ignoreResult: true });
  scene.delivery.suspicious = true;
  scene.delivery.redelivered = true;
  expect(await scene.check()).toMatchObject({ type: "start", kind: "again" });
  expect(scene.host.transport.calls).toEqual(["read state task-1"]);
});

it("looks for the record of an ignored result under a chosen id, which leaves one", async () => {
  const scene = new Scene({ ignoreResult: true });
  scene.delivery.suspicious = true;
  scene.delivery.exclusive = true;
  await scene.check();
  expect(scene.host.transport.calls).toEqual(["read result task-1", "read decision task-1 0"]);
});

it("adopts a record that was forgotten: the task has run", async () => {
  const scene = new Scene();
  scene.delivery.suspicious = true;
  scene.store(encodeFinalRecord(recordOf({ value: null, forgotten: true }), serializerNamed("msgpack")));
  expect(await scene.check()).toMatchObject({ type: "stored", record: { forgotten: true } });
});

it("looks again until the broker answers", async () => {
  const scene = new Scene();
  scene.delivery.suspicious = true;
  scene.host.transport.answer("read", new BrokerTimeoutError("no answer"));
  scene.store();
  const check = Promise.resolve(scene.check());
  await nextTurn();
  scene.host.clock.advance(100);
  expect(await check).toMatchObject({ type: "stored" });
});

it("rejects when the record cannot be read", async () => {
  const scene = new Scene();
  scene.delivery.suspicious = true;
  scene.store(Buffer.from("garbage"));
  expect(await outcomeOf(Promise.resolve(scene.check()))).toBeInstanceOf(SerializationError);
});

it.each([
  ["the message", { atMostOnce: true }, {}],
  ["the task", {}, { acksLate: false }],
] as const)("claims the start where %s forbids a second one", (_what, message, config) => {
  expect(new Scene(message, config).check()).toMatchObject({ type: "start", kind: "claim" });
});

it("decides a task that is not registered, with a copy for people", () => {
  const scene = new Scene({ name: "proj.unknown" });
  const check = scene.check();
  expect(check).toMatchObject({
    type: "decided",
    verdict: { outcome: { state: "FAILURE", expected: false }, deadLetter: "not-registered" },
  });
  expect(check).toMatchObject({ verdict: { outcome: { error: expect.any(NotRegistered) } } });
});

it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("knows no task called %s", (name) => {
  expect(new Scene({ name }).check()).toMatchObject({ type: "decided", verdict: { deadLetter: "not-registered" } });
});

it("revokes what expired before it was received, by the broker's clock", () => {
  const { host, message } = new Scene();
  expect(expiryOf({ ...message, expires: null }, host)).toBeNull();
  expect(expiryOf({ ...message, expires: host.transport.time }, host)).toBeNull();
  expect(expiryOf({ ...message, expires: host.transport.time - 1 }, host)).toEqual({
    type: "decided",
    verdict: { outcome: { state: "REVOKED", error: expect.any(TaskRevokedError), why: "expired" }, deadLetter: null },
  });
  const late = new Scene({ expires: 5 });
  expect(late.check()).toMatchObject({ type: "decided", verdict: { outcome: { state: "REVOKED" } } });
});

it("a record that exists wins over the expiry", async () => {
  const scene = new Scene({ expires: 5 });
  scene.delivery.suspicious = true;
  scene.store();
  expect(await scene.check()).toMatchObject({ type: "stored" });
});

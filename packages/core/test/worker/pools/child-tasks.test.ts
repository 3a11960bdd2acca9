import { expect, it } from "vitest";
import { serializerNamed } from "../../../src/codec/serializer.ts";
import { encodeTaskMessage } from "../../../src/codec/task-message-codec.ts";
import { NotRegistered } from "../../../src/model/errors.ts";
import { deferred } from "../../../src/platform/deferred.ts";
import type { FromChild, ToChild } from "../../../src/worker/pools/child-messages.ts";
import { ChildTasks } from "../../../src/worker/pools/child-tasks.ts";
import type { Handler } from "../../../src/worker/registered-task.ts";
import { CHILD_SETUP } from "../../support/fake-children.ts";
import { sourceOf, taskOf } from "../../support/hosts.ts";
import { silentLogger } from "../../support/loggers.ts";
import { messageOf } from "../../support/messages.ts";
import { nextTurn } from "../../support/outcomes.ts";

/** A child whose worker is the test. */
class Scene {
  readonly said: FromChild[] = [];
  readonly ends: unknown[] = [];
  readonly tasks: ChildTasks;

  constructor(handler: Handler, measuresMemory = false) {
    const app = {
      tasks: sourceOf(taskOf(handler)),
      within: (_context: unknown, fn: () => unknown) => fn(),
      freeze: () => [],
      dataOf: (signature: unknown) => ({ data: signature }),
      logger: silentLogger,
      begin: () => undefined,
      close: async () => void this.ends.push("closed"),
    };
    const setup = { ...CHILD_SETUP, measuresMemory };
    const port = {
      send: (message: FromChild) => void this.said.push(structuredClone(message)),
      listen: () => {},
      exit: (code: number) => void this.ends.push(code),
    };
    this.tasks = new ChildTasks(app, setup, port, () => 4_096);
  }

  async hear(message: ToChild): Promise<FromChild | undefined> {
    this.tasks.hear(message);
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    return this.said.at(-1);
  }

  run(part = {}): Promise<FromChild | undefined> {
    const message = encodeTaskMessage(messageOf(part), serializerNamed("msgpack"));
    const deliveryInfo = { queue: "hipri", priority: null, redelivered: true, isEager: false };
    return this.hear({ troupe: "run", run: 7, message, deliveryInfo });
  }
}

it("runs a task as its worker would, and says how it ended", async () => {
  const scene = new Scene(function (...args) {
    return [this.id, this.hostname, this.deliveryInfo.queue, this.deliveryInfo.redelivered, ...args];
  });
  const end = await scene.run({ args: [1, new Date(2)] });
  expect(end).toMatchObject({ troupe: "ended", run: 7, outcome: { state: "SUCCESS" }, children: [], memoryBytes: 0 });
  const value = end?.troupe === "ended" && end.outcome.state === "SUCCESS" && end.outcome.value;
  expect(serializerNamed("msgpack").decode(value || new Uint8Array())).toEqual([
    "task-1",
    "w1@host",
    "hipri",
    true,
    1,
    new Date(2),
  ]);
});

it("tells its memory where its worker wants to know", async () => {
  expect(await new Scene(() => 4, true).run()).toMatchObject({ memoryBytes: 4_096 });
});

it("fails a task that its modules do not have, and says what to do", async () => {
  const end = await new Scene(() => 4).run({ name: "proj.other" });
  const { type, message } =
    end?.troupe === "ended" && "error" in end.outcome ? end.outcome.error : { type: "", message: "" };
  expect(type).toBe(NotRegistered.name);
  expect(message).toBe(
    'task "proj.other" is registered in worker w1@host, but not in its children; they import ./app.js: register it in one of these modules',
  );
});

it("asks its worker to store a state and to add to a chord, and waits for the answer", async () => {
  const steps: unknown[] = [];
  const scene = new Scene(async function () {
    await this.updateState("PROGRESS", { done: 1 });
    steps.push("stored");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the application of this test takes anything
    await this.addToChord("a signature" as never).catch((error: unknown) => steps.push(error));
  });
  const run = 7;
  expect(await scene.run()).toEqual({
    troupe: "call",
    run,
    call: 0,
    method: "updateState",
    args: ["PROGRESS", { done: 1 }],
  });
  expect(steps).toEqual([]);
  expect(await scene.hear({ troupe: "answer", run, call: 0, error: null })).toMatchObject({
    call: 1,
    method: "addToChord",
    args: [{ data: "a signature" }],
  });
  const error = { type: "InvalidCanvasError", message: "no chord", code: "TROUPE_INVALID_CANVAS" };
  expect(await scene.hear({ troupe: "answer", run, call: 1, error })).toMatchObject({ troupe: "ended" });
  expect(steps).toEqual(["stored", expect.objectContaining({ message: "no chord", code: "TROUPE_INVALID_CANVAS" })]);
});

it("refuses itself what a handler adds to its chord after its end: its worker answers no more", async () => {
  const gate = deferred<void>();
  const late = deferred<unknown>();
  const scene = new Scene(function () {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the application of this test takes anything
    void gate.promise.then(() => this.addToChord("a signature" as never)).catch(late.resolve);
  });
  expect(await scene.run()).toMatchObject({ troupe: "ended" });
  gate.resolve();
  expect(await late.promise).toMatchObject({ code: "TROUPE_INVALID_CANVAS" });
  expect(scene.said).toHaveLength(1);
});

it("aborts the signal of the task that it is told, with the worker's reason", async () => {
  const gate = deferred<unknown>();
  const scene = new Scene(function () {
    this.signal.addEventListener("abort", () => gate.resolve(String(this.signal.reason)));
    return gate.promise;
  });
  await scene.run();
  const reason = { type: "ClosedError", message: "the worker stops", stack: "ClosedError: the worker stops" };
  await scene.hear({ troupe: "abort", run: 6, reason });
  expect(scene.said).toEqual([]);
  expect(await scene.hear({ troupe: "abort", run: 7, reason })).toMatchObject({ outcome: { state: "SUCCESS" } });
});

it("closes its application before it ends", async () => {
  const scene = new Scene(() => 4);
  await scene.hear({ troupe: "stop" });
  expect(scene.ends).toEqual(["closed", 0]);
});

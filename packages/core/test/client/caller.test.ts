import { expect, it } from "vitest";
import { Caller } from "../../src/client/caller.ts";
import { type Callee, callOf } from "../../src/client/compose-message.ts";
import { ResultReceiver } from "../../src/client/result-receiver.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { decodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import type { ApplyOptions, RetryPolicy } from "../../src/model/apply-options.ts";
import {
  BrokerTimeoutError,
  BrokerUnreachableError,
  InvalidArgumentError,
  OutcomeUnknownError,
  PayloadTooLargeError,
  SerializationError,
} from "../../src/model/errors.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import { deferred } from "../../src/platform/deferred.ts";
import { ManualClock } from "../../src/testing/manual-clock.ts";
import { eventually } from "../../src/testing/test-probe.ts";
import { nothingAround } from "../support/hosts.ts";
import { type Line, rememberingLogger, silentLogger } from "../support/loggers.ts";
import { recordOf } from "../support/messages.ts";
import { outcomeOf, soon } from "../support/outcomes.ts";
import { StubTransport } from "../support/stub-transport.ts";

const CALLEE: Callee = {
  name: "proj.add",
  queue: "default",
  priority: null,
  inheritsPriority: false,
  defaultPriority: null,
  ignoreResult: false,
  atMostOnce: false,
  serializer: "msgpack",
  expiresMs: null,
};

class Scene {
  readonly transport = new StubTransport();
  readonly clock = new ManualClock();
  readonly receiver = new ResultReceiver("client-1", {
    transport: this.transport,
    clock: this.clock,
    logger: silentLogger,
  });
  readonly connected = deferred();
  readonly caller: Caller;
  readonly lines: Line[] = [];
  isConnected = true;
  settings: { enabled: boolean; policy: RetryPolicy } = { enabled: true, policy: {} };

  constructor() {
    const session = { transport: this.transport, receiver: this.receiver };
    this.caller = new Caller({
      connect: async () => {
        if (!this.isConnected) await this.connected.promise;
        return session;
      },
      session: () => (this.isConnected ? session : null),
      logger: () => rememberingLogger(this.lines),
      clock: this.clock,
      running: { getStore: () => undefined },
      errors: () => [],
      retry: () => this.settings,
      origin: "1@host",
      outgoing: nothingAround(),
    });
  }

  send(args: readonly unknown[], options: ApplyOptions = {}, callee: Partial<Callee> = {}): ReturnType<Caller["send"]> {
    return this.caller.send({ ...CALLEE, ...callee }, callOf("proj.add", args, options));
  }

  /** The message that was published last. */
  get sent(): TaskMessage {
    const task = this.transport.published.at(-1);
    if (!task) throw new Error("nothing was published");
    return decodeTaskMessage(task.body);
  }
}

it("publishes the message of a call, and gives the handle of its result", async () => {
  const scene = new Scene();
  const result = await scene.send([2, 2]);
  expect(scene.transport.published).toEqual([
    {
      queue: "default",
      key: `${result.id}-0`,
      priority: 0,
      exclusive: false,
      repeat: false,
      contentType: "application/msgpack",
      body: expect.any(Uint8Array),
    },
  ]);
  expect(scene.sent).toMatchObject({ id: result.id, args: [2, 2], reply: "client-1", origin: "1@host" });
});

it("publishes a chosen id as exclusive, and as one that may have been used before", async () => {
  const scene = new Scene();
  expect((await scene.send([], { taskId: "order:4711" })).id).toBe("order:4711");
  expect(scene.transport.published[0]).toMatchObject({ key: "order:4711-0", exclusive: true, repeat: true });
});

it("encodes as the call asks, else as the task does", async () => {
  const scene = new Scene();
  await scene.send([1], {}, { serializer: "json" });
  await scene.send([1], { serializer: "msgpack" }, { serializer: "json" });
  expect(scene.transport.published.map(({ contentType }) => contentType)).toEqual([
    "application/json",
    "application/msgpack",
  ]);
});

it("keeps a call that is not due, by the broker's clock", async () => {
  const scene = new Scene();
  const { transport } = scene;
  const { id } = await scene.send([2], { countdown: "10s", eta: new Date(0), expires: "1m" });
  await scene.send([2], { taskId: "chosen", eta: new Date(transport.time + 5_000) });
  await scene.send([2], { taskId: "past", eta: new Date(-1) });
  const due = transport.time + 10_000;
  expect(transport.calls).toEqual([
    `schedule ${id}-0 at ${due}`,
    `schedule chosen-0 repeat at ${transport.time + 5_000}`,
    "schedule past-0 repeat at 0",
  ]);
  const waiting = transport.delayedTasks.get(`${id}-0`);
  expect(decodeTaskMessage(waiting?.body ?? new Uint8Array())).toMatchObject({
    eta: due,
    expires: transport.time + 60_000,
  });
});

it("turns a duration into the broker's time, and leaves a date as it is", async () => {
  const scene = new Scene();
  await scene.send([], { expires: "10s" });
  expect(scene.sent.expires).toBe(scene.transport.time + 10_000);
  await scene.send([], {}, { expiresMs: 5_000 });
  expect(scene.sent.expires).toBe(scene.transport.time + 5_000);
  await scene.send([], { expires: new Date(1_000) }, { expiresMs: 5_000 });
  expect(scene.sent.expires).toBe(1_000);
  await scene.send([]);
  expect(scene.sent.expires).toBeNull();
});

it("can send a date before 1970, which is over", async () => {
  const scene = new Scene();
  await scene.send([], { expires: new Date(-1_000) });
  expect(scene.sent.expires).toBeLessThan(scene.transport.time);
});

it("warns of a call that has expired, and sends it all the same", async () => {
  const scene = new Scene();
  const past = new Date(scene.transport.time - 1);
  const { id } = await scene.send([2], { expires: past });
  await scene.send([2], { expires: new Date(scene.transport.time + 1) });
  expect(scene.transport.published).toHaveLength(2);
  expect(scene.lines.map(({ level, message }) => [level, message])).toEqual([
    ["warn", `task ${id} (proj.add) had expired when it was called, at ${past.toISOString()}; it will be REVOKED`],
  ]);
});

it("refuses a message over the broker's limit, with both sizes, before it is sent", async () => {
  const scene = new Scene();
  scene.transport.maxMessageBytes = 1_000;
  const error = await outcomeOf(scene.send(["x".repeat(2_000)]));
  expect(error).toBeInstanceOf(PayloadTooLargeError);
  expect(error).toMatchObject({ limitBytes: 1_000, sizeBytes: expect.any(Number) });
  expect(scene.transport.calls).toEqual([]);
});

it("refuses arguments that cannot travel, connected or not, before anything is sent", async () => {
  for (const isConnected of [true, false]) {
    const scene = new Scene();
    scene.isConnected = isConnected;
    expect(await soon(scene.send([() => 1]))).toBeInstanceOf(SerializationError);
    expect(await soon(scene.send([], { kwargs: { a: new Map() } }))).toBeInstanceOf(SerializationError);
    expect(await soon(scene.send([], { headers: { a: new Map() } }))).toBeInstanceOf(SerializationError);
    expect(scene.transport.calls).toEqual([]);
  }
});

it("takes arguments and headers as they are at the call, not when the connection stands", async () => {
  const scene = new Scene();
  scene.isConnected = false;
  const list = [1];
  const kwargs = { a: 1 };
  const headers = { tenant: "a" };
  const sending = scene.send([list], { kwargs, headers });
  list.push(2);
  kwargs.a = 2;
  headers.tenant = "b";
  scene.isConnected = true;
  scene.connected.resolve();
  await sending;
  expect(scene.sent).toMatchObject({ args: [[1]], kwargs: { a: 1 }, headers: { tenant: "a" } });
});

it("finds what was pushed before its handle was asked", async () => {
  const scene = new Scene();
  await scene.receiver.open();
  const result = await scene.send([2, 2]);
  const record = encodeFinalRecord(recordOf({ id: result.id, value: 4 }), serializerNamed("msgpack"));
  scene.transport.deliver("reply.client-1", record);
  expect(await result.get()).toBe(4);
  expect(scene.transport.callsOf("glance", "read")).toEqual([]);
});

it("looks into the store for a chosen id, which may have run long ago", async () => {
  const scene = new Scene();
  const record = encodeFinalRecord(recordOf({ id: "order:4711", value: 4 }), serializerNamed("msgpack"));
  scene.transport.stored.set("result order:4711", record);
  const result = await scene.send([2, 2], { taskId: "order:4711" });
  expect(await result.get()).toBe(4);
});

/** How often a call is tried that the broker never answers. */
async function triesOf(settings: Scene["settings"], options: ApplyOptions): Promise<number> {
  const scene = new Scene();
  scene.settings = settings;
  scene.transport.answer("publish", ...Array.from({ length: 100 }, () => new BrokerTimeoutError("no answer")));
  let isOver = false;
  void outcomeOf(scene.send([], options)).then(() => {
    isOver = true;
  });
  await eventually("the end of the tries", () => {
    scene.clock.advance(1_000);
    return isOver;
  });
  return scene.transport.calls.length;
}

it("repeats as the settings say, and the call over them", async () => {
  const twice = { enabled: true, policy: { maxRetries: 1, intervalStep: 10 } };
  expect(await triesOf(twice, {})).toBe(2);
  expect(await triesOf(twice, { retryPolicy: { maxRetries: 2 } })).toBe(3);
  expect(await triesOf(twice, { retry: false })).toBe(1);
  expect(await triesOf({ ...twice, enabled: false }, {})).toBe(1);
  expect(await triesOf({ ...twice, enabled: false }, { retry: true })).toBe(2);
});

it("repeats for ten seconds when no settings say otherwise", async () => {
  const scene = new Scene();
  scene.transport.answer("publish", ...Array.from({ length: 100 }, () => new BrokerTimeoutError("no answer")));
  const failing = outcomeOf(scene.send([]));
  while ((await soon(failing)) === "pending") scene.clock.advance(500);
  expect(await failing).toBeInstanceOf(OutcomeUnknownError);
  expect(scene.clock.monotonic()).toBe(10_000);
});

it.each([undefined, null])("takes %s in a retry policy for not given", async (nothing) => {
  const scene = new Scene();
  scene.settings = { enabled: true, policy: { maxRetries: 0 } };
  scene.transport.answer("publish", new BrokerUnreachableError("no connection"));
  const names = ["maxRetries", "intervalStart", "intervalStep", "intervalMax", "timeout"];
  const retryPolicy: RetryPolicy = Object.fromEntries(names.map((name) => [name, nothing]));
  expect(await soon(scene.send([], { retryPolicy }))).toBeInstanceOf(BrokerUnreachableError);
  expect(scene.transport.callsOf("publish")).toHaveLength(1);
});

it("names a wrong option of a retry policy, before anything is sent", async () => {
  const scene = new Scene();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
  const retryPolicy = { maxRetry: 1 } as RetryPolicy;
  const error = await outcomeOf(scene.send([], { retryPolicy }));
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error).toMatchObject({ message: 'unknown option retryPolicy: "maxRetry"; did you mean "maxRetries"?' });
  expect(scene.transport.calls).toEqual([]);
});

it("tells the id of a task whose outcome is unknown", async () => {
  const scene = new Scene();
  scene.transport.answer("publish", new BrokerTimeoutError("no answer"));
  const error = await outcomeOf(scene.send([], { retry: false, taskId: "order:4711" }));
  expect(error).toBeInstanceOf(OutcomeUnknownError);
  expect(error).toMatchObject({ taskId: "order:4711" });
});

import { expect, it } from "vitest";
import { serializerNamed, serializerOf } from "../../src/codec/serializer.ts";
import { decodeFinalRecord, encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import {
  BrokerTimeoutError,
  NotRegistered,
  PayloadTooLargeError,
  QueueFullError,
  Reject,
  SerializationError,
  TaskRevokedError,
} from "../../src/model/errors.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import type { FinalRecord } from "../../src/model/task-record.ts";
import type { FinalOutcome } from "../../src/worker/outcome.ts";
import type { TaskConfig } from "../../src/worker/registered-task.ts";
import {
  type Ended,
  EVENT_OF_STATE,
  finishDecision,
  finishTask,
  releaseTask,
  type StoredOutcome,
  setAside,
  storeOutcome,
} from "../../src/worker/settle-task.ts";
import { PLAIN_CONFIG, StubDelivery, StubHost } from "../support/hosts.ts";
import { messageOf, recordOf } from "../support/messages.ts";
import { nextTurn, outcomeOf, soon } from "../support/outcomes.ts";
import { FINAL_STATES } from "../support/states.ts";
import { canvasOf, stepOf } from "../support/steps.ts";

const SUCCESS: FinalOutcome = { state: "SUCCESS", value: 4 };
const failure = (error: unknown, expected = false): FinalOutcome => ({ state: "FAILURE", error, expected });

class Scene {
  readonly host = new StubHost();
  readonly delivery: StubDelivery;
  readonly ended: Ended;

  constructor(message: Partial<TaskMessage> = {}, config: Partial<TaskConfig> | null = {}) {
    this.delivery = new StubDelivery(this.calls, message);
    this.ended = {
      message: messageOf({ reply: "client-1", ...message }),
      delivery: this.delivery,
      config: config && { ...PLAIN_CONFIG, ...config },
      runtimeMs: 1.5,
      children: [],
    };
  }

  get calls(): string[] {
    return this.host.transport.calls;
  }

  store(outcome: FinalOutcome, deadLetter: string | null = null): Promise<StoredOutcome> {
    return storeOutcome(this.ended, { outcome, deadLetter }, this.host);
  }

  async finish(stored: StoredOutcome): Promise<void> {
    await finishTask(this.ended, stored, this.host);
  }

  /** The record as it is stored. */
  get stored(): FinalRecord | null {
    const body = this.host.transport.stored.get("result task-1");
    return body ? decodeFinalRecord(body) : null;
  }
}

it("stores the outcome, then pushes it, then acknowledges (I1)", async () => {
  const scene = new Scene();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  scene.host.transport.answer("create", () => gate);
  const storing = scene.store(SUCCESS).then((stored) => scene.finish(stored));
  await nextTurn();
  expect(scene.calls).toEqual(["create result task-1"]);
  release();
  await storing;
  expect(scene.calls).toEqual(["create result task-1", "push reply.client-1", "ack"]);
  expect(scene.stored).toEqual(recordOf({ value: 4 }));
});

it("pushes the very bytes that are stored", async () => {
  const scene = new Scene();
  await scene.finish(await scene.store(SUCCESS));
  expect(scene.host.transport.pushed[0]?.[1]).toBe(scene.host.transport.stored.get("result task-1"));
});

it.each<readonly [string, FinalOutcome, Partial<FinalRecord>]>([
  ["a success", SUCCESS, { state: "SUCCESS", value: 4, error: null }],
  ["nothing", { state: "SUCCESS", value: undefined }, { state: "SUCCESS", value: null, error: null }],
  ["a failure", failure(new TypeError("no")), { state: "FAILURE", value: null }],
  ["a thrown null", failure(null), { state: "FAILURE", error: { type: "Error", message: "null" } }],
  ["a revocation", { state: "REVOKED", error: new TaskRevokedError("late") }, { state: "REVOKED", value: null }],
  ["a rejection", { state: "REJECTED", error: new Reject("bad") }, { state: "REJECTED", value: null }],
  ["an ignored task", { state: "IGNORED" }, { state: "IGNORED", value: null, error: null }],
])("makes a record of %s", async (_what, outcome, record) => {
  const scene = new Scene({ gen: 2, retries: 3 });
  await scene.store(outcome);
  expect(scene.stored).toMatchObject({
    ...record,
    id: "task-1",
    name: "proj.add",
    gen: 2,
    retries: 3,
    worker: "w1@host",
    at: scene.host.transport.time,
    runtimeMs: 1.5,
    hidden: false,
    forgotten: false,
  });
});

it("keeps the stack of an unexpected error only", async () => {
  const unexpected = new Scene();
  await unexpected.store(failure(new TypeError("no")));
  expect(unexpected.stored?.error).toMatchObject({ type: "TypeError", message: "no", stack: expect.any(String) });
  const expected = new Scene();
  await expected.store(failure(new TypeError("no"), true));
  expect(expected.stored?.error).toEqual({ type: "TypeError", message: "no" });
});

it("adopts the outcome that is stored already", async () => {
  const scene = new Scene();
  const first = recordOf({ state: "FAILURE", value: null, error: { type: "Error", message: "first" }, worker: "w2" });
  scene.host.transport.stored.set("result task-1", encodeFinalRecord(first, serializerNamed("msgpack")));
  const stored = await scene.store(SUCCESS);
  expect(stored.record).toEqual(first);
  await scene.finish(stored);
  expect(scene.calls).toEqual(["create result task-1", "read result task-1", "push reply.client-1", "ack"]);
  expect(decodeFinalRecord(scene.host.transport.pushed[0]?.[1] ?? new Uint8Array())).toEqual(first);
});

it("marks as repeats what follows from an outcome that it adopted: another perhaps sent it", async () => {
  const canvas = canvasOf({ chain: [stepOf("next")] });
  const scene = new Scene({ canvas });
  scene.host.transport.stored.set("result task-1", encodeFinalRecord(recordOf(), serializerNamed("msgpack")));
  await scene.finish(await scene.store(SUCCESS));
  expect(scene.calls).toContain("publish next-0 repeat");
  const first = new Scene({ canvas });
  await first.finish(await first.store(SUCCESS));
  expect(first.calls).toContain("publish next-0");
});

it.each([true, false])("marks as repeats what a decision that it adopted sends (adopted: %s)", async (isAdopted) => {
  const { ended, host } = new Scene();
  await finishDecision(ended, { decision: { kind: "REPLACED", flow: [stepOf("other")] }, isAdopted }, host);
  expect(host.transport.published).toMatchObject([{ key: "other-0", repeat: isAdopted }]);
});

it("adopts its own outcome whose confirmation was lost", async () => {
  const scene = new Scene();
  scene.host.transport.answer("create", async () => {
    await scene.host.transport.records.create(
      { kind: "result", id: "task-1" },
      encodeFinalRecord(recordOf(), serializerNamed("msgpack")),
    );
    throw new BrokerTimeoutError("no answer");
  });
  const storing = scene.store(SUCCESS);
  await nextTurn();
  scene.host.clock.advance(100);
  expect((await storing).record).toEqual(recordOf());
});

it("goes on without a record that has expired meanwhile", async () => {
  const scene = new Scene();
  scene.host.transport.stored.set("result task-1", new Uint8Array());
  scene.host.transport.answer("read", async () => {
    scene.host.transport.stored.clear();
  });
  const stored = await scene.store(SUCCESS);
  expect(stored.body).toBeNull();
  await scene.finish(stored);
  expect(scene.calls.at(-1)).toBe("ack");
  expect(scene.host.transport.pushed).toEqual([]);
});

it("pushes nothing of a result that was forgotten, nor where nobody waits", async () => {
  const forgotten = new Scene();
  const tombstone = recordOf({ value: null, forgotten: true });
  forgotten.host.transport.stored.set("result task-1", encodeFinalRecord(tombstone, serializerNamed("msgpack")));
  await forgotten.finish(await forgotten.store(SUCCESS));
  expect(forgotten.calls.at(-1)).toBe("ack");
  expect(forgotten.host.transport.pushed).toEqual([]);
  const alone = new Scene({ reply: null });
  await alone.finish(await alone.store(SUCCESS));
  expect(alone.calls).toEqual(["create result task-1", "ack"]);
});

it("repeats a write that fails, and acknowledges nothing meanwhile", async () => {
  const scene = new Scene();
  scene.host.transport.answer("create", new BrokerTimeoutError("no answer"), new QueueFullError("full"));
  const storing = scene.store(SUCCESS).then((stored) => scene.finish(stored));
  for (let i = 0; i < 10; i++) {
    scene.host.clock.advance(100);
    await nextTurn();
  }
  await storing;
  const create = "create result task-1";
  expect(scene.calls).toEqual([create, create, create, "push reply.client-1", "ack"]);
});

const circular: Record<string, unknown> = {};
circular["self"] = circular;

it.each<readonly [string, unknown]>([
  ["a function", () => 1],
  ["a symbol", Symbol("s")],
  ["a bigint over 64 bits", 2n ** 64n],
  ["circular data", circular],
  ["a Map", { map: new Map() }],
  ["an invalid date", [new Date(Number.NaN)]],
  ["a stream of a class", new (class Stream {})()],
  [
    "a getter that throws",
    Object.defineProperty({}, "a", { enumerable: true, get: () => circular["x"]?.toString() ?? fail() }),
  ],
])("makes a failure of a result that is %s, and says so", async (_what, value) => {
  const scene = new Scene();
  const { record } = await scene.store({ state: "SUCCESS", value });
  expect(record).toMatchObject({ state: "FAILURE", value: null, error: { type: "SerializationError" } });
  expect(scene.stored).toEqual(record);
});

function fail(): never {
  throw new Error("hostile");
}

it("makes a failure of a result that is too large for the broker, with both sizes", async () => {
  const scene = new Scene();
  scene.host.transport.answer("create", new PayloadTooLargeError("result of task task-1", 2_000_000, 1_048_576));
  const { record } = await scene.store({ state: "SUCCESS", value: "x".repeat(100) });
  expect(record).toMatchObject({
    state: "FAILURE",
    error: { type: "PayloadTooLargeError", message: expect.stringMatching(/2000000 bytes.*1048576/) },
  });
});

it("rejects when even the failure cannot be stored, and does not acknowledge", async () => {
  const scene = new Scene();
  const tooLarge = (): Error => new PayloadTooLargeError("result of task task-1", 2, 1);
  scene.host.transport.answer("create", tooLarge(), tooLarge());
  expect(await outcomeOf(scene.store(SUCCESS))).toBeInstanceOf(PayloadTooLargeError);
  expect(scene.calls).toEqual(["create result task-1", "create result task-1"]);
});

it("rejects when what is stored cannot be read", async () => {
  const scene = new Scene();
  scene.host.transport.stored.set("result task-1", Buffer.from("garbage"));
  expect(await outcomeOf(scene.store(SUCCESS))).toBeInstanceOf(SerializationError);
});

const KEEP_ERRORS: Partial<TaskConfig> = { storeErrorsEvenIfIgnored: true };

it.each<readonly [string, Partial<TaskMessage>, Partial<TaskConfig>, FinalOutcome]>([
  ["a success", {}, {}, SUCCESS],
  ["a failure", {}, {}, failure(new Error("no"))],
  ["a success when asked for errors only", {}, KEEP_ERRORS, SUCCESS],
  ["a revocation when asked for errors only", {}, KEEP_ERRORS, { state: "REVOKED", error: new TaskRevokedError("") }],
])("stores nothing of %s of a task that ignores its result, and acknowledges", async (...given) => {
  const [, message, config, outcome] = given;
  const scene = new Scene({ ignoreResult: true, ...message }, config);
  await scene.finish(await scene.store(outcome));
  expect(scene.calls).toEqual(["ack"]);
});

it("stores an error of a task that ignores its result when asked to", async () => {
  const scene = new Scene({ ignoreResult: true }, KEEP_ERRORS);
  await scene.store(failure(new Error("no")));
  expect(scene.stored).toMatchObject({ state: "FAILURE", hidden: false });
});

it("stores a hidden record of an ignored result of a later generation", async () => {
  const scene = new Scene({ ignoreResult: true, gen: 1 });
  await scene.store(SUCCESS);
  expect(scene.stored).toMatchObject({ state: "SUCCESS", hidden: true });
});

it("stores a hidden record of an ignored result under a chosen id, which may be sent again", async () => {
  const scene = new Scene({ ignoreResult: true });
  scene.delivery.exclusive = true;
  await scene.store(SUCCESS);
  expect(scene.stored).toMatchObject({ state: "SUCCESS", hidden: true });
});

it.each(["msgpack", "json"] as const)(
  "writes the result as the arguments came, whatever the task's own: %s",
  async (name) => {
    const scene = new Scene();
    const { message, config, runtimeMs, children } = scene.ended;
    const delivery = new StubDelivery(scene.calls, {}, name);
    const { body } = await storeOutcome(
      { message, config, runtimeMs, children, delivery },
      { outcome: SUCCESS, deadLetter: null },
      scene.host,
    );
    expect(serializerOf(body ?? new Uint8Array()).name).toBe(name);
  },
);

it("keeps a copy of the message after the outcome is stored, before it is acknowledged", async () => {
  const scene = new Scene({}, null);
  await scene.finish(
    await scene.store(failure(new NotRegistered('task "proj.add" is not registered')), "not-registered"),
  );
  expect(scene.calls).toEqual(["create result task-1", "put not-registered", "push reply.client-1", "ack"]);
  expect(scene.host.transport.letters).toEqual([
    {
      queue: "default",
      reason: "not-registered",
      detail: 'task "proj.add" is not registered',
      error: { type: "NotRegistered", stack: expect.any(String) },
      contentType: "application/msgpack",
      body: scene.delivery.body,
    },
  ]);
});

it("goes on only when the copy of the message is stored", async () => {
  const scene = new Scene();
  scene.host.transport.answer("put", new BrokerTimeoutError("no answer"));
  const storing = scene.store(failure(new Error("no")), "worker-lost");
  expect(await soon(storing)).toBe("pending");
  scene.host.clock.advance(100);
  await storing;
  expect(scene.host.transport.letters).toHaveLength(1);
});

it("confirms the acknowledgement while the worker stops", async () => {
  const scene = new Scene();
  scene.host.draining = true;
  const stored = await scene.store(SUCCESS);
  scene.delivery.confirm = () => Promise.reject(new BrokerTimeoutError("no answer"));
  await scene.finish(stored);
  expect(scene.calls.slice(1)).toEqual(["push reply.client-1", "confirmAck"]);
});

it("acknowledges also when the push fails", async () => {
  const scene = new Scene();
  const stored = await scene.store(SUCCESS);
  scene.host.transport.broadcast.publish = () => fail();
  await scene.finish(stored);
  expect(scene.calls.at(-1)).toBe("ack");
  expect(scene.host.lines.at(-1)).toMatchObject({ level: "warn" });
});

it("sets a message aside before it takes it off its queue", async () => {
  const scene = new Scene();
  scene.host.transport.answer("put", new BrokerTimeoutError("no answer"));
  const told: [string, string][] = [];
  scene.host.hooks.on("messageRejected", ({ reason, detail }) => told.push([reason, detail]));
  const done = setAside(scene.delivery, "undecodable", "why", scene.host);
  expect(await soon(done)).toBe("pending");
  expect([scene.calls, told]).toEqual([["put undecodable"], []]);
  scene.host.clock.advance(100);
  await done;
  expect(scene.calls).toEqual(["put undecodable", "put undecodable", "ack"]);
  expect(told).toEqual([["undecodable", "why"]]);
});

it("gives a message back with a delay", () => {
  const scene = new Scene();
  releaseTask(scene.delivery, 1_000);
  expect(scene.calls).toEqual(["handBack 1000"]);
});

it("has an event of the machine for every final state", () => {
  expect(Object.keys(EVENT_OF_STATE).sort()).toEqual([...FINAL_STATES].sort());
});

import { beforeEach, describe, expect, it } from "vitest";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { decodeTaskMessage, encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { type DeadLetterInfo, type LetterOutcome, Troupe } from "../../src/index.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import { memoryTransport } from "../../src/transport/memory/memory-transport.ts";
import type { OutgoingTask } from "../../src/transport/task-queue.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { silentLogger } from "../support/loggers.ts";
import { messageOf } from "../support/messages.ts";
import { canvasOf, groupOf, stepOf } from "../support/steps.ts";

const MSGPACK = serializerNamed("msgpack");

let sent: OutgoingTask[] = [];
let publish: Transport["tasks"]["publish"] = () => Promise.resolve("stored");
let transport: Transport = memoryTransport();
let app: Troupe = new Troupe("proj", { broker: transport, logger: silentLogger });

beforeEach(async () => {
  sent = [];
  const memory = memoryTransport();
  publish = (task) => {
    sent.push(task);
    return Promise.resolve("stored");
  };
  const tasks = { ...memory.tasks, publish: (task: OutgoingTask) => publish(task) };
  transport = new Proxy(memory, {
    get: (target, key) => {
      const value: unknown = key === "tasks" ? tasks : Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  app = new Troupe("proj", { broker: transport, logger: silentLogger });
  await app.connect();
});

function bytesOf(message: Partial<TaskMessage>): Uint8Array {
  return encodeTaskMessage(messageOf(message), MSGPACK);
}

async function put(
  message: Partial<TaskMessage> | Uint8Array,
  letter: { readonly queue?: string; readonly reason?: string } = {},
): Promise<DeadLetterInfo> {
  const body = message instanceof Uint8Array ? message : bytesOf(message);
  const { queue = "default", reason = "rejected" } = letter;
  const error = { type: "Reject", stack: "Reject: no" };
  await transport.deadLetters.put({ queue, reason, detail: "no", error, contentType: MSGPACK.contentType, body }, null);
  const [kept] = await app.deadLetters.list({ limit: 1 });
  if (!kept) throw new Error("the letter was not kept");
  return kept;
}

const lastSent = (): TaskMessage => decodeTaskMessage(sent.at(-1)?.body ?? new Uint8Array());
const idsOf = (letters: readonly DeadLetterInfo[]): unknown[] => letters.map(({ task }) => task?.id ?? null);

describe("a letter", () => {
  it("shows what is known of it and of its task", async () => {
    const attempts = [{ type: "Error", message: "first", at: 5 }];
    const letter = await put({
      id: "t",
      args: [1, "x"],
      kwargs: { a: 2 },
      retries: 1,
      gen: 1,
      attempts,
      parentId: "p",
    });
    expect(letter).toEqual({
      id: "1",
      queue: "default",
      reason: "rejected",
      detail: "no",
      error: { type: "Reject", stack: "Reject: no" },
      date: expect.any(Date),
      contentType: "application/msgpack",
      sizeBytes: expect.any(Number),
      task: {
        id: "t",
        name: "proj.add",
        args: "[ 1, 'x' ]",
        kwargs: "{ a: 2 }",
        rootId: "t",
        parentId: "p",
        retries: 1,
        attempts,
      },
    });
    const whole = await app.deadLetters.get("1");
    expect(decodeTaskMessage(whole?.body ?? new Uint8Array())).toMatchObject({ id: "t", args: [1, "x"] });
    expect(whole?.sizeBytes).toBe(whole?.body.byteLength);
    expect(await app.deadLetters.get("2")).toBeNull();
  });

  it("shows the text that the caller gave instead of the arguments", async () => {
    const { task } = await put({ args: ["secret"], argsrepr: "(***)", kwargsrepr: "{}" });
    expect(task).toMatchObject({ args: "(***)", kwargs: "{}" });
  });

  it("is shown without a task when there is none that can be read", async () => {
    for (const bytes of [new Uint8Array([0xc1, 0xff]), MSGPACK.encode({ v: 1, id: "x" }), new Uint8Array()])
      expect(await put(bytes)).toMatchObject({ task: null, sizeBytes: bytes.byteLength });
  });
});

it("lists by queue, reason and name, page by page", async () => {
  for (let i = 0; i < 250; i++) {
    const queue = i % 2 === 0 ? "even" : "odd";
    await put({ id: `t${i}`, queue, name: i % 5 === 0 ? "proj.five" : "proj.add" }, { queue, reason: `r${i % 3}` });
  }
  const { deadLetters } = app;
  expect(await deadLetters.list()).toHaveLength(100);
  const first = await deadLetters.list({ queue: "odd", reason: "r0", limit: 2 });
  expect(idsOf(first)).toEqual(["t249", "t243"]);
  expect(idsOf(await deadLetters.list({ queue: "odd", reason: "r0", limit: 2, before: first[1]?.id }))).toEqual([
    "t237",
    "t231",
  ]);
  expect(idsOf(await deadLetters.list({ name: "proj.five", queue: "even", limit: 3 }))).toEqual([
    "t240",
    "t230",
    "t220",
  ]);
  expect(await deadLetters.list({ name: "proj.five", limit: 1_000 })).toHaveLength(50);
  expect([await deadLetters.count(), await deadLetters.count("odd"), await deadLetters.count("none")]).toEqual([
    250, 125, 0,
  ]);
});

it.each([{ limit: 0 }, { limit: 1_001 }, { queu: "q" }, { reason: 5 }])("refuses to list with %j", async (options) => {
  // @ts-expect-error -- what the types forbid is refused at run time too
  await expect(app.deadLetters.list(options)).rejects.toMatchObject({ code: "TROUPE_INVALID_ARGUMENT" });
});

describe("a replay", () => {
  it("is a first run under a new id, in the old queue, without the old times; then the letter is dropped", async () => {
    const attempts = [{ type: "Error", message: "first", at: 5 }];
    const times = { eta: 5, expires: 6, retries: 3, gen: 3, attempts };
    const { id } = await put({ id: "t", args: [1], headers: { h: 1 }, reply: "client", ...times });
    const result = await app.deadLetters.replay(id);
    const { attempts: none, ...message } = lastSent();
    expect(message).toMatchObject({
      id: result.id,
      rootId: result.id,
      gen: 0,
      args: [1],
      queue: "default",
      headers: { h: 1, replayOf: "t" },
      reply: null,
      eta: null,
      expires: null,
      retries: 0,
    });
    expect(none).toBeUndefined();
    expect(result.id).not.toBe("t");
    expect(sent[0]).toMatchObject({ key: `${result.id}-0`, exclusive: true, repeat: true, queue: "default" });
    expect(await app.deadLetters.count()).toBe(0);
  });

  it("goes to another queue, with other arguments, where that is asked for", async () => {
    const { id } = await put({ args: [1], kwargs: { a: 1 }, rootId: "root", parentId: "parent" });
    await app.deadLetters.replay(id, { queue: "other", args: [2, 3], kwargs: { b: 2 } });
    expect(lastSent()).toMatchObject({ args: [2, 3], kwargs: { b: 2 }, queue: "other", rootId: "root" });
    expect(sent[0]?.queue).toBe("other");
  });

  it("has the same id each time, so that it is sent once, and another for another letter", async () => {
    const first = await put({ id: "t" });
    publish = (task) => {
      sent.push(task);
      return Promise.reject(new Error("it may have been stored"));
    };
    await expect(app.deadLetters.replay(first.id)).rejects.toThrow("it may have been stored");
    expect(await app.deadLetters.count()).toBe(1);
    publish = (task) => {
      sent.push(task);
      return Promise.resolve("exists");
    };
    await app.deadLetters.replay(first.id);
    const second = await put({ id: "t" });
    await app.deadLetters.replay(second.id);
    const [one, again, another] = sent.map(({ key }) => key);
    expect(one).toBe(again);
    expect(another).not.toBe(one);
  });

  it("gives what follows new ids, and leaves the chord that has been decided", async () => {
    const memberOf = { actor: { shard: 1, id: "chord" }, member: 4 };
    const canvas = canvasOf({ chain: [stepOf("b"), groupOf("g", 2)], link: [[stepOf("l")]], memberOf });
    const { id } = await put({ id: "t", canvas });
    await app.deadLetters.replay(id);
    const { canvas: renewed } = lastSent();
    const [b, g] = renewed?.chain ?? [];
    expect(renewed?.memberOf).toBeNull();
    expect(renewed?.chain).toHaveLength(2);
    for (const newId of [b?.id, g?.id, renewed?.link[0]?.[0]?.id]) {
      expect(newId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it("is refused where there is no letter, no task in it, or an option is wrong", async () => {
    const { id } = await put(new Uint8Array([1, 2, 3]));
    const refused = { code: "TROUPE_INVALID_ARGUMENT" };
    await expect(app.deadLetters.replay("77")).rejects.toMatchObject({ ...refused, message: /no dead letter "77"/ });
    await expect(app.deadLetters.replay(id)).rejects.toMatchObject({ ...refused, message: /cannot be replayed: / });
    // @ts-expect-error -- what the types forbid is refused at run time too
    await expect(app.deadLetters.replay(id, { qeue: "x" })).rejects.toMatchObject(refused);
    await expect(app.deadLetters.replay(id, { queue: "a b" })).rejects.toMatchObject(refused);
    expect(await app.deadLetters.count()).toBe(1);
    expect(sent).toEqual([]);
  });
});

describe("many letters", () => {
  it("are replayed by a filter; what cannot be replayed is kept, what comes meanwhile is left", async () => {
    for (let i = 0; i < 130; i++) await put({ id: `t${i}`, queue: "a" }, { queue: "a" });
    const bad = await put(new Uint8Array([1]), { queue: "a" });
    await put({ id: "other", queue: "b" }, { queue: "b" });
    publish = async (task) => {
      sent.push(task);
      if (sent.length === 1) await put({ id: "meanwhile", queue: "a" }, { queue: "a" });
      return "stored";
    };
    const outcomes: LetterOutcome[] = [];
    const onLetter = (outcome: LetterOutcome): void => void outcomes.push(outcome);
    expect(await app.deadLetters.replay({ queue: "a" }, { queue: "c", onLetter })).toEqual({
      replayed: 130,
      failed: 1,
    });
    expect(outcomes).toHaveLength(131);
    expect(outcomes.filter(({ error }) => error !== null).map(({ letter }) => letter.id)).toEqual([bad.id]);
    expect(new Set(sent.map(({ queue }) => queue))).toEqual(new Set(["c"]));
    expect(new Set(sent.map(({ key }) => key)).size).toBe(130);
    expect(idsOf(await app.deadLetters.list())).toEqual(["meanwhile", "other", null]);
  });

  it("end with the broker's error when it takes no more", async () => {
    for (let i = 0; i < 3; i++) await put({ id: `t${i}` });
    publish = () => Promise.reject(new Error("full"));
    await expect(app.deadLetters.replay({})).rejects.toThrow("full");
    expect(await app.deadLetters.count()).toBe(3);
  });

  it("are dropped, one or by a filter", async () => {
    const { id } = await put({ id: "t0" });
    for (let i = 1; i < 150; i++) await put({ id: `t${i}` }, { reason: i < 20 ? "few" : "many" });
    expect([await app.deadLetters.drop(id), await app.deadLetters.drop(id)]).toEqual([true, false]);
    const told: unknown[] = [];
    expect(await app.deadLetters.drop({ reason: "many" }, { onLetter: ({ letter }) => told.push(letter.id) })).toBe(
      130,
    );
    expect(told).toHaveLength(130);
    expect(await app.deadLetters.count()).toBe(19);
    expect(await app.deadLetters.drop({})).toBe(19);
    expect(await app.deadLetters.list()).toEqual([]);
  });
});

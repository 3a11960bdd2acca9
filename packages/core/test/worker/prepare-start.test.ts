import { expect, it } from "vitest";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { decodeStateRecord, encodeStateRecord } from "../../src/codec/task-record-codec.ts";
import { BrokerTimeoutError, SerializationError, WorkerLostError } from "../../src/model/errors.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import type { StartKind } from "../../src/worker/check-task.ts";
import { prepareStart } from "../../src/worker/prepare-start.ts";
import { StubHost } from "../support/hosts.ts";
import { messageOf, stateOf } from "../support/messages.ts";
import { nextTurn, outcomeOf } from "../support/outcomes.ts";

const MSGPACK = serializerNamed("msgpack");

const prepare = (
  host: StubHost,
  kind: StartKind,
  message: Partial<TaskMessage> = {},
): ReturnType<typeof prepareStart> => prepareStart(messageOf(message), kind, host);

const LOST = {
  type: "decided",
  verdict: {
    outcome: { state: "FAILURE", error: expect.any(WorkerLostError), expected: false },
    deadLetter: "worker-lost",
  },
};

function storeStarts(host: StubHost, starts: number): void {
  host.transport.stored.set("state task-1", encodeStateRecord(stateOf({ starts }), MSGPACK));
}

function startsStored(host: StubHost): number {
  return decodeStateRecord(host.transport.stored.get("state task-1") ?? new Uint8Array()).starts;
}

it("stores nothing before a first start, and waits for nothing", () => {
  const host = new StubHost();
  expect(prepare(host, "first")).toEqual({ type: "prepared", starts: 1 });
  expect(host.transport.calls).toEqual([]);
});

it.each<StartKind>(["first", "claim", "again"])(
  "revokes what has expired while it waited (%s), and stores nothing",
  (kind) => {
    const host = new StubHost();
    expect(prepare(host, kind, { expires: 5 })).toMatchObject({
      type: "decided",
      verdict: { outcome: { state: "REVOKED" }, deadLetter: null },
    });
    expect(host.transport.calls).toEqual([]);
  },
);

it("stores a claim before a start that may be the only one", async () => {
  const host = new StubHost();
  expect(await prepare(host, "claim", { gen: 2 })).toEqual({ type: "prepared", starts: 1 });
  expect(host.transport.calls).toEqual(["create claim task-1 2"]);
});

it("does not start what another delivery has claimed", async () => {
  const host = new StubHost();
  await prepare(host, "claim");
  expect(await prepare(host, "claim")).toEqual(LOST);
});

it("claims every generation for itself", async () => {
  const host = new StubHost();
  await prepare(host, "claim", { gen: 0 });
  expect(await prepare(host, "claim", { gen: 1 })).toMatchObject({ type: "prepared" });
});

it("recognises its own claim whose confirmation was lost", async () => {
  const host = new StubHost();
  const create = host.transport.records.create.bind(host.transport.records);
  let isFirst = true;
  host.transport.records.create = async (key, body) => {
    const created = await create(key, body);
    if (!isFirst) return created;
    isFirst = false;
    throw new BrokerTimeoutError("no answer");
  };
  const prepared = Promise.resolve(prepare(host, "claim"));
  await nextTurn();
  host.clock.advance(100);
  expect(await prepared).toEqual({ type: "prepared", starts: 1 });
});

it("counts the second start when there is no count: a first start leaves none", async () => {
  const host = new StubHost();
  expect(await prepare(host, "again")).toEqual({ type: "prepared", starts: 2 });
  expect(host.transport.calls).toEqual(["read state task-1", "replace state task-1"]);
  expect(startsStored(host)).toBe(2);
});

it("counts on from what is stored", async () => {
  const host = new StubHost();
  storeStarts(host, 3);
  expect(await prepare(host, "again")).toEqual({ type: "prepared", starts: 4 });
  expect(startsStored(host)).toBe(4);
});

it("starts at most maxDeliveries times, then gives up with a copy for people", async () => {
  const host = new StubHost();
  host.maxDeliveries = 3;
  const starts = ["first", "again", "again"] as const;
  for (const kind of starts) expect(await prepare(host, kind)).toMatchObject({ type: "prepared" });
  expect(await prepare(host, "again")).toEqual(LOST);
  expect(startsStored(host)).toBe(3);
});

it("waits until the count is stored before the start", async () => {
  const host = new StubHost();
  host.transport.answer("replace", new BrokerTimeoutError("no answer"));
  let isPrepared = false;
  const prepared = Promise.resolve(prepare(host, "again")).then(() => {
    isPrepared = true;
  });
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  expect(isPrepared).toBe(false);
  host.clock.advance(100);
  await prepared;
  expect(startsStored(host)).toBe(2);
});

it("rejects when the count cannot be read", async () => {
  const host = new StubHost();
  host.transport.stored.set("state task-1", Buffer.from("garbage"));
  expect(await outcomeOf(Promise.resolve(prepare(host, "again")))).toBeInstanceOf(SerializationError);
});

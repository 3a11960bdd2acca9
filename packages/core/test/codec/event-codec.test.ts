import { describe, expect, it } from "vitest";
import { decodeEvents, encodeEvents } from "../../src/codec/event-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";

const batch = { type: "order-paid", hostname: "w1@host", pid: 7, utcoffset: -2 };
const event = { timestamp: 1_000, clock: 5 };
const envelope = { ...batch, ...event, localReceived: 2_000 };

const bytesOf = (value: unknown): Uint8Array => serializerNamed("msgpack").encode(value);
const read = (message: object, fields: object): unknown[] =>
  decodeEvents(bytesOf({ v: 1, ...batch, ...message, events: [{ ...event, ...fields }] }), 2_000);

describe("messages with events", () => {
  it("give each event what all of them share", () => {
    const events = [
      { ...event, total: 3 },
      { timestamp: 1_001, clock: 6, uuid: "id-1" },
    ];
    expect(decodeEvents(encodeEvents({ ...batch, events }), 2_000)).toEqual([
      { ...envelope, total: 3 },
      { ...envelope, timestamp: 1_001, clock: 6, uuid: "id-1" },
    ]);
  });

  it("read the fields of Troupe's events, and no others", () => {
    const failed = { uuid: "id-1", exception: "E: x", traceback: null, extra: "from a later version" };
    expect(read({ type: "task-failed" }, failed)).toEqual([
      { ...envelope, type: "task-failed", uuid: "id-1", exception: "E: x", traceback: null },
    ]);
  });

  it("cannot overwrite the envelope by fields", () => {
    expect(read({}, { hostname: "other", type: "x-y", localReceived: 1 })).toEqual([envelope]);
  });

  it.each([
    ["no event name", { type: "paid" }, {}],
    ["a name with a dot", { type: "a-b.c" }, {}],
    ["no host", { hostname: "" }, {}],
    ["a host of 1 MB", { hostname: "x".repeat(1e6) }, {}],
    ["a process below none", { pid: -1 }, {}],
    ["a time zone that is none", { utcoffset: 1e9 }, {}],
    ["another version", { v: 2 }, {}],
    ["no time", {}, { timestamp: null }],
    ["a time after the last", {}, { timestamp: 1e300 }],
    ["a clock below none", {}, { clock: -1 }],
    ["a clock that is no number", {}, { clock: "5" }],
    ["a task without id", { type: "task-started" }, {}],
    ["an id that is none", {}, { uuid: "a b" }],
    ["a text that is none", { type: "task-failed" }, { uuid: "x", exception: 5 }],
    ["a text of 1 MB", { type: "task-failed" }, { uuid: "x", exception: "x".repeat(1e6) }],
    ["numbers that are none", { type: "worker-online" }, { loadavg: ["a"] }],
    ["many numbers", { type: "worker-online" }, { loadavg: Array.from({ length: 100 }, () => 1) }],
    ["many fields", {}, Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, n]))],
  ])("with %s are refused", (_, message, fields) => {
    expect(() => read(message, fields)).toThrow(/message|field/);
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["a number", bytesOf(5)],
    ["no list", bytesOf({ v: 1, ...batch, events: "x" })],
    ["events that are none", bytesOf({ v: 1, ...batch, events: [5] })],
    ["many events", bytesOf({ v: 1, ...batch, events: Array.from({ length: 1_001 }, () => event) })],
  ])("that are %s are refused", (_, bytes) => {
    expect(() => decodeEvents(bytes, 0)).toThrow(/message|field/);
  });
});

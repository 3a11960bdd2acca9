import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type SerializerName, serializerNamed } from "../../src/codec/serializer.ts";
import {
  decodeFinalRecord,
  decodeStateRecord,
  encodeFinalRecord,
  encodeStateRecord,
} from "../../src/codec/task-record-codec.ts";
import { ENVELOPE_DEPTH, MAX_DEPTH, MAX_ELEMENTS_SENT } from "../../src/codec/value-limits.ts";
import { InvalidMessageError, SerializationError } from "../../src/model/errors.ts";
import { type Failure, failureOf } from "../../src/model/failure.ts";
import type { HandleRef, NodeRef } from "../../src/model/result-ref.ts";
import type { FinalRecord, StateRecord } from "../../src/model/task-record.ts";
import { recordOf, stateOf } from "../support/messages.ts";
import { jsonValues, msgpackValues, namesOf } from "../support/values.ts";

const msgpack = serializerNamed("msgpack");

function trip(record: FinalRecord, name: SerializerName = "msgpack"): FinalRecord {
  return decodeFinalRecord(encodeFinalRecord(record, serializerNamed(name)));
}

function finalWire(fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const plain = { v: 1, id: "task-1", state: "SUCCESS", name: "proj.add", value: 4, worker: "w1@host", at: 5, ms: 1.5 };
  return msgpack.encode({ ...plain, ...fields });
}

function stateWire(fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return msgpack.encode({ v: 1, id: "task-1", state: "STARTED", starts: 1, worker: "w1@host", at: 5, ...fields });
}

const letters = namesOf(40);
const text = fc.string({ unit: "binary", maxLength: 20 });
const { failure: failures } = fc.letrec<{ failure: Failure }>((tie) => ({
  failure: fc.record<Failure, "type" | "message">(
    {
      type: text,
      message: text,
      stack: text,
      code: fc.oneof(text, fc.integer()),
      details: fc.constant({ statusCode: 503, path: "/a", retriable: true }),
      cause: fc.option(tie("failure"), { nil: { type: "Error", message: "innermost" }, depthSize: "small" }),
      errors: fc.array(fc.constant({ type: "TypeError", message: "member" }), { minLength: 1, maxLength: 10 }),
    },
    { requiredKeys: ["type", "message"] },
  ),
}));

function finalRecords(values: fc.Arbitrary<unknown>): fc.Arbitrary<FinalRecord> {
  return fc.record<FinalRecord>({
    id: letters,
    gen: fc.nat({ max: 1_000 }),
    state: fc.constantFrom("SUCCESS", "FAILURE", "REVOKED", "REJECTED", "IGNORED"),
    name: letters,
    value: values,
    error: fc.option(failures, { nil: null }),
    hidden: fc.boolean(),
    deadLetter: fc.option(letters, { nil: null }),
    forgotten: fc.boolean(),
    worker: text,
    at: fc.nat(),
    runtimeMs: fc.integer({ min: 0, max: 1_000_000 }).map((micros) => micros / 1_000),
    retries: fc.nat({ max: 1_000 }),
  });
}

const { node: nodes } = fc.letrec<{ node: NodeRef; handle: HandleRef }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    letters,
    fc.record<{ group: string; members: HandleRef[]; next: NodeRef }, "group" | "members">(
      { group: letters, members: fc.array(tie("handle"), { maxLength: 3 }), next: tie("node") },
      { requiredKeys: ["group", "members"] },
    ),
  ),
  handle: fc.oneof(
    tie("node"),
    fc
      .tuple(tie("node"), fc.array(tie("node"), { maxLength: 3 }))
      .map(([itself, parents]): HandleRef => [itself, ...parents]),
  ),
}));

it("gives back what a task triggered, and that its value is a handle", () => {
  fc.assert(
    fc.property(fc.array(nodes, { minLength: 1, maxLength: 5 }), (children) => {
      for (const name of ["msgpack", "json"] as const)
        expect(trip(recordOf({ children, isHandle: true }), name)).toEqual(recordOf({ children, isHandle: true }));
    }),
  );
  expect(trip(recordOf({ children: [], isHandle: false }))).toEqual(recordOf());
});

it("lists no more than 1,000 ids of children", () => {
  const children = Array.from({ length: 1_001 }, (_, i) => `t${i}`);
  expect(trip(recordOf({ children })).children).toHaveLength(1_000);
});

it.each([[7], ["*"], [{}], [{ group: "*" }], [{ group: "g", members: [[]] }], [{ group: "g", members: "a" }]])(
  "refuses %j as a child",
  (child) => {
    expect(() => decodeFinalRecord(finalWire({ children: [child] }))).toThrow(InvalidMessageError);
  },
);

it.each([
  ["msgpack", msgpackValues],
  ["json", jsonValues],
] as const)("gives back every final record, written by %s", (name, values) => {
  fc.assert(
    fc.property(finalRecords(values), (record) => {
      expect(trip(record, name)).toEqual(record);
    }),
  );
});

it("gives back every state record", () => {
  const states = fc.record<StateRecord>({
    id: letters,
    state: text.filter((state) => state !== ""),
    meta: msgpackValues,
    starts: fc.nat({ max: 1_000_000 }),
    worker: text,
    at: fc.nat(),
  });
  fc.assert(
    fc.property(states, (record) => {
      expect(decodeStateRecord(encodeStateRecord(record, msgpack))).toEqual(record);
    }),
  );
});

it("leaves out what has its default", () => {
  expect(msgpack.decode(encodeFinalRecord(recordOf({ runtimeMs: 0, value: undefined }), msgpack))).toEqual({
    v: 1,
    id: "task-1",
    state: "SUCCESS",
    name: "proj.add",
    worker: "w1@host",
    at: 1_735_689_600_000,
  });
});

it("ignores unknown fields", () => {
  expect(decodeFinalRecord(finalWire({ future: 1 }))).toEqual(recordOf({ at: 5 }));
  expect(decodeStateRecord(stateWire({ future: 1 }))).toEqual(stateOf({ at: 5 }));
});

it.each([[0], [2], ["1"], [null], [true], [{ toString: 1 }]])("refuses version %j", (v) => {
  expect(() => decodeFinalRecord(finalWire({ v }))).toThrow(InvalidMessageError);
  expect(() => decodeStateRecord(stateWire({ v }))).toThrow(InvalidMessageError);
});

it.each([
  ["PENDING"],
  ["STARTED"],
  ["success"],
  ["__proto__"],
  [1],
  [null],
  [["SUCCESS"]],
  [{ toString: 1, valueOf: 1 }],
])("refuses the state %j in a final record", (state) => {
  expect(() => decodeFinalRecord(finalWire({ state }))).toThrow(InvalidMessageError);
});

it.each<readonly [string, readonly unknown[]]>([
  ["id", ["", "a b", ">", 1, null, {}, "x".repeat(129)]],
  ["name", ["", "a b", ">", 1, null, {}]],
  ["gen", [-1, 1.5, "1", 2 ** 53]],
  ["error", ["text", 1, [], true]],
  ["hidden", [1, "true"]],
  ["forgotten", [1, "true"]],
  ["worker", [1, "x".repeat(257)]],
  ["at", [-1, "now", Number.NaN]],
  ["ms", [-1, "now", Number.POSITIVE_INFINITY]],
  ["retries", [-1, 0.5, "1"]],
])("names the field %s of a final record when its value is wrong", (name, wrong) => {
  for (const value of wrong) {
    expect(() => decodeFinalRecord(finalWire({ [name]: value }))).toThrow(InvalidMessageError);
    expect(() => decodeFinalRecord(finalWire({ [name]: value }))).toThrow(`field "${name}" of the message is `);
  }
});

it.each<readonly [string, readonly unknown[]]>([
  ["id", ["", 1, null]],
  ["state", [1, [], "x".repeat(257)]],
  ["starts", [-1, 1.5, "1", 1_000_001]],
  ["worker", [1]],
  ["at", [-1, "now"]],
])("names the field %s of a state record when its value is wrong", (name, wrong) => {
  for (const value of wrong) {
    expect(() => decodeStateRecord(stateWire({ [name]: value }))).toThrow(`field "${name}" of the message is `);
  }
});

it.each<readonly [string, unknown]>([
  ["type", { type: { a: 1 }, message: "x" }],
  ["message", { type: "Error", message: 5 }],
  ["message", { type: "Error", message: "x".repeat(1_048_577) }],
  ["stack", { type: "Error", message: "x", stack: [] }],
  ["code", { type: "Error", message: "x", code: ["E"] }],
  ["cause", { type: "Error", message: "x", cause: "text" }],
  ["errors", { type: "Error", message: "x", errors: "text" }],
])("names the field %s of an error when its value is wrong", (name, error) => {
  expect(() => decodeFinalRecord(finalWire({ state: "FAILURE", error }))).toThrow(`field "${name}" of the message is `);
});

it("fills in what an error lacks", () => {
  const { error } = decodeFinalRecord(finalWire({ state: "FAILURE", error: {} }));
  expect(error).toEqual({ type: "Error", message: "" });
});

it("cuts causes and members that a hostile record nests", () => {
  let error: Failure = { type: "Error", message: "innermost" };
  for (let i = 0; i < 30; i++) error = { type: "Error", message: `${i}`, cause: error };
  const read = decodeFinalRecord(finalWire({ state: "FAILURE", error })).error;
  let levels = 0;
  for (let failure = read; failure; failure = failure.cause ?? null) levels += 1;
  expect(levels).toBe(17);
});

it("a caller can read every error that a worker stores", () => {
  const many = (depth: number): Error =>
    new AggregateError(
      Array.from({ length: 10 }, () => (depth === 0 ? new Error("leaf") : many(depth - 1))),
      "many",
    );
  let deep = new Error("innermost");
  for (let i = 0; i < 100; i++) deep = new Error(`level ${i}`, { cause: deep });
  for (const thrown of [deep, many(1), "text", null]) {
    const record = recordOf({ state: "FAILURE", value: null, error: failureOf(thrown) });
    expect(trip(record)).toEqual(record);
  }
});

it("a caller can read the largest and deepest values that a worker stores", () => {
  let deep: unknown = 1;
  for (let i = 0; i < MAX_DEPTH - ENVELOPE_DEPTH; i++) deep = [deep];
  const many = Array.from({ length: MAX_ELEMENTS_SENT }, () => 0);
  for (const name of ["msgpack", "json"] as const) {
    for (const value of [deep, many]) {
      expect(isDeepStrictEqual(trip(recordOf({ value }), name).value, value)).toBe(true);
    }
  }
});

it("says where a value cannot travel", () => {
  expect(() => encodeFinalRecord(recordOf({ value: { a: [() => 1] } }), msgpack)).toThrow("result.a[0] cannot be sent");
  expect(() => encodeStateRecord(stateOf({ meta: { a: new Map() } }), msgpack)).toThrow("meta.a cannot be sent");
});

it("fails in no other way than by a SerializationError", () => {
  let reads = 0;
  const changing = Object.defineProperty({}, "a", {
    enumerable: true,
    get: () => {
      reads += 1;
      if (reads > 1) throw new Error("read twice");
      return 1;
    },
  });
  expect(() => encodeFinalRecord(recordOf({ value: changing }), msgpack)).toThrow(SerializationError);
});

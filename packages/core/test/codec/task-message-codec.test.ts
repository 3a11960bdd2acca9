import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SERIALIZER_NAMES, type SerializerName, serializerNamed } from "../../src/codec/serializer.ts";
import { decodeTaskMessage, encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { ENVELOPE_DEPTH, MAX_DEPTH, MAX_ELEMENTS_SENT } from "../../src/codec/value-limits.ts";
import { InvalidMessageError, SerializationError } from "../../src/model/errors.ts";
import type { Errback } from "../../src/model/flow.ts";
import type { CanvasPart, TaskMessage } from "../../src/model/task-message.ts";
import type { TimeLimits } from "../../src/model/time-limits.ts";
import { flowsOf, memberships } from "../support/flows.ts";
import { messageOf } from "../support/messages.ts";
import { jsonValues, mapOf, msgpackValues, namesOf } from "../support/values.ts";

const msgpack = serializerNamed("msgpack");

function trip(message: TaskMessage, name: SerializerName = "msgpack"): TaskMessage {
  return decodeTaskMessage(encodeTaskMessage(message, serializerNamed(name)));
}

/** A message as its sender could have written it: fields as they are on the wire. */
function wireOf(fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  return msgpack.encode({ v: 1, id: "task-1", name: "proj.add", args: [2, 2], queue: "default", ...fields });
}

function canvases(values: fc.Arbitrary<unknown>): fc.Arbitrary<CanvasPart> {
  const flow = flowsOf(values);
  return fc.record<CanvasPart>({
    chain: fc.oneof(fc.constant([]), flow),
    link: fc.array(flow, { maxLength: 2 }),
    linkError: fc.array(fc.record<Errback>({ gets: fc.constantFrom("id", "details"), flow }), { maxLength: 2 }),
    memberOf: fc.option(memberships, { nil: null }),
    group: fc.option(fc.record({ id: namesOf(40), index: fc.nat() }), { nil: null }),
    each: fc.constantFrom<CanvasPart["each"]>("once", "item", "tuple"),
    nesting: fc.nat({ max: 100 }),
    stamps: mapOf(values),
  });
}

function messages(values: fc.Arbitrary<unknown>): fc.Arbitrary<TaskMessage> {
  const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
  const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
  const limits = fc
    .record<TimeLimits>({ softMs: orNull(fc.nat()), hardMs: orNull(fc.nat()) })
    .filter(({ softMs, hardMs }) => softMs !== null || hardMs !== null);
  const rare = fc.record({ timeLimits: limits }, { requiredKeys: [] });
  const usual = fc.record<TaskMessage>({
    id: namesOf(128),
    gen: fc.nat({ max: 1_100 }),
    name: namesOf(128),
    args: fc.array(values, { maxLength: 3 }),
    kwargs: mapOf(values),
    queue: namesOf(64),
    rootId: namesOf(128),
    parentId: orNull(namesOf(128)),
    reply: orNull(namesOf(128)),
    eta: orNull(time),
    expires: orNull(time),
    retries: fc.nat({ max: 1_000 }),
    ignoreResult: fc.boolean(),
    atMostOnce: fc.boolean(),
    headers: mapOf(values),
    shadow: orNull(fc.string({ unit: "binary", maxLength: 60 })),
    argsrepr: orNull(fc.string({ unit: "binary", maxLength: 60 })),
    kwargsrepr: orNull(fc.string({ unit: "binary", maxLength: 60 })),
    origin: orNull(fc.string({ maxLength: 60 })),
    canvas: orNull(canvases(values)),
  });
  return fc.tuple(usual, rare).map(([message, more]) => ({ ...message, ...more }));
}

it.each([
  ["msgpack", msgpackValues],
  ["json", jsonValues],
] as const)("gives back every message, written by %s", (name, values) => {
  fc.assert(
    fc.property(messages(values), (message) => {
      expect(trip(message, name)).toEqual(message);
    }),
    { numRuns: 40 },
  );
});

it("leaves out what has its default", () => {
  expect(msgpack.decode(encodeTaskMessage(messageOf(), msgpack))).toEqual({
    v: 1,
    id: "task-1",
    name: "proj.add",
    args: [2, 2],
    queue: "default",
  });
});

it.each(SERIALIZER_NAMES)("reads what %s wrote without being told which it was", (name) => {
  const message = messageOf({ kwargs: { debug: true } });
  expect(trip(message, name)).toEqual(message);
});

it("ignores unknown fields, and takes null for the default", () => {
  expect(decodeTaskMessage(wireOf({ futureField: { a: 1 }, toString: "x" }))).toEqual(messageOf());
  const nulls = [
    "kwargs",
    "headers",
    "rootId",
    "parentId",
    "reply",
    "gen",
    "retries",
    "eta",
    "expires",
    "ignoreResult",
    "shadow",
  ];
  expect(decodeTaskMessage(wireOf(Object.fromEntries(nulls.map((name) => [name, null]))))).toEqual(messageOf());
});

it.each([[0], [2], [2 ** 31], ["1"], [null], [undefined], [true], [[1]], [1.5]])(
  "refuses version %j, and says which it reads",
  (v) => {
    expect(() => decodeTaskMessage(wireOf({ v }))).toThrow(InvalidMessageError);
    expect(() => decodeTaskMessage(wireOf({ v }))).toThrow(/has version .*; this \w+ reads version 1/);
  },
);

const NOT_A_TEXT: readonly unknown[] = [1, true, ["a"], { a: 1 }, new Date(0), Buffer.from("a"), 2n ** 60n + 1n];
const NOT_A_FLAG: readonly unknown[] = [1, "true", [], {}];
const NOT_A_COUNT: readonly unknown[] = [-1, 1.5, 1_101, "1", Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, [1], true];
const NOT_A_TIME: readonly unknown[] = [
  -1,
  "tomorrow",
  Number.NaN,
  Number.POSITIVE_INFINITY,
  8.64e15 + 1_000,
  true,
  [1],
];
const NOT_AN_ID: readonly unknown[] = ["", "a b", "*", ">", "a\0", "x".repeat(129), "x".repeat(10_240), ...NOT_A_TEXT];

it.each<readonly [string, readonly unknown[]]>([
  ["id", [...NOT_AN_ID, null]],
  ["name", ["", "../x", "a*", ">", " ", "\t", "a\0", "x".repeat(10_240), null, ...NOT_A_TEXT]],
  ["queue", ["", "*", ">", "a.>", "a..b", ".a", "a.", "a b", "$JS", "\u{1f4a5}", "x".repeat(300), null, ...NOT_A_TEXT]],
  ["args", [{}, "ab", 1, true]],
  ["kwargs", [[], "a", 1, true, new Date(0), Buffer.from("a")]],
  ["headers", [[], "a", 1, true, new Date(0)]],
  ["rootId", NOT_AN_ID],
  ["parentId", NOT_AN_ID],
  ["reply", [...NOT_AN_ID, "_INBOX.>", "a b"]],
  ["gen", NOT_A_COUNT],
  ["retries", NOT_A_COUNT],
  ["expires", NOT_A_TIME],
  ["ignoreResult", NOT_A_FLAG],
  ["atMostOnce", NOT_A_FLAG],
  ["shadow", ["x".repeat(257), ...NOT_A_TEXT]],
  ["argsrepr", ["x".repeat(4_097), ...NOT_A_TEXT]],
  ["kwargsrepr", ["x".repeat(4_097), ...NOT_A_TEXT]],
  ["origin", ["x".repeat(257), ...NOT_A_TEXT]],
])("names the field %s when its value is wrong", (name, wrong) => {
  for (const value of wrong) {
    expect(() => decodeTaskMessage(wireOf({ [name]: value }))).toThrow(InvalidMessageError);
    expect(() => decodeTaskMessage(wireOf({ [name]: value }))).toThrow(`field "${name}" of the message is `);
  }
});

it.each(["id", "v", "args", "kwargs", "shadow"])("refuses a value of field %s that cannot be shown", (name) => {
  for (const hostile of [{ toString: 1, valueOf: 2 }, [{ toString: null, valueOf: null }]]) {
    const value = name === "args" || name === "kwargs" ? 5 : hostile;
    expect(() => decodeTaskMessage(wireOf({ [name]: value }))).toThrow(InvalidMessageError);
  }
});

it.each([[1], ["text"], [null], [true], [[1, 2]], [new Date(0)], [Buffer.from("x")], [[{ toString: 1 }]]])(
  "refuses %j, which is not an object with fields",
  (value) => {
    expect(() => decodeTaskMessage(msgpack.encode(value))).toThrow(InvalidMessageError);
  },
);

it("keeps hostile keys of arguments as plain own properties", () => {
  const names = ["then", "toString", "hasOwnProperty", "length", "valueOf", "toJSON"];
  const kwargs = { constructor: { prototype: { x: 1 } }, ...Object.fromEntries(names.map((name, i) => [name, i])) };
  const message = decodeTaskMessage(wireOf({ kwargs, headers: kwargs, args: [kwargs] }));
  expect(message.kwargs).toEqual(kwargs);
  expect(Object.getPrototypeOf(message.kwargs)).toBe(Object.prototype);
  expect("x" in {}).toBe(false);
});

it("names the part that cannot travel", () => {
  const bad = { when: () => 1 };
  expect(() => encodeTaskMessage(messageOf({ args: [1, bad] }), msgpack)).toThrow("args[1].when cannot be sent");
  expect(() => encodeTaskMessage(messageOf({ kwargs: { bad } }), msgpack)).toThrow("kwargs.bad.when cannot be sent");
  expect(() => encodeTaskMessage(messageOf({ headers: { bad } }), msgpack)).toThrow("headers.bad.when cannot be sent");
  expect(() => encodeTaskMessage(messageOf({ args: [new Date()] }), serializerNamed("json"))).toThrow(
    SerializationError,
  );
});

it.each(SERIALIZER_NAMES)("a worker can read everything that %s lets a caller send", (name) => {
  let deep: unknown = 1;
  for (let i = 0; i < MAX_DEPTH - ENVELOPE_DEPTH - 1; i++) deep = i % 2 === 0 ? [deep] : { deep };
  const many = Array.from({ length: MAX_ELEMENTS_SENT - 1 }, (_, i) => i);
  const keys = Object.fromEntries(Array.from({ length: MAX_ELEMENTS_SENT / 2 }, (_, i) => [`k${i}`, i]));
  const largest = messageOf({ args: many, kwargs: keys, headers: { ...keys } });
  expect(isDeepStrictEqual(trip(largest, name), largest)).toBe(true);
  const deepest = messageOf({ args: [deep], kwargs: { deep }, headers: { deep } });
  expect(trip(deepest, name)).toEqual(deepest);
});

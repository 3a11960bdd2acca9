import { expect, it } from "vitest";
import { composeCall, composeGroup } from "../../src/canvas/compose.ts";
import { checkValue } from "../../src/codec/check-value.ts";
import { ENVELOPE_DEPTH, MAX_DEPTH, MAX_ELEMENTS_SENT as MOST } from "../../src/codec/value-limits.ts";
import { SerializationError } from "../../src/model/errors.ts";

const DEEPEST = MAX_DEPTH - ENVELOPE_DEPTH;
const MSGPACK = { beyondJson: true };
const JSON_ONLY = { beyondJson: false };

const throwing = (): never => {
  throw new Error("hostile");
};

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}

it.each([
  ["a function", () => 1, "a function"],
  ["a symbol", Symbol("s"), "a symbol"],
  ["a Map", new Map(), "an instance of Map"],
  ["a Set", new Set(), "an instance of Set"],
  ["a RegExp", /x/, "an instance of RegExp"],
  ["an Error", new Error("x"), "an instance of Error"],
  ["a Promise", Promise.resolve(), "an instance of Promise"],
  ["a class instance", new (class Order {})(), "an instance of Order"],
  ["an instance without a name", new (class {})(), "an instance of an unnamed class"],
  ["a Float64Array", new Float64Array(2), "an instance of Float64Array"],
  ["an ArrayBuffer", new ArrayBuffer(2), "an instance of ArrayBuffer"],
  ["an invalid Date", new Date(Number.NaN), "an invalid Date"],
  ["a lone surrogate", "x\ud83d", "a text with half a character (a lone surrogate); MessagePack would change it"],
  ["a bigint over 64 bits", 2n ** 64n, "a bigint; it does not fit 64 bits"],
  ["a bigint under 64 bits", -(2n ** 63n) - 1n, "a bigint; it does not fit 64 bits"],
])("refuses %s, with its path", (_what, value, found) => {
  expect(() => checkValue([1, { "a b": [value] }], MSGPACK, "args")).toThrow(SerializationError);
  expect(() => checkValue([1, { "a b": [value] }], MSGPACK, "args")).toThrow(
    `args[1].a b[0] cannot be sent: it is ${found}`,
  );
});

it.each([
  ["NaN", Number.NaN],
  ["an infinity", Number.NEGATIVE_INFINITY],
  ["a Date", new Date()],
  ["bytes", new Uint8Array(1)],
  ["a bigint", 1n],
])("refuses %s for JSON only", (_what, value) => {
  expect(() => checkValue(value, MSGPACK, "result")).not.toThrow();
  expect(() => checkValue(value, JSON_ONLY, "result")).toThrow(/^result cannot be sent: it is .*JSON has/);
});

it("refuses what throws when it is read", () => {
  const hostile: readonly unknown[] = [
    Object.defineProperty({}, "a", { enumerable: true, get: throwing }),
    new Proxy({}, { ownKeys: throwing }),
    new Proxy({}, { getPrototypeOf: throwing }),
    new Proxy([], { get: throwing }),
    Object.create(Object.create(null)),
  ];
  for (const value of hostile) expect(() => checkValue({ value }, MSGPACK, "result")).toThrow(SerializationError);
});

it("refuses circular data instead of overflowing the stack", () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const list: unknown[] = [];
  list.push(list);
  for (const value of [circular, list]) {
    expect(() => checkValue(value, MSGPACK, "result")).toThrow("nested deeper than 63 levels, or circular");
  }
});

it.each([
  ["arrays", (inner: unknown) => [inner]],
  ["objects", (inner: unknown) => ({ a: inner })],
])("counts the levels of %s", (_what, wrap) => {
  expect(() => checkValue(nested(DEEPEST, wrap), MSGPACK, "args")).not.toThrow();
  expect(() => checkValue(nested(DEEPEST + 1, wrap), MSGPACK, "args")).toThrow("nested deeper");
  expect(() => checkValue(nested(100_000, wrap), MSGPACK, "args")).toThrow("nested deeper");
});

it("counts items of arrays, and keys and values of objects", () => {
  expect(() => checkValue(Array.from({ length: MOST }), MSGPACK, "args")).not.toThrow();
  expect(() => checkValue(Array.from({ length: MOST + 1 }), MSGPACK, "args")).toThrow("more than 110000 elements");
  const keys = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 0]));
  expect(() => checkValue(keys(MOST / 2), MSGPACK, "args")).not.toThrow();
  expect(() => checkValue(keys(MOST / 2 + 1), MSGPACK, "args")).toThrow("more than 110000 elements");
  const parts = Array.from({ length: 11 }, () => Array.from({ length: 10_000 }));
  expect(() => checkValue(parts, MSGPACK, "args")).toThrow("more than 110000 elements");
});

it("refuses a huge sparse array at once", () => {
  const sparse: unknown[] = [];
  sparse.length = 2 ** 32 - 1;
  expect(() => checkValue(sparse, MSGPACK, "args")).toThrow("more than 110000 elements");
});

it("refuses the key __proto__", () => {
  const value: unknown = JSON.parse('{"a":{"__proto__":1}}');
  expect(() => checkValue(value, MSGPACK, "kwargs")).toThrow("kwargs.a.__proto__ cannot be sent");
});

it("looks into signatures as into other data", () => {
  const signature = composeCall("proj.add", [2], {}, null);
  expect(() => checkValue([signature], MSGPACK, "args")).not.toThrow();
  const hidden = composeCall("proj.add", [[() => 1]], {}, null);
  expect(() => checkValue([hidden], MSGPACK, "args")).toThrow("args[0].args[0][0] cannot be sent: it is a function");
  const lazy = composeGroup([[signature].values()]);
  expect(() => checkValue([lazy], MSGPACK, "args")).toThrow("args[0].kwargs.tasks cannot be sent");
});

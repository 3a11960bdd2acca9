import fc from "fast-check";
import { expect, it } from "vitest";
import { composeCall } from "../../src/canvas/compose.ts";
import { SERIALIZER_NAMES, type SerializerName, serializerNamed, serializerOf } from "../../src/codec/serializer.ts";
import { SerializationError } from "../../src/model/errors.ts";
import { jsonValues, msgpackValues } from "../support/values.ts";

const msgpack = serializerNamed("msgpack");
const json = serializerNamed("json");

function trip(name: SerializerName, value: unknown): unknown {
  const serializer = serializerNamed(name);
  serializer.check(value, "value");
  return serializer.decode(serializer.encode(value));
}

it("gives back what MessagePack carries", () => {
  fc.assert(
    fc.property(msgpackValues, (value) => {
      expect(trip("msgpack", value)).toEqual(value);
    }),
  );
});

it("gives back what JSON carries", () => {
  fc.assert(
    fc.property(jsonValues, (value) => {
      expect(trip("json", value)).toEqual(value);
    }),
  );
});

it.each(SERIALIZER_NAMES)("%s writes signatures as their plain data, at any depth", (name) => {
  const inner = composeCall("proj.mul", [3], {}, null);
  const outer = composeCall("proj.add", [[inner], { inner }], { link: inner }, null);
  const plain: unknown = JSON.parse(JSON.stringify(outer));
  expect(trip(name, { given: [outer] })).toEqual({ given: [plain] });
});

it.each(SERIALIZER_NAMES)("%s tells an object of its own by the first byte", (name) => {
  expect(serializerOf(serializerNamed(name).encode({ a: 1 })).name).toBe(name);
  expect(serializerOf(serializerNamed(name).encode({})).name).toBe(name);
});

it("takes nothing for a content type but the two", () => {
  expect(SERIALIZER_NAMES.map((name) => serializerNamed(name).contentType)).toEqual([
    "application/msgpack",
    "application/json",
  ]);
  expect(serializerOf(new Uint8Array()).name).toBe("msgpack");
});

it.each(SERIALIZER_NAMES)("%s turns undefined into null", (name) => {
  expect(trip(name, undefined)).toBeNull();
  expect(trip(name, [1, undefined, 3])).toEqual([1, null, 3]);
  expect(trip(name, { a: undefined })).toEqual({ a: null });
  const sparse: unknown[] = [1];
  sparse[2] = 3;
  expect(trip(name, sparse)).toEqual([1, null, 3]);
});

it.each(SERIALIZER_NAMES)("%s carries plain data of every kind of object and array", (name) => {
  class Numbers extends Array<number> {}
  const bare: Record<string, unknown> = Object.create(null);
  bare["a"] = 1;
  expect(trip(name, bare)).toEqual({ a: 1 });
  expect(trip(name, Numbers.from([1, 2]))).toEqual([1, 2]);
  expect(trip(name, Object.freeze([Object.freeze({ a: 1 })]))).toEqual([{ a: 1 }]);
  const names = ["toString", "constructor", "hasOwnProperty", "length", "then", "valueOf", "prototype"];
  const named = Object.fromEntries(names.map((key, i) => [key, i]));
  expect(trip(name, named)).toEqual(named);
});

it.each(SERIALIZER_NAMES)("%s takes toJSON for a key like any other", (name) => {
  const bare: Record<string, unknown> = Object.create(null);
  bare["toJSON"] = "text";
  for (const value of [{ toJSON: "text" }, { toJSON: 1, constructor: 2 }, bare]) {
    expect(trip(name, value)).toEqual({ ...value });
  }
});

it.each(SERIALIZER_NAMES)("%s carries every string, but for lone surrogates", (name) => {
  const texts = [
    "",
    "\0",
    "\r\n",
    "\u{1f4a5}",
    "e\u0301",
    "\u202e",
    "\u001b[31m",
    "a".repeat(70_000),
    "ä".repeat(70_000),
  ];
  expect(trip(name, texts)).toEqual(texts);
  expect(trip(name, "\u0301".repeat(100_000))).toBe("\u0301".repeat(100_000));
});

it("carries lone surrogates by JSON, and refuses them for MessagePack", () => {
  for (const value of [["\ud800"], [`${"ä".repeat(100)}\udc00`], { "a\ud800": 1 }]) {
    expect(trip("json", value)).toEqual(value);
    expect(() => serializerNamed("msgpack").check(value, "args")).toThrow(SerializationError);
  }
});

it("carries numbers exactly at every border", () => {
  const borders = [
    0,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
    2 ** 63,
    2 ** 64,
    1e308,
  ];
  const numbers = [...borders, ...borders.map((number) => -number - 1), 0.1, 5e-324, 1.5, -1.5];
  expect(trip("msgpack", numbers)).toEqual(numbers.map((number) => number + 0));
  expect(trip("json", numbers)).toEqual(numbers.map((number) => number + 0));
  expect(trip("msgpack", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toEqual([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
});

it("carries bigints of 64 bits; those that are exact as numbers arrive as numbers", () => {
  const bigs = [2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n), -(2n ** 53n) - 1n];
  expect(trip("msgpack", bigs)).toEqual(bigs);
  expect(trip("msgpack", [0n, 5n, -5n, 2n ** 53n, -(2n ** 53n)])).toEqual([0, 5, -5, 2 ** 53, -(2 ** 53)]);
});

it("carries dates and bytes", () => {
  const dates = [0, -1, 1, 1_735_689_600_123, -62_135_596_800_000, 8.64e15, -8.64e15].map((ms) => new Date(ms));
  expect(trip("msgpack", dates)).toEqual(dates);
  const bytes = [new Uint8Array(), new Uint8Array([1, 2, 3]), Buffer.from("x".repeat(70_000))];
  expect(trip("msgpack", bytes)).toEqual(bytes.map((part) => Buffer.from(part)));
});

it("refuses what is not one whole value of JSON", () => {
  for (const text of ["", "{", "[1,", "nul", '{"a":}', "\0", "{}{}", "{} x", "'a'", "{a:1}", "[1,]", "01"]) {
    expect(() => json.decode(Buffer.from(text))).toThrow(SerializationError);
  }
});

it("refuses JSON that is not UTF-8", () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
    [0xff, 0xfe, 0x7b, 0, 0x7d, 0],
  ]) {
    expect(() => json.decode(Buffer.from(bytes))).toThrow(SerializationError);
  }
});

it("refuses JSON as MessagePack and the reverse", () => {
  expect(() => msgpack.decode(json.encode({ a: 1 }))).toThrow(SerializationError);
  expect(() => json.decode(msgpack.encode({ a: 1 }))).toThrow(SerializationError);
  expect(() => msgpack.decode(Buffer.from('\ufeff{"a":1}'))).toThrow(SerializationError);
});

it.each(["__proto__", "\\u005f_proto__", "\\u005F\\u005Fproto\\u005F\\u005F"])("refuses the key %s in JSON", (key) => {
  expect(() => json.decode(Buffer.from(`{"a":[{"${key}":{"polluted":true}}]}`))).toThrow("__proto__");
});

it("decodes to plain data whose prototypes nothing has changed", () => {
  const value: unknown = json.decode(Buffer.from('{"constructor":{"prototype":{"polluted":true}}}'));
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect("polluted" in {}).toBe(false);
  const packed = msgpack.decode(msgpack.encode({ constructor: { prototype: { polluted: true } } }));
  expect(Object.getPrototypeOf(packed)).toBe(Object.prototype);
  expect("polluted" in {}).toBe(false);
});

it("gives every decoded value its own memory", () => {
  const bytes = msgpack.encode({ part: new Uint8Array([1, 2, 3]) });
  const before = msgpack.decode(bytes);
  msgpack.encode({ other: "x".repeat(100_000) });
  expect(before).toEqual({ part: Buffer.from([1, 2, 3]) });
});

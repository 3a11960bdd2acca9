import { expect, it } from "vitest";
import { scanMsgpack } from "../../src/codec/scan-msgpack.ts";
import { MAX_DEPTH_READ, MAX_ELEMENTS_READ } from "../../src/codec/value-limits.ts";
import { SerializationError } from "../../src/model/errors.ts";
import { thrownBy } from "../support/thrown-by.ts";

const scan = (...bytes: number[]): void => scanMsgpack(Uint8Array.from(bytes));
const text = (value: string): number[] => [0xa0 | value.length, ...Buffer.from(value)];
const times = (count: number, ...bytes: number[]): number[] => Array.from({ length: count }, () => bytes).flat();

it("takes exactly these single bytes for a whole value", () => {
  const outcomes = Array.from({ length: 256 }, (_, byte) => [byte, thrownBy(() => scan(byte))] as const);
  const refusals = outcomes.map(([, thrown]) => thrown).filter((thrown) => thrown !== null);
  expect(refusals.every((thrown) => thrown instanceof SerializationError)).toBe(true);
  const numbers = Array.from({ length: 128 }, (_, i) => i);
  const negatives = Array.from({ length: 32 }, (_, i) => 0xe0 + i);
  // An empty map, an empty array, an empty string, nil, false, true.
  const whole = outcomes.filter(([, thrown]) => thrown === null).map(([byte]) => byte);
  expect(whole).toEqual([...numbers, 0x80, 0x90, 0xa0, 0xc0, 0xc2, 0xc3, ...negatives]);
});

it.each([
  ["float32", [0xca, 1, 2, 3, 4]],
  ["float64", [0xcb, ...times(8, 1)]],
  ["uint8", [0xcc, 1]],
  ["uint16", [0xcd, 1, 1]],
  ["uint32", [0xce, ...times(4, 1)]],
  ["uint64", [0xcf, ...times(8, 1)]],
  ["int8", [0xd0, 1]],
  ["int16", [0xd1, 1, 1]],
  ["int32", [0xd2, ...times(4, 1)]],
  ["int64", [0xd3, ...times(8, 1)]],
  ["bin8", [0xc4, 2, 1, 1]],
  ["bin16", [0xc5, 0, 2, 1, 1]],
  ["bin32", [0xc6, 0, 0, 0, 2, 1, 1]],
  ["str8", [0xd9, 2, 65, 65]],
  ["str16", [0xda, 0, 2, 65, 65]],
  ["str32", [0xdb, 0, 0, 0, 2, 65, 65]],
  ["array16", [0xdc, 0, 2, 1, 1]],
  ["array32", [0xdd, 0, 0, 0, 2, 1, 1]],
  ["map16", [0xde, 0, 1, ...text("a"), 1]],
  ["map32", [0xdf, 0, 0, 0, 1, ...text("a"), 1]],
  ["fixmap", [0x81, ...text("a"), 1]],
  ["timestamp32", [0xd6, 0xff, 0, 0, 0, 1]],
  ["timestamp64", [0xd7, 0xff, ...times(8, 0)]],
  ["timestamp96", [0xc7, 12, 0xff, ...times(12, 0)]],
])("takes %s whole, refuses it cut at any byte or followed by one", (_what, bytes) => {
  expect(() => scan(...bytes)).not.toThrow();
  for (let end = 0; end < bytes.length; end++) expect(() => scan(...bytes.slice(0, end))).toThrow(SerializationError);
  expect(() => scan(...bytes, 0)).toThrow("there are bytes after its end");
});

it.each([
  ["the reserved code 0xc1", [0xc1], "0xc1"],
  ["the reserved code inside", [0x91, 0xc1], "0xc1"],
  ["array32 of 16 M", [0xdd, 1, 0, 0, 0], "elements"],
  ["50 nested array32 of 16 M", times(50, 0xdd, 0, 0xf4, 0x24, 0), "elements"],
  ["30,000 nested array16", times(30_000, 0xdc, 0, 1), "deeper"],
  ["map32 of 4 G", [0xdf, 0xff, 0xff, 0xff, 0xff, 1], "elements"],
  ["str32 of 4 GiB", [0xdb, 0xff, 0xff, 0xff, 0xff, 1], "too early"],
  ["bin32 of 4 GiB", [0xc6, 0xff, 0xff, 0xff, 0xff, 1], "too early"],
  ["ext32 of 4 GiB", [0xc9, 0xff, 0xff, 0xff, 0xff, 0xff, 1], "too early"],
  ["an array of more than it has bytes", [0xdc, 0, 9, 1], "more elements than it has bytes"],
  ["an array of more than it has bytes left", [0xdc, 0, 2, 1], "more elements than it has bytes"],
  ["a number for a key", [0x81, 1, 1], "a key is not a string"],
  ["a negative number for a key", [0x81, 0xff, 1], "a key is not a string"],
  ["nil for a key", [0x81, 0xc0, 1], "a key is not a string"],
  ["an array for a key", [0x81, 0x90, 1], "a key is not a string"],
  ["a map for a key", [0x81, 0x80, 1], "a key is not a string"],
  ["a float for a key", [0x81, 0xca, 0, 0, 0, 0, 1], "a key is not a string"],
  ["bytes for a key", [0x81, 0xc4, 1, 65, 1], "a key is not a string"],
  ["the key __proto__", [0x81, ...text("__proto__"), 1], "__proto__"],
  ["the key __proto__ as str8", [0x81, 0xd9, 9, ...Buffer.from("__proto__"), 1], "__proto__"],
  ["the key __proto__ as str32", [0x81, 0xdb, 0, 0, 0, 9, ...Buffer.from("__proto__"), 1], "__proto__"],
  ["the key __proto__ inside", [0x91, 0x82, ...text("a"), 1, ...text("__proto__"), 1], "__proto__"],
  ["a second value", [1, 1], "after its end"],
])("refuses %s", (_what, bytes, why) => {
  expect(() => scan(...bytes)).toThrow(SerializationError);
  expect(() => scan(...bytes)).toThrow(why);
});

it("takes __proto__ as a value", () => {
  expect(() => scan(0x81, ...text("a"), ...text("__proto__"))).not.toThrow();
});

it.each([0, 1, 72, 101, 114, 115, 120, 127, 0x80, 0xfe])("refuses the extension type %d in every size", (type) => {
  const forms = [
    [0xd4, type, ...times(1, 0)],
    [0xd5, type, ...times(2, 0)],
    [0xd6, type, ...times(4, 0)],
    [0xd7, type, ...times(8, 0)],
    [0xd8, type, ...times(16, 0)],
    [0xc7, 0, type],
    [0xc7, 3, type, 0, 0, 0],
    [0xc8, 0, 1, type, 0],
    [0xc9, 0, 0, 0, 1, type, 0],
  ];
  for (const bytes of forms) expect(() => scan(...bytes)).toThrow(`unknown extension type ${type}`);
});

it("refuses time stamps of a wrong length, or with more than a second of nanoseconds", () => {
  for (const length of [0, 1, 2, 3, 5, 11, 13, 16]) {
    expect(() => scan(0xc7, length, 0xff, ...times(length, 0))).toThrow("malformed time stamp");
  }
  for (const code of [0xd4, 0xd5, 0xd8]) {
    expect(() => scan(code, 0xff, ...times(2 ** (code - 0xd4), 0))).toThrow("malformed time stamp");
  }
  // 1,000,000,000 ns in the upper 30 bits of eight bytes; and in the first four of twelve.
  expect(() => scan(0xd7, 0xff, 0xee, 0x6b, 0x28, 0x00, 0, 0, 0, 0)).toThrow("malformed time stamp");
  expect(() => scan(0xd7, 0xff, 0xee, 0x6b, 0x27, 0xfc, 0, 0, 0, 0)).not.toThrow();
  expect(() => scan(0xc7, 12, 0xff, 0x3b, 0x9a, 0xca, 0x00, ...times(8, 0))).toThrow("malformed time stamp");
  expect(() => scan(0xc7, 12, 0xff, 0x3b, 0x9a, 0xc9, 0xff, ...times(8, 0))).not.toThrow();
});

it("refuses nesting beyond the limit, of arrays and of maps", () => {
  for (const open of [[0x91], [0x81, ...text("a")]]) {
    expect(() => scan(...times(MAX_DEPTH_READ, ...open), 1)).not.toThrow();
    for (const levels of [MAX_DEPTH_READ + 1, 1_000, 20_000]) {
      expect(() => scan(...times(levels, ...open), 1)).toThrow("nested deeper");
    }
  }
});

it("refuses more elements than the limit, also when each of many parts is below it", () => {
  const list = (count: number): number[] => [0xdd, 0, ...[16, 8, 0].map((shift) => (count >> shift) & 0xff)];
  const part = [...list(1_000), ...times(1_000, 0)];
  const parts = (count: number): number[] => [...list(count), ...times(count, ...part)];
  const most = Math.floor(MAX_ELEMENTS_READ / 1_001);
  expect(() => scan(...list(10), ...times(10, 0))).not.toThrow();
  expect(() => scanMsgpack(Uint8Array.from(parts(most)))).not.toThrow();
  expect(() => scanMsgpack(Uint8Array.from(parts(most + 1)))).toThrow("elements");
});

it("reads bytes that begin inside a larger buffer", () => {
  const whole = Uint8Array.from([0xff, 0xff, 0xd7, 0xff, ...times(8, 0), 0xff]);
  expect(() => scanMsgpack(whole.subarray(2, 12))).not.toThrow();
});

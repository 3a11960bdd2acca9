import { expect, it } from "vitest";
import { decodeRevocation, encodeRevocation } from "../../src/codec/revocation-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { InvalidMessageError } from "../../src/model/errors.ts";
import { meetsConditions, type Revocation } from "../../src/model/revocation.ts";

const msgpack = serializerNamed("msgpack");

it.each<Revocation>([
  { terminate: false, reason: null, stamps: null },
  { terminate: true, reason: "no longer wanted", stamps: { customer: ["c-1", 2, true] } },
])("gives back %j", (revocation) => {
  expect(decodeRevocation(encodeRevocation(revocation))).toEqual(revocation);
});

it("writes short what says nothing", () => {
  expect(msgpack.decode(encodeRevocation({ terminate: false, reason: null, stamps: null }))).toEqual({ v: 1 });
});

it.each([
  { terminate: "yes" },
  { reason: 5 },
  { reason: "x".repeat(1_025) },
  { stamps: {} },
  { stamps: [] },
  { stamps: { a: [] } },
  { stamps: { a: "b" } },
  { stamps: { a: [{}] } },
  { stamps: { a: Array.from({ length: 1_001 }, (_, index) => index) } },
  { v: 2 },
])("refuses %j", (fields) => {
  expect(() => decodeRevocation(msgpack.encode({ v: 1, ...fields }))).toThrow(InvalidMessageError);
});

it.each<readonly [Readonly<Record<string, unknown>>, boolean]>([
  [{ a: 1, b: "x" }, true],
  [{ a: 2, b: ["y", "x"] }, true],
  [{ a: 1 }, false],
  [{ a: 3, b: "x" }, false],
  [{ a: "1", b: "x" }, false],
  [{}, false],
])("stamps %j meet { a: 1 or 2, b: x }: %s", (stamps, met) => {
  expect(meetsConditions(stamps, { a: [1, 2], b: ["x"] })).toBe(met);
  expect(meetsConditions(stamps, { constructor: ["x"] })).toBe(false);
});

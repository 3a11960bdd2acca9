import { expect, it } from "vitest";
import { decodeDecision, encodeDecision } from "../../src/codec/decision-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { InvalidMessageError } from "../../src/model/errors.ts";
import { stepOf } from "../support/steps.ts";

const MSGPACK = serializerNamed("msgpack");

it("gives back a replacement", () => {
  const decision = { kind: "REPLACED", flow: [stepOf("a"), stepOf("b")] } as const;
  expect(decodeDecision(encodeDecision(decision, MSGPACK))).toEqual(decision);
});

it("gives back a retry, byte for byte", () => {
  const body = Buffer.from([0, 1, 255]);
  const decision = decodeDecision(encodeDecision({ kind: "RETRY", body, dueAt: 1_735_689_600_000 }, MSGPACK));
  expect(decision).toEqual({ kind: "RETRY", body, dueAt: 1_735_689_600_000 });
});

it("takes a time that is later than can be kept for the latest there is", () => {
  const wire = MSGPACK.encode({ v: 1, kind: "RETRY", message: Buffer.from("x"), due: 8.64e15 });
  expect(decodeDecision(wire)).toMatchObject({ dueAt: 9_999_999_999_999 });
});

it.each<readonly [string, object]>([
  ["kind", { kind: "LATER" }],
  ["kind", {}],
  ["message", { kind: "RETRY", due: 5 }],
  ["message", { kind: "RETRY", message: "text", due: 5 }],
  ["due", { kind: "RETRY", message: Buffer.from("x"), due: -1 }],
  ["due", { kind: "RETRY", message: Buffer.from("x") }],
])("names %s when it is wrong: %j", (name, wire) => {
  const decode = (): unknown => decodeDecision(MSGPACK.encode({ v: 1, ...wire }));
  expect(decode).toThrow(InvalidMessageError);
  expect(decode).toThrow(name);
});

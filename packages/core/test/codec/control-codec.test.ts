import { expect, it } from "vitest";
import { decodeCommand, decodeReply, encodeCommand, encodeReply } from "../../src/codec/control-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { InvalidMessageError } from "../../src/model/errors.ts";

const msgpack = serializerNamed("msgpack");
const COMMAND = {
  command: "ping",
  args: {},
  destination: null,
  ticket: "3fa85f64-5717",
  expires: 1_735_689_600_000,
};

const wireOf = (fields: Readonly<Record<string, unknown>>): Uint8Array =>
  msgpack.encode({ v: 1, ...COMMAND, ...fields });

it("gives back commands and replies", () => {
  expect(decodeCommand(encodeCommand(COMMAND))).toEqual(COMMAND);
  const addressed = { ...COMMAND, destination: ["w1@host", "w2@host"] };
  expect(decodeCommand(encodeCommand(addressed))).toEqual(addressed);
  const withArguments = { ...COMMAND, args: { ids: ["a", "b"], terminate: true } };
  expect(decodeCommand(encodeCommand(withArguments))).toEqual(withArguments);
  const withPattern = { ...COMMAND, pattern: "w*@host" };
  expect(decodeCommand(encodeCommand(withPattern))).toEqual(withPattern);
  const reply = { hostname: "w1@host", value: [{ id: "a", args: "[ 2, 2 ]" }] };
  expect(decodeReply(encodeReply(reply))).toEqual(reply);
  const counted = { ...reply, known: 3 };
  expect(decodeReply(encodeReply(counted))).toEqual(counted);
  expect(decodeReply(encodeReply({ hostname: "w1@host", value: undefined }))).toEqual({
    hostname: "w1@host",
    value: null,
  });
});

it("a command without arguments is written without them, and may come without", () => {
  expect(msgpack.decode(encodeCommand(COMMAND))).not.toHaveProperty("args");
  expect(decodeCommand(wireOf({ args: null })).args).toEqual({});
});

it("ignores unknown fields, and what is no name in the destination", () => {
  expect(decodeCommand(wireOf({ future: 1, destination: ["w1@host", 5, null, {}] }))).toEqual({
    ...COMMAND,
    destination: ["w1@host"],
  });
});

it.each<Readonly<Record<string, unknown>>>([
  { command: null },
  { command: "" },
  { command: 5 },
  { command: ["ping"] },
  { command: "a b" },
  { command: "1ping" },
  { command: "x".repeat(65) },
  { command: "x".repeat(10_240) },
  { ticket: null },
  { ticket: "" },
  { ticket: 5 },
  { ticket: "a.b" },
  { ticket: "*" },
  { ticket: ">" },
  { ticket: "x".repeat(65) },
  { destination: "w1@host" },
  { destination: { a: 1 } },
  { args: "ids" },
  { args: ["ids"] },
  { expires: "now" },
  { expires: -1 },
  { command: { toString: 1, valueOf: 1 } },
])("refuses a command with %j", (fields) => {
  expect(() => decodeCommand(wireOf(fields))).toThrow(InvalidMessageError);
});

it("a command without expiry is long over", () => {
  expect(decodeCommand(wireOf({ expires: null })).expires).toBe(0);
});

it.each([{}, { hostname: "" }, { hostname: 5 }, { hostname: "x".repeat(257) }])("refuses the reply %j", (fields) => {
  expect(() => decodeReply(msgpack.encode({ v: 1, ...fields }))).toThrow(InvalidMessageError);
});

it("refuses commands and replies of another version", () => {
  expect(() => decodeCommand(wireOf({ v: 2 }))).toThrow(InvalidMessageError);
  expect(() => decodeReply(msgpack.encode({ v: 2, hostname: "w1@host", value: 1 }))).toThrow(InvalidMessageError);
});

// The bad inputs B1 to B21: what arrives as a message is read, or refused by an error of ours, quickly, and changes nothing.

import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { decodeActorMessage } from "../../src/codec/actor-message-codec.ts";
import { decodeCommand, decodeReply, encodeCommand } from "../../src/codec/control-codec.ts";
import { decodeDecision } from "../../src/codec/decision-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";
import { decodeTaskMessage, encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import { decodeFinalRecord, decodeStateRecord, encodeFinalRecord } from "../../src/codec/task-record-codec.ts";
import { InvalidMessageError, SerializationError } from "../../src/model/errors.ts";
import { messageOf, recordOf } from "../support/messages.ts";
import { thrownBy } from "../support/thrown-by.ts";

const DECODERS = {
  decodeActorMessage,
  decodeDecision,
  decodeTaskMessage,
  decodeFinalRecord,
  decodeStateRecord,
  decodeCommand,
  decodeReply,
};

const msgpack = serializerNamed("msgpack");
const json = serializerNamed("json");

const MESSAGE = messageOf({
  kwargs: { debug: true, list: [1, 2.5, null, "text"] },
  headers: { tenant: "a", at: new Date(1_735_689_600_123), raw: Buffer.from([1, 2, 3]), big: 2n ** 60n + 1n },
  reply: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  expires: 1_735_689_700_000,
  retries: 3,
  shadow: "a name",
});
const ENVELOPES: readonly (readonly [string, Uint8Array])[] = [
  ["a task message", encodeTaskMessage(MESSAGE, msgpack)],
  ["a task message in JSON", encodeTaskMessage(messageOf({ kwargs: { debug: true } }), json)],
  ["a final record", encodeFinalRecord(recordOf({ value: { a: [1, 2] } }), msgpack)],
  [
    "a command",
    encodeCommand({
      command: "ping",
      args: { ids: ["a"] },
      destination: ["w1@host"],
      pattern: "w*",
      ticket: "t-1",
      expires: 5,
    }),
  ],
];

/** What went wrong: an error that is not ours, or a decoder that took too long. */
function troubleWith(bytes: Uint8Array): string[] {
  return Object.entries(DECODERS).flatMap(([name, decode]) => {
    const started = performance.now();
    const thrown = thrownBy(() => decode(bytes));
    const took = performance.now() - started;
    const found: string[] = [];
    if (thrown !== null && !(thrown instanceof SerializationError || thrown instanceof InvalidMessageError)) {
      found.push(`${name} threw ${thrown instanceof Error ? thrown.stack : typeof thrown}`);
    }
    if (took > 1_000) found.push(`${name} took ${took} ms`);
    return found;
  });
}

/** Whether a decoder took the bytes for its own. */
function isTaken(bytes: Uint8Array): boolean {
  return Object.values(DECODERS).some((decode) => thrownBy(() => decode(bytes)) === null);
}

it("refuses an empty body and every single byte", () => {
  for (const bytes of [new Uint8Array(), ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte))]) {
    expect(troubleWith(bytes)).toEqual([]);
    expect(isTaken(bytes)).toBe(false);
  }
});

it("refuses random bytes of every size", () => {
  for (const size of [2, 3, 10, 100, 1_000, 1_048_576]) {
    for (let i = 0; i < 20; i++) expect(troubleWith(randomBytes(size))).toEqual([]);
  }
});

it.each(ENVELOPES)("refuses %s that is cut at any byte", (_what, bytes) => {
  for (let end = 0; end < bytes.length; end++) {
    expect(troubleWith(bytes.subarray(0, end))).toEqual([]);
    expect(isTaken(bytes.subarray(0, end))).toBe(false);
  }
});

it.each(ENVELOPES)("reads or refuses %s with any bit flipped", (_what, bytes) => {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(troubleWith(flipped)).toEqual([]);
  }
});

it.each(ENVELOPES)("refuses %s that is followed by a byte or by another one", (_what, bytes) => {
  for (const rest of [[0], [0x7b], [0xc0], [...bytes]]) {
    const followed = Uint8Array.from([...bytes, ...rest]);
    expect(troubleWith(followed)).toEqual([]);
    expect(isTaken(followed)).toBe(false);
  }
});

it("refuses JSON with a byte order mark, and in UTF-16", () => {
  const text = Buffer.from(encodeTaskMessage(messageOf(), json)).toString();
  for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(text, "utf16le")]) {
    expect(troubleWith(bytes)).toEqual([]);
    expect(isTaken(bytes)).toBe(false);
  }
});

it.each([65, 1_000, 20_000, 1_000_000])("refuses %d levels, of arrays and maps, in both formats", (levels) => {
  const bodies = [
    Buffer.from(`{"args":${"[".repeat(levels)}${"]".repeat(levels)}}`),
    Buffer.from(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`),
    Buffer.concat([Buffer.from([0x81, 0xa1, 0x61]), Buffer.alloc(levels, 0x91), Buffer.from([0])]),
    Buffer.concat([Buffer.from("\x81\xa1a".repeat(levels), "latin1"), Buffer.from([0])]),
  ];
  for (const body of bodies) {
    expect(troubleWith(body)).toEqual([]);
    expect(isTaken(body)).toBe(false);
  }
});

it("reads a map with equal keys, long keys and very many keys, or refuses it", () => {
  const head = [0x86, 0xa1, 0x76, 0x01, 0xa2, 0x69, 0x64, 0xa1, 0x61];
  const equal = Uint8Array.from([...head, ...[1, 2, 3, 4].flatMap((value) => [0xa1, 0x78, value])]);
  expect(troubleWith(equal)).toEqual([]);
  const many = Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`).join(",");
  const text = `{"v":1,"id":"a","name":"a","queue":"a","args":[],"kwargs":{${many}}}`;
  expect(Object.keys(decodeTaskMessage(Buffer.from(text)).kwargs)).toHaveLength(100_000);
  const long = { ["k".repeat(65_536)]: 1 };
  expect(decodeTaskMessage(msgpack.encode({ v: 1, id: "a", name: "a", queue: "a", args: [long] })).args).toEqual([
    long,
  ]);
});

it("reads every string, or refuses it, wherever it stands", () => {
  const texts = [
    "\0",
    "\ud800",
    "\udc00x",
    "\u0301".repeat(1_000),
    "\u202eabc",
    "\u001b[31m",
    "\r\nPUB x 1",
    "\u{1f4a5}",
  ];
  const raw = [
    [0xa2, 0xc3, 0x28],
    [0xa1, 0xff],
    [0xa2, 0xc0, 0x80],
    [0xa3, 0xed, 0xa0, 0x80],
    [0xa4, 0xf8, 0x88, 0x80, 0x80],
  ];
  for (const field of ["id", "name", "queue", "shadow", "reply", "state", "worker", "command", "ticket", "hostname"]) {
    for (const text of texts) {
      expect(troubleWith(msgpack.encode({ v: 1, id: "a", name: "a", queue: "a", [field]: text }))).toEqual([]);
    }
    for (const bytes of raw) {
      const name = [0xa0 | field.length, ...Buffer.from(field)];
      expect(troubleWith(Uint8Array.from([0x82, 0xa1, 0x76, 0x01, ...name, ...bytes]))).toEqual([]);
    }
  }
});

it("reads every number, or refuses it, in every numeric field", () => {
  const numbers = [Number.NaN, Infinity, -Infinity, -0, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 5e-324, 1e308, -1, 0.5];
  const bigs = [2n ** 63n, -(2n ** 63n), 2n ** 64n - 1n];
  for (const field of ["v", "gen", "retries", "expires", "at", "ms", "starts"]) {
    for (const value of [...numbers, ...bigs]) {
      const wire = { v: 1, id: "a", name: "a", queue: "a", args: [], state: "SUCCESS", [field]: value };
      expect(troubleWith(msgpack.encode(wire))).toEqual([]);
    }
    expect(troubleWith(Buffer.from(`{"v":1,"id":"a","name":"a","queue":"a","args":[],"${field}":1e400}`))).toEqual([]);
  }
});

it.each(["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "then", "toJSON", "length"])(
  "is not changed by the key %s",
  (key) => {
    const inner = `{"${key}":{"polluted":true}}`;
    const text = `{"v":1,"id":"a","name":"a","queue":"a","args":[${inner}],"kwargs":${inner},"headers":${inner},"${key}":1}`;
    expect(troubleWith(Buffer.from(text))).toEqual([]);
    const name = [0xa0 | key.length, ...Buffer.from(key)];
    expect(troubleWith(Uint8Array.from([0x82, ...name, 0x81, ...name, 1, 0xa1, 0x76, 1]))).toEqual([]);
    expect("polluted" in {}).toBe(false);
  },
);

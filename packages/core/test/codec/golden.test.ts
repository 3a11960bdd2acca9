// The wire format outlives releases: these bytes are what has been sent and stored, and must be read for ever. A test that
// fails here says that the format has changed, which needs a new version of it.

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decodeCommand, decodeReply, encodeCommand, encodeReply } from "../../src/codec/control-codec.ts";
import { type Serializer, type SerializerName, serializerNamed } from "../../src/codec/serializer.ts";
import { decodeTaskMessage, encodeTaskMessage } from "../../src/codec/task-message-codec.ts";
import {
  decodeFinalRecord,
  decodeStateRecord,
  encodeFinalRecord,
  encodeStateRecord,
} from "../../src/codec/task-record-codec.ts";

interface Codec {
  // oxlint-disable-next-line typescript/no-explicit-any -- the file says which kind its value is of
  readonly encode: (value: any, serializer: Serializer) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}

const CODECS: Readonly<Record<string, Codec>> = {
  "task-message": { encode: encodeTaskMessage, decode: decodeTaskMessage },
  "final-record": { encode: encodeFinalRecord, decode: decodeFinalRecord },
  "state-record": { encode: encodeStateRecord, decode: decodeStateRecord },
  "control-command": { encode: encodeCommand, decode: decodeCommand },
  "control-reply": { encode: encodeReply, decode: decodeReply },
};

interface Golden {
  readonly kind: string;
  readonly value: unknown;
  /** Bytes as hexadecimal text. */
  readonly msgpack: string;
  readonly json?: string;
}

const folder = new URL("golden/", import.meta.url);
const cases = readdirSync(folder).flatMap((file) => {
  const { kind, value, msgpack, json }: Golden = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  const packed = { file, kind, value, name: "msgpack", bytes: Buffer.from(msgpack, "hex") } as const;
  return json === undefined ? [packed] : [packed, { ...packed, name: "json", bytes: Buffer.from(json) } as const];
});

function codecOf(kind: string): Codec {
  const codec = CODECS[kind];
  if (!codec) throw new Error(`no codec for ${kind}`);
  return codec;
}

function encoded(kind: string, value: unknown, name: SerializerName): string {
  return Buffer.from(codecOf(kind).encode(value, serializerNamed(name))).toString("hex");
}

it("has samples of every kind", () => {
  expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set(Object.keys(CODECS)));
  expect(cases.length).toBeGreaterThanOrEqual(14);
});

it.each(cases)("$file as $name is written as ever", ({ kind, value, name, bytes }) => {
  expect(encoded(kind, value, name)).toBe(bytes.toString("hex"));
});

it.each(cases)("$file as $name is read as ever", ({ kind, value, bytes }) => {
  expect(codecOf(kind).decode(bytes)).toEqual(value);
});

it("writes values as ever", () => {
  const values = {
    date: new Date(1_735_689_600_123),
    oldDate: new Date(-1),
    bytes: Buffer.from([0, 255]),
    big: 2n ** 64n - 1n,
    negative: -(2n ** 63n),
    float: 0.1,
    whole: 70_000,
    text: "ä\u{1f4a5}",
    nothing: null,
  };
  const bytes = Buffer.from(serializerNamed("msgpack").encode(values)).toString("hex");
  expect(bytes).toMatchInlineSnapshot(
    `"de0009a464617465d7ff1d53530067748580a76f6c6444617465c70cff3b8b87c0ffffffffffffffffa56279746573c40200ffa3626967cfffffffffffffffffa86e65676174697665d38000000000000000a5666c6f6174cb3fb999999999999aa577686f6c65ce00011170a474657874a6c3a4f09f92a5a76e6f7468696e67c0"`,
  );
  expect(serializerNamed("msgpack").decode(Buffer.from(bytes, "hex"))).toEqual(values);
});

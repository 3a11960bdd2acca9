// The serializers: values to bytes and back. Decoding creates plain data only and runs no code (D12).

import { Packr } from "msgpackr";
import { SerializationError } from "../model/errors.ts";
import { failureOf } from "../model/failure.ts";
import { checkValue } from "./check-value.ts";
import { scanJson } from "./scan-json.ts";
import { scanMsgpack } from "./scan-msgpack.ts";

/** Name of a serializer: `msgpack` carries dates, bytes and bigints too; `json` is readable by everybody. */
export type SerializerName = "msgpack" | "json";

/** All serializers' names. */
export const SERIALIZER_NAMES: readonly SerializerName[] = ["msgpack", "json"];

/** Values to bytes and back. */
export interface Serializer {
  readonly name: SerializerName;
  readonly contentType: string;
  /** @throws {SerializationError} the value cannot be encoded. */
  encode(value: unknown): Uint8Array;
  /** @throws {SerializationError} the bytes are not one bounded value. */
  decode(bytes: Uint8Array): unknown;
  /** @throws {SerializationError} with the path of the part that cannot travel. */
  check(value: unknown, what: string): void;
}

const packr = new Packr({
  useRecords: false,
  encodeUndefinedAsNil: true,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- "auto" (a number where exact, else a bigint) is documented, but not declared
  int64AsType: "auto" as "number",
  useToJSON: false,
});

const msgpack: Serializer = {
  name: "msgpack",
  contentType: "application/msgpack",
  encode: (value) => guard(() => packr.pack(value), "cannot be written as MessagePack"),
  decode: (bytes) => {
    scanMsgpack(bytes);
    return guard(() => packr.unpack(bytes), "is not valid MessagePack");
  },
  check: (value, what) => checkValue(value, { beyondJson: true }, what),
};

const json: Serializer = {
  name: "json",
  contentType: "application/json",
  encode: (value) =>
    guard(
      () =>
        Buffer.from(
          JSON.stringify(value, (_key, member: unknown) => (member === undefined ? null : member)),
          "utf8",
        ),
      "cannot be written as JSON",
    ),
  decode: (bytes) => {
    scanJson(bytes);
    return guard(() => JSON.parse(utf8.decode(bytes), refuseProto) as unknown, "is not valid JSON");
  },
  check: (value, what) => checkValue(value, { beyondJson: false }, what),
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

const OPENING_BRACE = 0x7b;

/** The serializer of that name. */
export function serializerNamed(name: SerializerName): Serializer {
  return name === "json" ? json : msgpack;
}

/** The serializer that wrote an object, told by its first byte: JSON objects begin with a brace, MessagePack ones cannot. */
export function serializerOf(bytes: Uint8Array): Serializer {
  return bytes[0] === OPENING_BRACE ? json : msgpack;
}

function refuseProto(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SerializationError("the message is not acceptable JSON: it has the key __proto__");
  return value;
}

function guard<T>(convert: () => T, failure: string): T {
  try {
    return convert();
  } catch (error) {
    if (error instanceof SerializationError) throw error;
    throw new SerializationError(`the message ${failure}: ${failureOf(error).message}`, { cause: error });
  }
}

// MessagePack as an attacker writes it: every value byte by byte, and bytes that are no value at all wherever one is wanted.

/** Bytes that are put in as they are. */
export class Raw {
  readonly bytes: Uint8Array;

  constructor(...bytes: (number | Uint8Array)[]) {
    this.bytes = Buffer.concat(bytes.map((part) => (typeof part === "number" ? Buffer.of(part) : part)));
  }
}

/** A map with keys of any type, in any number, in the order given. */
export class Entries {
  readonly pairs: readonly (readonly [unknown, unknown])[];

  constructor(pairs: readonly (readonly [unknown, unknown])[]) {
    this.pairs = pairs;
  }
}

/** Bytes of a value. */
export function pack(value: unknown): Buffer {
  if (value instanceof Raw) return Buffer.from(value.bytes);
  if (typeof value === "string") return packText(value);
  if (typeof value === "number") return packNumber(value);
  if (typeof value === "boolean") return Buffer.of(value ? 0xc3 : 0xc2);
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.of(0xc6), uint32(value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.of(0xdd), uint32(value.length), ...value.map(pack)]);
  if (value instanceof Entries) return packMap(value.pairs);
  if (typeof value === "object" && value !== null) return packMap(Object.entries(value));
  return Buffer.of(0xc0);
}

/** A whole number in four bytes. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function packMap(pairs: readonly (readonly [unknown, unknown])[]): Buffer {
  const parts = pairs.flatMap(([key, value]) => [pack(key), pack(value)]);
  return Buffer.concat([Buffer.of(0xdf), uint32(pairs.length), ...parts]);
}

function packText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([Buffer.of(0xdb), uint32(bytes.length), bytes]);
}

function packNumber(value: number): Buffer {
  if (Number.isInteger(value) && value >= 0 && value < 128) return Buffer.of(value);
  const bytes = Buffer.alloc(9, 0xcb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

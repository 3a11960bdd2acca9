// Walks MessagePack bytes once, before they are decoded, and refuses what could hurt the decoder: nesting, counts and
// lengths beyond the limits or beyond the bytes, unknown extension types, the key `__proto__`, trailing bytes. Linear, no recursion.

import { SerializationError } from "../model/errors.ts";
import { MAX_DEPTH_READ, MAX_ELEMENTS_READ } from "./value-limits.ts";

const TIMESTAMP = 0xff;
const PROTO = [0x5f, 0x5f, 0x70, 0x72, 0x6f, 0x74, 0x6f, 0x5f, 0x5f] as const;

/** @throws {SerializationError} the bytes are not one whole, bounded MessagePack value. */
export function scanMsgpack(bytes: Uint8Array): void {
  new Scan(bytes).run();
}

// One open array or map: how many values are still to come; maps count keys and values.
class Scan {
  readonly #bytes: Uint8Array;
  readonly #left: number[] = [1];
  readonly #isMap: boolean[] = [false];
  #at = 0;
  #elements = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(): void {
    const left = this.#left;
    while (left.length > 0) {
      const top = left.length - 1;
      const count = left[top] ?? 0;
      if (count === 0) {
        left.pop();
        this.#isMap.pop();
        continue;
      }
      left[top] = count - 1;
      this.#value(this.#isMap[top] === true && count % 2 === 0);
    }
    if (this.#at !== this.#bytes.length) throw bad("there are bytes after its end", this.#at);
  }

  #value(isKey: boolean): void {
    const start = this.#at;
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw bad("it ends too early", start);
    if (byte <= 0x7f || byte >= 0xe0) {
      if (isKey) throw bad("a key is not a string", start);
    } else if (byte >= 0xa0 && byte <= 0xbf) this.#text(byte & 0x1f, isKey);
    else if (byte === 0xd9) this.#text(this.#uint(1), isKey);
    else if (byte === 0xda) this.#text(this.#uint(2), isKey);
    else if (byte === 0xdb) this.#text(this.#uint(4), isKey);
    else if (isKey) throw bad("a key is not a string", start);
    else this.#other(byte, start);
  }

  #other(byte: number, start: number): void {
    if (byte <= 0x8f) this.#open((byte & 0x0f) * 2, true);
    else if (byte <= 0x9f) this.#open(byte & 0x0f, false);
    else if (byte >= 0xdc) this.#open(this.#uint(byte % 2 === 0 ? 2 : 4) * (byte >= 0xde ? 2 : 1), byte >= 0xde);
    else this.#scalar(byte, start);
  }

  // nil, false and true (0xc0, 0xc2, 0xc3) have no more bytes.
  #scalar(byte: number, start: number): void {
    if (byte === 0xc1) throw bad("it holds the reserved code 0xc1", start);
    if (byte >= 0xd4) this.#extension(2 ** (byte - 0xd4), start);
    else if (byte >= 0xca) this.#skip(NUMBER_BYTES[byte - 0xca] ?? 0);
    else if (byte >= 0xc7) this.#extension(this.#uint(2 ** (byte - 0xc7)), start);
    else if (byte >= 0xc4) this.#skip(this.#uint(2 ** (byte - 0xc4)));
  }

  #open(count: number, isMap: boolean): void {
    this.#elements += count;
    if (this.#elements > MAX_ELEMENTS_READ) throw bad(`it has more than ${MAX_ELEMENTS_READ} elements`, this.#at);
    if (count > this.#bytes.length - this.#at) throw bad("it declares more elements than it has bytes", this.#at);
    if (this.#left.length > MAX_DEPTH_READ) throw bad(`it is nested deeper than ${MAX_DEPTH_READ} levels`, this.#at);
    this.#left.push(count);
    this.#isMap.push(isMap);
  }

  #text(length: number, isKey: boolean): void {
    const start = this.#at;
    this.#skip(length);
    if (isKey && length === PROTO.length && PROTO.every((code, i) => this.#bytes[start + i] === code)) {
      throw bad("it has the key __proto__", start);
    }
  }

  #extension(length: number, start: number): void {
    const type = this.#uint(1);
    const from = this.#at;
    this.#skip(length);
    if (type !== TIMESTAMP) throw bad(`it holds the unknown extension type ${type}`, start);
    if (length !== 4 && length !== 8 && length !== 12) throw bad("it holds a malformed time stamp", start);
    if (length === 4) return;
    const high = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + from, 4).getUint32(0);
    if ((length === 8 ? high >>> 2 : high) > 999_999_999) throw bad("it holds a malformed time stamp", start);
  }

  #uint(size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (this.#bytes[this.#at + i] ?? 0);
    this.#skip(size);
    return value;
  }

  #skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw bad("it ends too early", this.#bytes.length);
  }
}

// 0xca float32, 0xcb float64, 0xcc-0xcf uint8-64, 0xd0-0xd3 int8-64
const NUMBER_BYTES = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8] as const;

function bad(why: string, at: number): SerializationError {
  return new SerializationError(`the message is not valid MessagePack: ${why} (byte ${at})`);
}

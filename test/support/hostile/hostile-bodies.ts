// More than a thousand bodies that nobody should send, made from one valid message: its ruins, its parts replaced, and noise.

import { HOSTILE_SUBJECTS, hostileStructures, hostileValues, LARGEST_BODY } from "./hostile-values.ts";
import { Entries, pack } from "./msgpack.ts";
import { SeededRandom } from "./random.ts";

/** Fields of a message that is valid, in order. */
export type Fields = Readonly<Record<string, unknown>>;

const NOISE = 100;
const FLIPS = 150;

/**
 * The bodies, the same in every run.
 *
 * @param valid - Fields of the valid message with that id.
 */
export function hostileBodies(valid: (id: string) => Fields): Buffer[] {
  let ids = 0;
  const fresh = (): Fields => valid(`hostile-${ids++}`);
  const random = new SeededRandom(ids);
  return [
    ...ruins(fresh, random),
    ...replacements(fresh),
    ...hostileStructures(),
    ...hostileStructures().map((value) => Buffer.concat([pack("x"), value])),
    ...otherEncodings(fresh),
    random.bytes(LARGEST_BODY),
    ...Array.from({ length: NOISE }, () => random.bytes(1 + random.below(300))),
  ];
}

/** Nothing (B1), single bytes (B2), cuts (B4), flipped bits (B5), too much (B6). */
function ruins(fresh: () => Fields, random: SeededRandom): Buffer[] {
  const whole = pack(fresh());
  const cuts = Array.from({ length: whole.length - 1 }, (_, end) => whole.subarray(0, end + 1));
  const flips = Array.from({ length: FLIPS }, () => {
    const body = pack(fresh());
    const at = random.below(body.length);
    body.writeUInt8(body.readUInt8(at) ^ (1 << random.below(8)), at);
    return body;
  });
  return [
    Buffer.alloc(0),
    ...Array.from({ length: 256 }, (_, byte) => Buffer.of(byte)),
    ...cuts,
    ...flips,
    Buffer.concat([pack(fresh()), Buffer.of(0)]),
    Buffer.concat([pack(fresh()), pack(fresh())]),
  ];
}

/** Each field replaced by each hostile value, or left out; and fields that nobody knows (B14 to B29, B31). */
function replacements(fresh: () => Fields): Buffer[] {
  const names = Object.keys(fresh());
  const replaced = hostileValues().flatMap((value) => names.map((name) => replace(fresh(), name, value)));
  const numbers = [0, 2, 2 ** 31, "1", null].map((version) => replace(fresh(), "v", version));
  const subjects = HOSTILE_SUBJECTS.map((subject) => replace(fresh(), "reply", subject));
  const missing = names.map((name) => pack(new Entries(Object.entries(fresh()).filter(([key]) => key !== name))));
  const unknown = [{ requires: ["time-travel"] }, { prefers: "blue" }].map((more) => pack({ ...fresh(), ...more }));
  const twice = pack(new Entries([...Object.entries(fresh()), ...Object.entries(fresh())]));
  return [...replaced, ...numbers, ...subjects, ...missing, ...unknown, twice];
}

function replace(fields: Fields, name: string, value: unknown): Buffer {
  return pack(new Entries(Object.entries({ ...fields, [name]: value })));
}

/** JSON, with what JSON can do to a reader, and not quite JSON (B7, B19). */
function otherEncodings(fresh: () => Fields): Buffer[] {
  const json = (): string => JSON.stringify(fresh());
  const open = (): string => json().slice(0, -1);
  return [
    Buffer.from(`${open()},"kwargs":{"__proto__":{"polluted":true}}}`),
    Buffer.from(`${open()},"__proto__":{"polluted":true}}`),
    Buffer.from(`${open()},"expires":1e400}`),
    Buffer.from(`${open()},"retries":-1}`),
    Buffer.from(`${open()},"headers":[1]}`),
    Buffer.from(json().slice(0, -1)),
    Buffer.from(`\ufeff${json()}`),
    Buffer.from(json(), "utf16le"),
    Buffer.from(`${json()}${json()}`),
    Buffer.from(`{"v":1,"id":"\ud800"}`),
    Buffer.from(`{${" ".repeat(100_000)}}`),
  ];
}

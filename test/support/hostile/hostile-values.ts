// Values that hurt those who take them in: the parts of the bad input list (B9 to B22) that fit anywhere in a message.

import { Entries, pack, Raw, uint32 } from "./msgpack.ts";

const MIB = 1024 * 1024;
/** Largest body that the server takes with a few headers. */
export const LARGEST_BODY = MIB - 4_096;

const repeat = (bytes: number[], times: number): Buffer => Buffer.alloc(bytes.length * times, Buffer.from(bytes));

/** Whole bodies, or values anywhere in one: nesting and lengths beyond all bounds (B9 to B13). */
export function hostileStructures(): Buffer[] {
  return [
    Buffer.concat(Array.from({ length: 50 }, () => Buffer.concat([Buffer.of(0xdd), uint32(16_000_000)]))),
    repeat([0xdc, 0xff, 0xff], 30_000),
    Buffer.of(0xdf, 0xff, 0xff, 0xff, 0xff),
    Buffer.of(0xdb, 0xff, 0xff, 0xff, 0xff, 0x61),
    Buffer.of(0xc6, 0xff, 0xff, 0xff, 0xff, 0x61),
    Buffer.of(0xc9, 0xff, 0xff, 0xff, 0xff, 0x01, 0x61),
    ...[65, 1_000, 20_000, LARGEST_BODY - 64].flatMap((depth) => [
      Buffer.concat([repeat([0x91], depth), Buffer.of(0xc0)]),
      Buffer.from("[".repeat(depth)),
    ]),
    ...[65, 1_000, 20_000].flatMap((depth) => [
      Buffer.concat([repeat([0x81, 0xa1, 0x61], depth), Buffer.of(0xc0)]),
      Buffer.from(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
      Buffer.from(`${"[".repeat(depth)}${"]".repeat(depth)}`),
    ]),
    pack(new Entries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, 1]))),
    pack(new Entries(Array.from({ length: 10 }, (_, i) => ["same", i]))),
    pack(new Entries([["k".repeat(65_536), 1]])),
  ];
}

const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "then",
  "toJSON",
  "length",
];

/** Values for one field of a message. */
export function hostileValues(): unknown[] {
  return [
    ...KEYS.map((key) => new Entries([[key, { polluted: true }]])),
    ...KEYS,
    { constructor: { prototype: { polluted: true } } },
    new Entries([["then", "text"]]),
    new Entries([["then", 1]]),
    new Entries([[[1], 1]]),
    new Entries([[new Entries([]), 1]]),
    new Entries([[null, 1]]),
    new Entries([[1.5, 1]]),
    new Entries([[Buffer.of(1), 1]]),
    ...[0, 1, 72, 101, 114, 115, 120, 255].map((type) => new Raw(0xc7, 3, type, 1, 2, 3)),
    new Raw(0xd7, 0xff, Buffer.alloc(8, 0xff)),
    new Raw(0xc7, 12, 0xff, Buffer.alloc(12, 0xff)),
    new Raw(0xc7, 12, 0xff, Buffer.alloc(4), Buffer.alloc(8, 0x7f)),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    2 ** 53 + 2,
    5e-324,
    new Raw(0xcf, Buffer.alloc(8, 0xff)),
    new Raw(0xd3, 0x80, Buffer.alloc(7)),
    new Raw(0xd9, 2, 0xc3, 0x28),
    new Raw(0xd9, 3, 0xed, 0xa0, 0x80),
    new Raw(0xd9, 2, 0xc0, 0xaf),
    "",
    " ",
    "\t",
    "\0",
    "\r\n",
    "a\r\nPUB x 1\r\nx",
    "\u001b]0;owned\u0007",
    "\u202e",
    "💥",
    "é",
    "é",
    "\u0301".repeat(1_000),
    "*",
    ">",
    "a.>",
    "a..b",
    ".a",
    "a.",
    "a b",
    "../x",
    "a*",
    "$JS",
    "$SYS.x",
    "_INBOX.x",
    "troupe.chord_unlock",
    "x".repeat(65),
    "x".repeat(300),
    "x".repeat(10_240),
    ":".repeat(128),
    new Raw(0xc1),
    Buffer.alloc(1_000),
    [],
    [[], {}],
    {},
    true,
    null,
  ];
}

/** Texts that control people or subjects, where a text is expected. */
export const HOSTILE_SUBJECTS: readonly string[] = [
  "troupe.task.default.0.-",
  "$JS.API.STREAM.DELETE.troupe_TASKS",
  "$JS.ACK.troupe_TASKS.q-default-0.1.1.1.0.0",
  "_INBOX.other",
  "*",
  ">",
  ":".repeat(128),
  ".".repeat(256),
  "💥".repeat(128),
  "",
];

import { expect, it } from "vitest";
import { decodeQueuePause, encodeQueuePause } from "../../src/codec/queue-pause-codec.ts";
import { serializerNamed } from "../../src/codec/serializer.ts";

const packed = (value: unknown): Uint8Array => serializerNamed("msgpack").encode(value);

it("keeps its names", () => {
  const pause = { at: 1_735_689_600_000, by: "ann@host", reason: "a deploy" };
  expect(serializerNamed("msgpack").decode(encodeQueuePause(pause))).toEqual({ v: 1, ...pause });
  expect(decodeQueuePause(encodeQueuePause(pause))).toEqual(pause);
});

it("leaves out a reason that was not given", () => {
  const pause = { at: 0, by: "ann@host", reason: null };
  expect(serializerNamed("msgpack").decode(encodeQueuePause(pause))).toEqual({ v: 1, at: 0, by: "ann@host" });
  expect(decodeQueuePause(encodeQueuePause(pause))).toEqual(pause);
});

it.each([[{ v: 1, at: "now" }], [{ v: 1, by: 7 }], [{ v: 1, reason: "x".repeat(257) }], [{ v: 2 }], [7]])(
  "refuses %j",
  (value) => {
    expect(() => decodeQueuePause(packed(value))).toThrow(expect.objectContaining({ code: "TROUPE_INVALID_MESSAGE" }));
  },
);

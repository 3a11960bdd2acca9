import { expect, it } from "vitest";
import { scanJson } from "../../src/codec/scan-json.ts";
import { MAX_DEPTH_READ, MAX_ELEMENTS_READ as MOST } from "../../src/codec/value-limits.ts";
import { SerializationError } from "../../src/model/errors.ts";

const scan = (text: string): void => scanJson(Buffer.from(text));

it.each([
  ["arrays", "[", "]"],
  ["objects", '{"a":', "}"],
])("refuses %s nested deeper than the limit", (_what, open, close) => {
  const deep = (levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`;
  expect(() => scan(deep(MAX_DEPTH_READ))).not.toThrow();
  for (const levels of [MAX_DEPTH_READ + 1, 1_000, 20_000, 1_000_000]) {
    expect(() => scan(deep(levels))).toThrow(SerializationError);
  }
});

it("refuses more elements than the limit", () => {
  const many = (count: number): string => `[${"0,".repeat(count)}0]`;
  expect(() => scan(many(MOST))).not.toThrow();
  expect(() => scan(many(MOST + 1))).toThrow(SerializationError);
});

it("does not look into strings", () => {
  expect(() => scan(JSON.stringify(["[".repeat(1_000), ",".repeat(MOST + 1), '"[{\\'.repeat(1_000)]))).not.toThrow();
});

it.each(['"', '"\\', '["abc', '{"a', "]]]]", '["\\"', "", "\\", '"\\u12'])("ends on the broken text %j", (text) => {
  expect(() => scan(text)).not.toThrow();
});

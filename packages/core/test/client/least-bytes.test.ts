import { expect, it } from "vitest";
import { leastBytes } from "../../src/client/least-bytes.ts";

it.each([
  ["nothing", undefined, 0],
  ["a number", 7, 0],
  ["a text", "four", 4],
  ["bytes", new Uint8Array(8), 8],
  ["a list of texts", ["ab", ["c"]], 3],
  ["an object of texts", { a: "ab", b: { c: "d" }, e: null }, 3],
])("%s", (_what, value, bytes) => {
  expect(leastBytes(value)).toBe(bytes);
});

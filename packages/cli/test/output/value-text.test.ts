import { describe, expect, it } from "vitest";
import { jsonText, valueText } from "../../src/output/value-text.ts";

describe("a value for people", () => {
  it("is the text itself when it is one, without control characters", () => {
    expect(valueText("two\nlines\u001b[2J")).toBe(String.raw`two
lines\u001b[2J`);
  });

  it.each([
    [4, "4"],
    [Number.NaN, "NaN"],
    [12345678901234567890n, "12345678901234567890"],
    [null, "null"],
    [undefined, "null"],
    [true, "true"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [Buffer.from("abc"), "YWJj"],
    [[1, { a: 2 }], '[\n  1,\n  {\n    "a": 2\n  }\n]'],
  ])("shows %s as %s", (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});

describe("a value as JSON", () => {
  it("has bytes as base64 and bigints as text, wherever they are", () => {
    const value = { bytes: [Buffer.from("abc"), new Uint8Array([1, 2])], big: { n: 2n ** 60n }, at: new Date(0) };
    expect(JSON.parse(jsonText(value))).toEqual({
      bytes: ["YWJj", "AQI="],
      big: { n: "1152921504606846976" },
      at: "1970-01-01T00:00:00.000Z",
    });
  });

  it("is null for nothing", () => {
    expect(jsonText(undefined)).toBe("null");
  });
});

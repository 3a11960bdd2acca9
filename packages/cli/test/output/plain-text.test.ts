import { describe, expect, it } from "vitest";
import { lines, oneLine, safeJson } from "../../src/output/plain-text.ts";

const clearScreen = "\u001b[2J";
const c1 = "\u009b2J";
const bidi = "\u202egnp.exe\u2066";
const separators = "a\u2028b\u2029c";

describe("text from elsewhere", () => {
  it("loses every control character on one line", () => {
    expect(oneLine(`a\nb\r\n\tc${clearScreen}${c1}\u007f\u0000`)).toBe(
      String.raw`a\nb\r\n\tc\u001b[2J\u009b2J\u007f\u0000`,
    );
  });

  it("cannot turn around the order in which it is read", () => {
    expect(oneLine(bidi)).toBe(String.raw`\u202egnp.exe\u2066`);
  });

  it("cannot begin a new line by a separator", () => {
    expect(oneLine(separators)).toBe(String.raw`a\u2028b\u2029c`);
    expect(lines(separators)).toBe(String.raw`a\u2028b\u2029c`);
  });

  it("keeps letters of all languages, and emoji", () => {
    expect(oneLine("Grüße, 世界, مرحبا 👋🏽")).toBe("Grüße, 世界, مرحبا 👋🏽");
  });

  it("keeps its lines and tabs where several are allowed, and nothing else", () => {
    expect(lines(`a\r\n\tb\rc${clearScreen}`)).toBe(`a\n\tb${String.raw`\rc\u001b[2J`}`);
  });
});

describe("JSON text", () => {
  it("means the same after its control characters are escaped", () => {
    const value = { "k\u009b": [bidi, separators, `${clearScreen}\n\t`, "\u007f"] };
    const text = safeJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
  });
});

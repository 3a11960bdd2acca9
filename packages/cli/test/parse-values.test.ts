import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import {
  parseCount,
  parseDuration,
  parseJsonList,
  parseJsonObject,
  parseLevel,
  parseList,
  parseTaskArgument,
} from "../src/parse-values.ts";

describe("words of the command line", () => {
  it.each([
    ["INFO", "info"],
    ["info", "info"],
    ["Warning", "warn"],
    ["CRITICAL", "fatal"],
  ])("level %s is %s", (text, level) => {
    expect(parseLevel(text)).toBe(level);
  });

  it.each([
    ["250", 250],
    ["1.5", 1.5],
    ["1s", "1s"],
    ["0.5s", "0.5s"],
    ["250ms", "250ms"],
    ["2d", "2d"],
  ])("duration %s is %j", (text, duration) => {
    expect(parseDuration(text)).toBe(duration);
  });

  it.each(["", "s", "-1", "1 s", "1sec", "1e3", "Infinity", "0x10"])("duration %j is refused", (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
  });

  it.each(["0", "-1", "1.5", "x", "", "99999999999999999999"])("count %j is refused", (text) => {
    expect(() => parseCount(text)).toThrow(InvalidArgumentError);
  });

  it("names stand between commas, spaces around them do not count", () => {
    expect(parseList("a, b,,c")).toEqual(["a", "b", "c"]);
    expect(() => parseList(" ,")).toThrow(InvalidArgumentError);
  });

  it("lists and objects are JSON of that kind", () => {
    expect(parseJsonList("[2, 2]")).toEqual([2, 2]);
    expect(parseJsonObject('{"debug": true}')).toEqual({ debug: true });
    for (const text of ["{}", "2", "null", "[2"]) expect(() => parseJsonList(text)).toThrow(InvalidArgumentError);
    for (const text of ["[]", "2", "null", "{2"]) expect(() => parseJsonObject(text)).toThrow(InvalidArgumentError);
    for (const text of ["[12345678901234567890]", "[[9007199254740993]]"])
      expect(() => parseJsonList(text)).toThrow(/lose digits/);
    expect(() => parseJsonObject('{"id": 12345678901234567890}')).toThrow(/number 12345678901234567890 would lose/);
    expect(() => parseLevel("loud")).toThrow(InvalidArgumentError);
  });
});

describe("an argument of a task", () => {
  it.each([
    ["2", 2],
    ["-2.5", -2.5],
    ["true", true],
    ["null", null],
    ['"2"', "2"],
    ['{"a": [1]}', { a: [1] }],
    ["two", "two"],
    ["", ""],
    ["01", "01"],
    ["[1", "[1"],
  ])("%s is %j", (word, value) => {
    expect(parseTaskArgument(word)).toEqual(value);
  });

  it("is refused where it is a number that would lose digits", () => {
    for (const word of ["12345678901234567890", "[1, -9007199254740993]", '{"id": 12345678901234567890}', "1e999"])
      expect(() => parseTaskArgument(word)).toThrow(/lose digits; send it as text/);
  });

  it("is taken where a long number is text, or a fraction", () => {
    const word =
      '["12345678901234567890", "a \\" 12345678901234567890", 0.12345678901234567890, 9007199254740991, 1e3]';
    expect(parseTaskArgument(word)).toEqual(JSON.parse(word));
  });
});

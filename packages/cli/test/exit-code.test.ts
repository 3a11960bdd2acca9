import {
  BrokerUnreachableError,
  ConfigError,
  InvalidArgumentError,
  QueueNotFound,
  TaskTimeoutError,
  UnsupportedError,
} from "@troupe/core";
import { describe, expect, it } from "vitest";
import { CliError, exitCodeOf, usageError } from "../src/exit-code.ts";

describe("the exit code of an error", () => {
  it.each<readonly [unknown, number]>([
    [new BrokerUnreachableError("no broker"), 69],
    [new ConfigError("wrong setting"), 2],
    [new InvalidArgumentError("wrong argument"), 2],
    [new UnsupportedError("later"), 2],
    [new QueueNotFound("not declared"), 2],
    [new TaskTimeoutError("id", 1), 1],
    [new Error("anything"), 1],
    ["a text", 1],
    [usageError("wrong words"), 2],
    [new CliError("nobody replied"), 1],
    [Object.assign(new Error("of another copy"), { code: "TROUPE_BROKER_UNREACHABLE" }), 69],
  ])("%s is %i", (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

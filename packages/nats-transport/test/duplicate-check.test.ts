// On which servers "duplicate" is no proof of storage.

import { describe, expect, it } from "vitest";
import { forgetsToForget } from "../src/publish/duplicate-check.ts";

describe("forgetsToForget", () => {
  it.each([
    ["2.9.10", false],
    ["2.10.13", false],
    ["2.10.14", true],
    ["2.10.25", true],
    ["2.10.26", false],
    ["2.11.14", false],
    ["2.10.20-RC.1", true],
    ["", false],
  ])("%s: %s", (version, expected) => {
    expect(forgetsToForget(version)).toBe(expected);
  });
});

import { describe, expect, it } from "vitest";
import {
  checkEventPattern,
  isEventName,
  matcherOf,
  splitEventName,
  splitEventPattern,
} from "../../src/model/event-names.ts";

describe("event names", () => {
  it.each(["order-paid", "a-b", "task-failed", "A_1-b-c"])("may be %s", (name) => expect(isEventName(name)).toBe(true));
  it.each(["paid", "-paid", "order-", "a.b-c", "a-*", "a--b", "", 5, `a-${"b".repeat(128)}`])("may not be %s", (name) =>
    expect(isEventName(name)).toBe(false),
  );
  it("have a group and a name in that", () => expect(splitEventName("a-b-c")).toEqual({ group: "a", name: "b-c" }));
});

describe("patterns of event names", () => {
  it.each([
    ["task-failed", "task-failed", "task-failed2"],
    ["task-*", "task-failed", "tasks-failed"],
    ["*", "x-y", ""],
    ["*-failed", "task-failed", "task-failed-x"],
    ["t*-f*d", "task-failed", "task-started"],
    ["**-*", "a-b", "ab"],
  ])("%s is for %s", (pattern, fits, other) => {
    expect(matcherOf(pattern)(fits)).toBe(true);
    expect(matcherOf(pattern)(other)).toBe(pattern === "*");
  });

  it("are asked of the broker as narrowly as it can", () => {
    expect(splitEventPattern("task-failed")).toEqual({ group: "task", name: "failed" });
    expect(splitEventPattern("task-f*")).toEqual({ group: "task", name: null });
    for (const wide of ["*", "t*-failed", "*-failed", "task*"])
      expect(splitEventPattern(wide)).toEqual({ group: null, name: null });
  });

  it.each(["", "a.b", "a b", ">", 5, "x".repeat(129)])("may not be %s", (pattern) =>
    expect(() => checkEventPattern(pattern)).toThrow("event pattern"),
  );
});

import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import {
  checkQueueName,
  checkTaskId,
  checkTaskName,
  isQueueName,
  isTaskId,
  isTaskName,
  shown,
} from "../../src/model/names.ts";

const NEVER: readonly unknown[] = [
  "",
  " ",
  "a b",
  "a\tb",
  "a\n",
  "a\0",
  "a*",
  "*",
  ">",
  "a.>",
  "$JS",
  "$SYS.x",
  "ä",
  "💥",
  "a\r\nPUB x 1\r\nx",
  "a%2e",
  "x".repeat(129),
  "x".repeat(10_240),
  null,
  undefined,
  0,
  1n,
  true,
  ["a"],
  {},
  { toString: () => "a" },
  Symbol("a"),
];

it.each(NEVER.map((value) => [value]))("no kind of name may be %o", (value) => {
  expect([isTaskName(value), isQueueName(value), isTaskId(value)]).toEqual([false, false, false]);
  expect(() => checkTaskName(value)).toThrow(InvalidArgumentError);
  expect(() => checkQueueName(value)).toThrow(InvalidArgumentError);
  expect(() => checkTaskId(value)).toThrow(InvalidArgumentError);
});

it.each(["add", "proj.tasks.add", "a/b:c-d", "__proto__", "constructor", "1", "x".repeat(128), "sum-of-two-numbers"])(
  "a task may be called %j",
  (name) => {
    expect(checkTaskName(name)).toBe(name);
  },
);

it.each(["../x", ".a", "-a", "/a", ":a", "a@b"])("a task may not be called %j", (name) => {
  expect(isTaskName(name)).toBe(false);
});

it.each(["default", "hi-pri", "a.b.c", "A_1", "x".repeat(64), "_INBOX", "__proto__"])(
  "a queue may be called %j",
  (name) => {
    expect(checkQueueName(name)).toBe(name);
  },
);

it.each(["a..b", ".a", "a.", "-a", "a/b", "a:b", "a@b", "x".repeat(65)])("a queue may not be called %j", (name) => {
  expect(isQueueName(name)).toBe(false);
});

it.each(["a", ".", "..", "w1@host:4-2_x.y", "x".repeat(128), "3fa85f64-5717-4562-b3fc-2c963f66afa6"])(
  "a task id may be %j",
  (id) => {
    expect(checkTaskId(id)).toBe(id);
  },
);

it("says the rule and the value", () => {
  expect(() => checkTaskName("a b")).toThrow('task name "a b" is not allowed; use 1 to 128 letters');
  expect(() => checkQueueName("a..b")).toThrow('queue name "a..b" is not allowed; use 1 to 64 letters');
  expect(() => checkTaskId("a b")).toThrow('task id "a b" is not allowed; use 1 to 128 letters');
});

it("shows lists with their items, two levels deep, also endless ones", () => {
  expect(shown([])).toBe("[]");
  expect(shown(["a", 1, null, [2, [3]]])).toBe('["a", 1, null, […]]');
  const endless: unknown[] = [];
  endless.push(endless, endless);
  expect(shown(endless)).toBe("[[…], […]]");
  expect(shown(Array.from({ length: 100_000 }, () => 1))).toHaveLength(101);
});

it("shows any value, cut, and never throws", () => {
  expect(shown("a\nb")).toBe('"a\\nb"');
  expect(shown("x".repeat(1_000))).toBe(`"${"x".repeat(99)}…`);
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("hostile");
      },
    },
  );
  const values: readonly unknown[] = [
    null,
    undefined,
    1n,
    Symbol("s"),
    Object.create(null),
    { toString: 1, valueOf: 1 },
    [{ toString: null }],
    () => 1,
    hostile,
  ];
  for (const value of values) expect(typeof shown(value)).toBe("string");
});

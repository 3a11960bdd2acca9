import { expect, it } from "vitest";
import { Ignore, InvalidArgumentError, Reject } from "../../src/model/errors.ts";
import { Retry } from "../../src/model/retry.ts";
import { DEFAULT_RETRY_RULES } from "../../src/model/retry-policy.ts";
import type { TaskMessage } from "../../src/model/task-message.ts";
import { executeTask, type Within } from "../../src/worker/execute-task.ts";
import type { Outcome } from "../../src/worker/outcome.ts";
import type { Handler, TaskConfig } from "../../src/worker/registered-task.ts";
import { TaskContext } from "../../src/worker/task-context.ts";
import { NO_CANVAS_CONTEXT, taskOf } from "../support/hosts.ts";
import { silentLogger } from "../support/loggers.ts";
import { messageOf } from "../support/messages.ts";

const throwing = (): never => {
  throw new Error("hostile");
};

function contextOf(message: TaskMessage): TaskContext {
  const info = { queue: "default", priority: null, redelivered: false, isEager: false };
  return new TaskContext(message, info, {
    hostname: "w1@host",
    logger: silentLogger,
    saveState: async () => {},
    signal: () => new AbortController().signal,
    ...NO_CANVAS_CONTEXT,
  });
}

function run(
  handler: Handler,
  config: Partial<TaskConfig> = {},
  message: Partial<TaskMessage> = {},
): Outcome | Promise<Outcome> {
  const whole = messageOf(message);
  return executeTask(taskOf(handler, config), whole, contextOf(whole), (_context, fn) => fn());
}

const inputOf = (validate: (value: unknown) => unknown): NonNullable<TaskConfig["input"]> => ({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a schema answers with what it likes
  "~standard": { version: 1, vendor: "test", validate: validate as never },
});

it("stays synchronous as long as the handler does", () => {
  expect(run((x, y) => Number(x) + Number(y))).toEqual({ state: "SUCCESS", value: 4 });
  expect(run(() => undefined)).toEqual({ state: "SUCCESS", value: undefined });
});

it("waits for promises and other thenables", async () => {
  expect(await run(async () => 4)).toEqual({ state: "SUCCESS", value: 4 });
  // oxlint-disable-next-line unicorn/no-thenable -- what query builders give
  const lazy = { then: (resolve: (value: number) => void) => resolve(5) };
  expect(await run(() => lazy)).toEqual({ state: "SUCCESS", value: 5 });
  // oxlint-disable-next-line unicorn/no-thenable -- a thenable may be a function too
  const callable = Object.assign(() => 1, { then: (resolve: (value: number) => void) => resolve(6) });
  expect(await run(() => callable)).toEqual({ state: "SUCCESS", value: 6 });
});

it("gives the handler its context as this", () => {
  const outcome = run(function () {
    return [this.id, this.name, this.args];
  });
  expect(outcome).toEqual({ state: "SUCCESS", value: ["task-1", "proj.add", [2, 2]] });
});

it("calls the handler as part of the run, with bound arguments", () => {
  const seen: unknown[] = [];
  const within: Within = (context, fn) => {
    seen.push(context.id);
    return fn();
  };
  const message = messageOf({ args: [1], kwargs: { y: 2 } });
  const task = taskOf((...args) => args, { params: ["x", "y"] });
  expect(executeTask(task, message, contextOf(message), within)).toEqual({ state: "SUCCESS", value: [1, 2] });
  expect(seen).toEqual(["task-1"]);
});

it.each([
  ["thrown", (): never => throwing()],
  ["rejected", async (): Promise<never> => throwing()],
])("names an error that was %s", async (_how, handler) => {
  expect(await run(handler)).toEqual({
    state: "FAILURE",
    error: expect.objectContaining({ message: "hostile" }),
    expected: false,
  });
});

it("tells expected errors by their class", async () => {
  class Declined extends Error {}
  class Sub extends Declined {}
  const failing = async (): Promise<never> => {
    throw new Sub("no");
  };
  expect(await run(failing, { throws: [TypeError, Declined] })).toMatchObject({ state: "FAILURE", expected: true });
  expect(await run(failing, { throws: [TypeError] })).toMatchObject({ state: "FAILURE", expected: false });
});

it.each<readonly [string, unknown]>([
  ["null", null],
  ["undefined", undefined],
  ["a text", "text"],
  ["a number", 0],
  ["a frozen error", Object.freeze(new Error("frozen"))],
  ["a proxy that throws", new Proxy({}, { get: throwing, getPrototypeOf: throwing, has: throwing })],
  ["a proxy of an error that throws", new Proxy(new Error("x"), { get: throwing, getPrototypeOf: throwing })],
])("takes %s for an error, thrown or rejected", async (_what, thrown) => {
  const handlers: readonly Handler[] = [
    () => {
      throw thrown;
    },
    () => Promise.reject(thrown),
  ];
  for (const handler of handlers) {
    const outcome = await run(handler, { throws: [TypeError] });
    expect(outcome).toMatchObject({ state: "FAILURE", expected: false });
    expect("error" in outcome && outcome.error === thrown).toBe(true);
  }
});

it("fails as it should when the expected classes are no classes", async () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a function is taken for a class until it is asked
  const throws = [(() => 1) as unknown as ErrorConstructor];
  expect(await run(async () => throwing(), { throws })).toMatchObject({ state: "FAILURE", expected: false });
  expect(await run(() => throwing(), { throws })).toMatchObject({ state: "FAILURE", expected: false });
});

it("asks for another run: as the handler says, or by itself for errors of the listed classes", async () => {
  const retry = { ...DEFAULT_RETRY_RULES, on: [TypeError] };
  const asking: Handler = function () {
    this.retry({ countdown: 5 });
  };
  expect(run(asking)).toMatchObject({ state: "RETRY", delay: 5 });
  expect(await run(async () => Promise.reject(new Retry({ countdown: 5 })))).toMatchObject({
    state: "RETRY",
    delay: 5,
  });
  expect(await run(async () => Promise.reject(new TypeError("busy")), { retry })).toMatchObject({
    state: "RETRY",
    delay: "automatic",
    error: { message: "busy" },
  });
});

it("fails when it may not be retried any more: with the given error, the thrown one, or one that says so", async () => {
  const retry = { ...DEFAULT_RETRY_RULES, on: [TypeError] };
  const busy = new TypeError("busy");
  const last = { retries: 3 };
  expect(run(() => Promise.reject(busy), { retry }, last)).toBeInstanceOf(Promise);
  expect(await run(() => Promise.reject(busy), { retry, throws: [TypeError] }, last)).toEqual({
    state: "FAILURE",
    error: busy,
    expected: true,
  });
  const giving: Handler = function () {
    this.retry({ exc: busy });
  };
  expect(run(giving, {}, last)).toEqual({ state: "FAILURE", error: busy, expected: false });
  const asking: Handler = function () {
    this.retry();
  };
  expect(run(asking, {}, last)).toMatchObject({ state: "FAILURE", error: { code: "TROUPE_MAX_RETRIES" } });
});

it("fails by a wrong retry option", () => {
  const wrong: Handler = function () {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers in JavaScript give anything
    this.retry({ countdown: "5 s" as "5s" });
  };
  expect(run(wrong)).toMatchObject({ state: "FAILURE", error: { code: "TROUPE_INVALID_ARGUMENT" } });
});

it("takes what throws when it is looked at for no error to retry", async () => {
  const proxy = new Proxy({}, { get: throwing, getPrototypeOf: throwing, has: throwing });
  const retry = { ...DEFAULT_RETRY_RULES, on: [Error] };
  expect(await run(() => Promise.reject(proxy), { retry })).toMatchObject({ state: "FAILURE" });
});

it("names what Ignore and Reject ask for", async () => {
  const reject = new Reject("bad input");
  for (const wrap of [
    (error: Error) => () => Promise.reject(error),
    (error: Error) => () => {
      throw error;
    },
  ]) {
    expect(await run(wrap(new Ignore()))).toEqual({ state: "IGNORED" });
    expect(await run(wrap(reject))).toEqual({ state: "REJECTED", error: reject });
    expect(await run(wrap(new Reject("later", { requeue: true })))).toEqual({ state: "RELEASED", delayMs: 1_000 });
  }
});

it("fails when what is returned cannot be looked at", async () => {
  // oxlint-disable-next-line unicorn/no-thenable -- one whose `then` cannot be read
  const getter = Object.defineProperty({}, "then", { get: throwing });
  expect(await run(() => getter)).toMatchObject({ state: "FAILURE" });
  expect(await run(() => new Proxy({}, { has: throwing }))).toMatchObject({ state: "FAILURE" });
  // oxlint-disable-next-line unicorn/no-thenable -- a thenable that throws
  expect(await run(() => ({ then: throwing }))).toMatchObject({ state: "FAILURE" });
});

it("fails when the arguments do not fit, without running the handler", () => {
  const handler = (): never => expect.unreachable();
  const outcome = run(handler, { params: ["x"] });
  expect(outcome).toMatchObject({ state: "FAILURE", expected: false });
  expect("error" in outcome && outcome.error).toBeInstanceOf(InvalidArgumentError);
});

it.each([
  ["at once", (value: unknown) => ({ value })],
  ["later", async (value: unknown) => ({ value })],
])("parses the arguments first, %s", async (_when, answer) => {
  const input = inputOf((args) => answer(Array.isArray(args) ? args.map((arg) => Number(arg) * 10) : args));
  expect(await run((x, y) => [x, y], { input })).toEqual({ state: "SUCCESS", value: [20, 20] });
  expect(await run(async (x) => x, { input })).toEqual({ state: "SUCCESS", value: 20 });
});

it("gives the schema the keywords as the last argument", async () => {
  const input = inputOf((value) => ({ value }));
  expect(await run((...args) => args, { input }, { kwargs: { debug: true } })).toEqual({
    state: "SUCCESS",
    value: [2, 2, { debug: true }],
  });
});

it("waits for a schema that answers with a thenable of its own", async () => {
  // oxlint-disable-next-line unicorn/no-thenable -- what schema libraries with promises of their own give
  const input = inputOf(() => ({ then: (resolve: (result: unknown) => void) => resolve({ value: [4, 5] }) }));
  expect(await run((...args) => args, { input })).toEqual({ state: "SUCCESS", value: [4, 5] });
});

it.each([5, "ab", { 0: 1, length: 1 }, null, undefined])(
  "fails when the schema gives %j for arguments",
  async (value) => {
    for (const input of [inputOf(() => ({ value })), inputOf(async () => ({ value }))]) {
      const outcome = await run(() => expect.unreachable(), { input });
      expect("error" in outcome && outcome.error).toBeInstanceOf(InvalidArgumentError);
      expect(outcome).toMatchObject({ error: { message: expect.stringContaining("not a list of arguments") } });
    }
  },
);

it.each([
  ["at once", (issues: unknown) => ({ issues })],
  ["later", async (issues: unknown) => ({ issues })],
])("fails with the schema's words, %s", async (_when, answer) => {
  const issues = [
    { message: "not a number", path: [0] },
    { message: "too long", path: [{ key: 1 }, "name"] },
    ...Array.from({ length: 10 }, () => ({ message: "more" })),
  ];
  const handler = (): never => expect.unreachable();
  const outcome = await run(handler, { input: inputOf(() => answer(issues)) });
  expect("error" in outcome && outcome.error).toBeInstanceOf(InvalidArgumentError);
  expect(outcome).toMatchObject({
    error: {
      message:
        'arguments of task "proj.add" do not fit its input schema: args[0]: not a number; args[1][name]: too long; args: more; args: more; args: more',
    },
  });
});

it("fails when the schema itself fails", async () => {
  for (const validate of [throwing, async () => throwing(), () => null, async () => undefined]) {
    expect(await run(() => expect.unreachable(), { input: inputOf(validate) })).toMatchObject({ state: "FAILURE" });
  }
});

it("names what a handler throws after an asynchronous schema", async () => {
  const input = inputOf(async (value) => ({ value }));
  expect(await run(() => Promise.reject(new Ignore()), { input })).toEqual({ state: "IGNORED" });
  expect(await run(throwing, { input })).toMatchObject({ state: "FAILURE" });
});

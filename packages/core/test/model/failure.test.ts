import { expect, it } from "vitest";
import * as errors from "../../src/model/errors.ts";
import { errorFromFailure, type Failure, failureOf } from "../../src/model/failure.ts";

const throwing = (): never => {
  throw new Error("hostile");
};

/** Number of errors in a failure, causes and members included. */
function sizeOf({ cause, errors: members = [] }: Failure): number {
  return 1 + (cause ? sizeOf(cause) : 0) + members.reduce((sum, member) => sum + sizeOf(member), 0);
}

it("carries type, message, stack, code and cause", () => {
  const cause = new TypeError("inner");
  const error = Object.assign(new RangeError("outer", { cause }), { code: "E_OUTER" });
  expect(failureOf(error)).toEqual({
    type: "RangeError",
    message: "outer",
    stack: error.stack,
    code: "E_OUTER",
    cause: { type: "TypeError", message: "inner", stack: cause.stack },
  });
});

it.each([
  ["a string", "just text", "just text"],
  ["null", null, "null"],
  ["undefined", undefined, "undefined"],
  ["a number", 42, "42"],
  ["a bigint", 1n, "1"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["an object", { a: 1 }, '{"a":1}'],
  ["an array", [1, 2], "[1,2]"],
])("takes %s that was thrown for a message", (_what, thrown, message) => {
  expect(failureOf(thrown)).toEqual({ type: "Error", message });
});

it("has a message for every value that cannot be read", () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const hostile: readonly unknown[] = [
    new Proxy({}, { get: throwing, getPrototypeOf: throwing }),
    new Proxy(new Error("x"), { get: throwing }),
    { toJSON: throwing },
    { big: 1n },
    circular,
    Object.defineProperty(new Error("x"), "message", { get: throwing }),
    Object.defineProperty(new Error("x"), "name", { get: throwing }),
    Object.assign(new AggregateError([], "x"), { errors: 5 }),
  ];
  for (const thrown of hostile) {
    expect(failureOf(thrown)).toEqual({ type: "Error", message: "the thrown value could not be read" });
  }
});

it("reads frozen errors, errors without prototype methods, and odd fields", () => {
  expect(failureOf(Object.freeze(new Error("frozen")))).toMatchObject({ type: "Error", message: "frozen" });
  expect(failureOf(Object.assign(new Error("x"), { code: Number.NaN }))).not.toHaveProperty("code");
  expect(failureOf(Object.assign(new Error("x"), { code: { a: 1 } }))).not.toHaveProperty("code");
  expect(failureOf(Object.assign(new Error("x"), { name: "" }))).toMatchObject({ type: "Error" });
  expect(failureOf(Object.assign(new Error("x"), { message: { toString: () => "odd" } }))).toMatchObject({
    message: "odd",
  });
  expect(failureOf(Object.assign(new Error("x"), { stack: 5 }))).not.toHaveProperty("stack");
  expect(failureOf(Object.assign(new Error("x"), { cause: null }))).toMatchObject({ cause: { message: "null" } });
  expect(failureOf(Object.assign(new Error("x"), { cause: "text" }))).toMatchObject({ cause: { message: "text" } });
});

it("cuts long texts", () => {
  const error = Object.assign(new Error("m".repeat(100_000)), {
    name: "N".repeat(1_000),
    stack: "s".repeat(100_000),
    code: "c".repeat(1_000),
  });
  const { type, message, stack, code = "" } = failureOf(error);
  expect([type.length, message.length, stack?.length, String(code).length]).toEqual([129, 8_193, 16_385, 129]);
  expect(failureOf("t".repeat(100_000)).message).toHaveLength(8_193);
});

it("keeps eight causes, also of a cycle", () => {
  let deep = new Error("innermost");
  for (let i = 0; i < 1_000; i++) deep = new Error(`level ${i}`, { cause: deep });
  expect(sizeOf(failureOf(deep))).toBe(9);
  const cyclic = new Error("cyclic");
  cyclic.cause = cyclic;
  expect(sizeOf(failureOf(cyclic))).toBe(9);
});

it("keeps ten members of an AggregateError of 10,000", () => {
  const members = Array.from({ length: 10_000 }, (_, i) => new Error(`member ${i}`));
  const failure = failureOf(new AggregateError(members, "many"));
  expect(failure.errors?.map((member) => member.message)).toEqual(Array.from({ length: 10 }, (_, i) => `member ${i}`));
});

it("stays small when AggregateErrors hold AggregateErrors, or themselves", () => {
  const leaf = new Error("leaf");
  const wrap = (error: Error): Error => new AggregateError(Array.from({ length: 10 }, () => error));
  expect(sizeOf(failureOf(wrap(wrap(wrap(leaf)))))).toBeLessThanOrEqual(100);
  const cyclic = new AggregateError([], "cyclic");
  cyclic.errors.push(cyclic, cyclic);
  expect(sizeOf(failureOf(cyclic))).toBeLessThanOrEqual(100);
});

it("gives back errors of built-in classes, with the remote texts", () => {
  for (const Known of [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, Error]) {
    const thrown = new Known("remote");
    const error = errorFromFailure(failureOf(thrown), [], "task-1");
    expect(error).toBeInstanceOf(Known);
    expect(error).toMatchObject({ name: Known.name, message: "remote", stack: thrown.stack, taskId: "task-1" });
    expect("code" in error).toBe(false);
  }
});

it("gives back causes and members", () => {
  const thrown = new AggregateError([new TypeError("a"), new Error("b")], "all", { cause: new RangeError("c") });
  const error = errorFromFailure(failureOf(thrown), []);
  expect(error).toBeInstanceOf(AggregateError);
  expect(error.cause).toBeInstanceOf(RangeError);
  expect(error).toMatchObject({ errors: [{ message: "a" }, { message: "b" }] });
});

it("gives back a class of the application, without running its constructor", () => {
  let constructed = 0;
  class PaymentError extends Error {
    override name = "PaymentError";
    constructor(amount: number) {
      super(`cannot pay ${amount}`);
      constructed += 1;
    }
  }
  const failure = failureOf(new PaymentError(5));
  const error = errorFromFailure(failure, [PaymentError]);
  expect(error).toBeInstanceOf(PaymentError);
  expect(error).toMatchObject({ name: "PaymentError", message: "cannot pay 5" });
  expect(constructed).toBe(1);
});

it("gives back a RemoteError of the remote name for an unknown class", () => {
  const error = errorFromFailure({ type: "PaymentError", message: "no", stack: "PaymentError: no\n  at x" }, []);
  expect(error).toBeInstanceOf(errors.RemoteError);
  expect(error).toMatchObject({ name: "PaymentError", message: "no", code: "TROUPE_REMOTE" });
  expect(String(error)).toBe("PaymentError: no");
});

it.each([14, 0, -32_000, "E_NO"])("keeps the code %s of an error, whatever its class", (code) => {
  for (const type of ["Error", "PaymentError"]) {
    const failure = failureOf(Object.assign(new Error("no"), { name: type, code }));
    expect(failure.code).toBe(code);
    expect(errorFromFailure(failure, [])).toMatchObject({ name: type, code });
  }
});

it("never finds a class by a name that is not an error's", () => {
  for (const type of ["Object", "Function", "constructor", "__proto__", "toString", "Date", ""]) {
    const error = errorFromFailure({ type, message: "x" }, []);
    expect(error).toBeInstanceOf(errors.RemoteError);
    expect(error).toMatchObject({ name: type });
  }
});

it("has a stack of one line when the remote one was not sent", () => {
  expect(errorFromFailure({ type: "TypeError", message: "no" }, []).stack).toBe("TypeError: no");
});

it("gives back every class of Troupe's own, with its code", () => {
  const own = Object.values(errors).filter((value) => value.prototype instanceof errors.TroupeError);
  const lost = own.filter((Known) => {
    const error: Error & { readonly code?: string } = errorFromFailure(
      { type: Known.name, message: "", code: "C" },
      [],
    );
    return !(error instanceof Known) || error.code !== "C";
  });
  expect(own.length).toBeGreaterThan(20);
  expect(lost.map((Known) => Known.name)).toEqual([]);
});

it("carries the error's own plain properties", () => {
  const error = Object.assign(new Error("x"), {
    statusCode: 503,
    path: "/a",
    retriable: true,
    response: { body: "…" },
  });
  expect(failureOf(error).details).toEqual({ statusCode: 503, path: "/a", retriable: true });
  expect(errorFromFailure(failureOf(error), [])).toMatchObject({ statusCode: 503, path: "/a", retriable: true });
});

it("gives Troupe's own errors back with their properties", () => {
  const tooLarge = errorFromFailure(failureOf(new errors.PayloadTooLargeError("it", 5, 3)), []);
  expect(tooLarge).toMatchObject({ sizeBytes: 5, limitBytes: 3, code: "TROUPE_PAYLOAD_TOO_LARGE" });
  const reject = errorFromFailure(failureOf(new errors.Reject("no", { requeue: true })), []);
  expect(reject).toMatchObject({ requeue: true });
});

it("carries no property that every error has, is long, or the receiver decides, and sixteen at most", () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, i]));
  const error = Object.assign(new Error("x"), { toString: "no", taskId: "forged", long: "x".repeat(1_025), ...many });
  const { details = {} } = failureOf(error);
  expect(Object.keys(details)).toEqual(Object.keys(many).slice(0, 16));
});

import { expect, it } from "vitest";
import { InvalidArgumentError } from "../../src/model/errors.ts";
import { bindArguments, type Call, type Parameters } from "../../src/worker/bind-arguments.ts";

const call = (args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> = {}): Call => ({ args, kwargs });
const task = (length: number, ...params: readonly string[]): Parameters => ({
  name: "proj.add",
  handler: { length },
  config: { params: params.length === 0 ? null : params },
});

it("passes keywords last as one object, and nothing when there are none", () => {
  expect(bindArguments(task(2), call([1, 2]))).toEqual([1, 2]);
  expect(bindArguments(task(2), call([1, 2], { debug: true }))).toEqual([1, 2, { debug: true }]);
  expect(bindArguments(task(0), call([]))).toEqual([]);
});

it("gives copies, so that a handler changes nothing of its message", () => {
  const message = call([1, 2], { debug: true });
  const bound = bindArguments(task(2), message);
  bound.push(3);
  Object.assign(Object(bound[2]), { debug: false });
  expect(message).toEqual({ args: [1, 2], kwargs: { debug: true } });
});

it("binds by name where the parameters are declared", () => {
  expect(bindArguments(task(2, "x", "y"), call([1, 2]))).toEqual([1, 2]);
  expect(bindArguments(task(2, "x", "y"), call([1], { y: 2 }))).toEqual([1, 2]);
  expect(bindArguments(task(2, "x", "y"), call([], { y: 2, x: 1 }))).toEqual([1, 2]);
});

it("lets parameters be missing that the handler has defaults for", () => {
  expect(bindArguments(task(1, "x", "y", "z"), call([1]))).toEqual([1, undefined, undefined]);
  expect(bindArguments(task(1, "x", "y", "z"), call([1], { z: 3 }))).toEqual([1, undefined, 3]);
});

it.each<readonly [string, Call, string]>([
  ["an unknown name", call([], { x: 1, z: 2 }), 'it has no parameter "z"; it has x, y'],
  ["a missing name", call([], { y: 2 }), '"x" is missing'],
  ["a missing value", call([1]), '"y" is missing'],
  ["a name given twice", call([1, 2], { x: 3 }), '"x" is given twice, by position and by name'],
  ["too many values", call([1, 2, 3]), "3 arguments were given for 2 parameters"],
  ["an inherited name", call([1], { toString: 1 }), 'it has no parameter "toString"'],
])("refuses %s", (_what, given, why) => {
  expect(() => bindArguments(task(2, "x", "y"), given)).toThrow(InvalidArgumentError);
  expect(() => bindArguments(task(2, "x", "y"), given)).toThrow(`arguments of task "proj.add" do not fit: ${why}`);
});

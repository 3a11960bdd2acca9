// Nobody changes a signature through what it was made of.

import { expect, it } from "vitest";
import { composeCall, composeGroup } from "../../src/canvas/compose.ts";
import { operand } from "../../src/canvas/operand.ts";
import { ownCopy } from "../../src/canvas/own-copy.ts";
import { UntypedSignature } from "../../src/canvas/signature.ts";
import { mapSignature, taskSignature } from "../../src/canvas/task-signature.ts";
import { kw } from "../../src/model/kw.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it("a call keeps the arguments, keywords and options that it was given", () => {
  const [list, named, headers, eta] = [[1, [2]], { deep: { a: 1 } }, { trace: { id: 1 } }, new Date(5)];
  const call = composeCall("add", [list, kw(named)], { headers, eta, kwargs: { more: list } }, null);
  const before = plain(call);
  list.push(3);
  named.deep.a = 2;
  headers.trace.id = 2;
  eta.setTime(6);
  expect(plain(call)).toEqual(before);
  expect(plain(call.args)).toEqual([[1, [2]]]);
});

it("so do its copies, what is set, and calls over a list", () => {
  const [list, headers, items] = [[1], { a: 1 }, [[1, 2]]];
  const call = composeCall("add", [], {}, null);
  const made = [
    call.clone({ args: [list], kwargs: { list } }),
    call.set({ headers }),
    new UntypedSignature(mapSignature(taskSignature("add"), items), null),
  ];
  const before = plain(made);
  list.push(2);
  headers.a = 2;
  items[0]?.push(3);
  expect(plain(made)).toEqual(before);
});

it("a signature from plain data keeps that, whatever becomes of the object", () => {
  const list = [1];
  const args: unknown[] = [list, 2];
  const data = { task: "add", args, kwargs: { a: [1] }, options: { headers: { a: [1] } } };
  const { data: taken } = operand(data);
  const before = plain(taken);
  args.push(3);
  list.push(9);
  data.kwargs.a.push(2);
  data.options.headers.a.push(2);
  expect(plain(taken)).toEqual(before);
});

it("is not changed through its own properties either", () => {
  const call = composeCall("add", [1, kw({ a: 1 })], { queue: "slow" }, null);
  const group = composeGroup([call, call]);
  for (const part of [call.args, call.kwargs, call.options, group.kwargs, group.options])
    expect(Object.isFrozen(part)).toBe(true);
});

it("what is no list, plain object or date is taken as it is", () => {
  const [bytes, map] = [new Uint8Array(2), new Map()];
  const other = composeCall("add", [], {}, null);
  expect(ownCopy([bytes, map, other])).toEqual([bytes, map, other]);
  for (const value of [bytes, map, other]) expect(ownCopy(value)).toBe(value);
});

it("comes to an end with what refers to itself, lies deep or is large", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle, cycle);
  expect(ownCopy(cycle)).toEqual(cycle);
  let shared: unknown = [1];
  for (let level = 0; level < 200; level++) shared = [shared, shared];
  expect(ownCopy(shared)).toBeInstanceOf(Array);
});

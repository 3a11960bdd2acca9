// Signatures that are sent: which arguments and options the task gets.

import { kw } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { type ValueCase, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

const VALUES: readonly ValueCase[] = [
  ["C001", "all arguments", ({ add }) => add.s(2, 2).delay(), 4],
  ["C002", "delay puts its arguments in front", ({ sub }) => sub.s(10).delay(30), 20],
  ["C002", "applyAsync does too", ({ sub }) => sub.s(10).applyAsync([30]), 20],
  ["C003", "a partial", ({ add }) => add.s(2).delay(8), 10],
  [
    "C004",
    "keywords of the call win",
    ({ probe }) => probe.s(2, 2, kw({ debug: true })).delay(kw({ debug: false })),
    [2, 2, { debug: false }],
  ],
];

describe.each(BROKERS)("a signature over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(VALUES)("%s %s", async (_id, _shows, send, value) => {
    expect(await valueOf(send(world.tasks))).toEqual(value);
  });

  it("C008 call runs the body here, once, with what is bound and what is given", async () => {
    const calls: unknown[][] = [];
    const app = world.newApp();
    app.task("canvas.foo", (...args: unknown[]) => calls.push(args));
    const signature = app.signature("canvas.foo", [1, 2, kw({ arg1: 33 })]);
    await signature.call(3, 4, kw({ arg2: 66 }));
    expect(calls).toEqual([[3, 4, 1, 2, { arg1: 33, arg2: 66 }]]);
  });

  it("C014 run sends, waits and gives the value", async () => {
    expect(await world.tasks.add.s(2, 2).run()).toBe(4);
  });

  it("C019 a frozen signature is sent under its id", async () => {
    const frozen = world.tasks.add.s(1, 1).freeze();
    const result = await frozen.applyAsync();
    expect([result.id, await valueOf(result)]).toEqual([frozen.id, 2]);
  });

  it("C020 a signature that is sent twice makes two tasks, and stays as it was", async () => {
    const signature = world.tasks.add.s(1, 1);
    const [first, second] = [await signature.applyAsync(), await signature.applyAsync()];
    expect(first.id).not.toBe(second.id);
    expect(signature.id).toBeUndefined();
    expect([await valueOf(first), await valueOf(second)]).toEqual([2, 2]);
  });

  it("C021 a signature by name needs no task code", async () => {
    const app = world.newApp();
    expect(await valueOf(app.signature("canvas.add", [2, 2]).delay())).toBe(4);
  });

  it("C023 callbacks of the call come after those of the signature", async () => {
    const { add, echo } = world.tasks;
    const key = fresh();
    const signature = add.s(1, 1).link(echo.s(key));
    await signature.applyAsync([], { link: echo.si("x", key) });
    expect(new Set(await world.noted(key, 2))).toEqual(new Set([2, "x"]));
  });
});

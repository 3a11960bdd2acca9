// Stamps on their way: what tasks see of them.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { times, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a stamp over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C217 of each of two stampings is in the request (extended results have no counterpart)", async () => {
    const stamped = world.tasks.info.s().stamp({ stamp1: "stamp1" }).stamp({ stamp2: "stamp2" });
    const { stamps, stampedHeaders } = Object(await valueOf(stamped.delay()));
    expect(stamps).toEqual({ stamp1: "stamp1", stamp2: "stamp2" });
    expect(new Set(stampedHeaders)).toEqual(new Set(["stamp1", "stamp2"]));
  });

  it("C219 is on every task of a canvas, but not on callbacks that are linked later", async () => {
    const { add, xsum, noteInfo, errNew } = world.tasks;
    const key = fresh();
    const canvas = chain(add.s(0, 1), group(add.s(3), add.s(4)), chord([xsum.s(), xsum.s()], xsum.s()), add.s(2));
    const result = await canvas
      .stamp({ onSignature: () => ({ header: "value" }) })
      .link(noteInfo.s(key))
      .linkError(errNew.s())
      .delay();
    expect(await valueOf(result)).toBe(20);
    expect(await world.noted(key, 1)).toMatchObject([{ stamps: {}, stampedHeaders: [] }]);
  });

  it("C219 is seen by steps, members, header tasks and bodies", async () => {
    const { info, probe } = world.tasks;
    const stamps = { header: "value" };
    const canvas = chain(info.s(), group(probe.s(), info.si()), chord([info.si(), info.si()], probe.s()));
    const stamped = await valueOf(canvas.stamp(stamps).delay());
    expect(stamped).toMatchObject([times(2, () => ({ stamps }))]);
    const groups = await valueOf(group(info.si(), chain(info.si(), info.si())).stamp(stamps).delay());
    expect(groups).toMatchObject(times(2, () => ({ stamps })));
  });

  it("C221 on a group is on its members", async () => {
    const { info } = world.tasks;
    const stamped = group(info.si(), info.si()).stamp({ stamp: "stamp" });
    expect(stamped.options).toEqual({});
    expect(await valueOf(stamped.delay())).toMatchObject(times(2, () => ({ stamps: { stamp: "stamp" } })));
  });

  it("C223 every name of stampedHeaders is in stamps", async () => {
    const stamped = world.tasks.info.si().stamp({ a: 1, b: [2] });
    expect(await valueOf(stamped.delay())).toMatchObject({ stampedHeaders: ["a", "b"], stamps: { a: 1, b: [2] } });
  });

  it("C224 arrives with the type it was given", async () => {
    const stamped = world.tasks.info.si().stamp({ onSignature: () => ({ number: 42, list: [4, 2] }) });
    expect(await valueOf(stamped.delay())).toMatchObject({ stamps: { number: 42, list: [4, 2] } });
  });

  it("C227 does not change what a canvas does", async () => {
    const { identity, xsum, mul } = world.tasks;
    const first = group(identity.s(1), identity.s(2), identity.s(3)).pipe(xsum.s());
    const canvas = chain(first, chord(group(times(3, () => mul.s(10))), xsum.s()));
    expect(await valueOf(canvas.stamp({ stamp: "x" }).delay())).toBe(180);
  });

  it("C228 cannot be given at call time; other options can (headers for priority)", async () => {
    const stamped = world.tasks.info
      .si()
      .set({ headers: { own: 1 } })
      .stamp({ stamp: "x" });
    const other: object = { stamp: "other" };
    await expect(stamped.applyAsync([], other)).rejects.toThrow('"stamp"');
    const result = stamped.applyAsync([], { headers: { call: 1 } });
    expect(await valueOf(result)).toMatchObject({ stamps: { stamp: "x" }, headers: { call: 1 } });
  });

  it("C220 is on what a task is replaced by, and on its callback and errback, when the task's hook says so", async () => {
    const { stampReplaced } = world.tasks;
    for (const fails of [false, true]) {
      const key = fresh();
      const result = await stampReplaced.s(key, fails).stamp({ own: "not inherited" }).delay();
      const header = [result.id, key, fails];
      const ended = await result.get({ propagate: false, timeout: "20s" });
      expect(ended).toMatchObject(fails ? { name: "ExpectedException" } : { stamps: { header } });
      const own = fails ? { on_errback: true } : { on_callback: true };
      expect(await world.noted(key, 1)).toMatchObject([{ stamps: { header, ...own } }]);
    }
  });

  it("section 13: is on a callback that was linked before, and not on what a task is replaced by", async () => {
    const { identity, noteInfo, reportReplaced } = world.tasks;
    const key = fresh();
    await identity.s(1).link(noteInfo.s(key)).stamp({ stamp: "x" }).delay();
    expect(await world.noted(key, 1)).toMatchObject([{ stamps: { stamp: "x" } }]);
    expect(await valueOf(reportReplaced.si().stamp({ stamp: "x" }).delay())).toMatchObject({ stamps: {} });
  });
});

// Results that are gathered by hand.

import { ResultSet } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a set of results over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C243 gives the values in order", async () => {
    const { add } = world.tasks;
    const results = new ResultSet([await add.delay(1, 1), await add.delay(2, 2)]);
    expect(await results.get({ timeout: "20s" })).toEqual([2, 4]);
  });

  it("C244 can be filled later, with each result once", async () => {
    const { add } = world.tasks;
    const results = new ResultSet();
    const [first, second] = [await add.delay(1, 1), await add.delay(2, 2)];
    for (const result of [first, second, first]) results.add(result);
    expect([results.length, await results.get({ timeout: "20s" })]).toEqual([2, [2, 4]]);
  });

  it("C245 discards what is there or not; removes only what is there", () => {
    const { app } = world;
    const results = new ResultSet();
    results.add(app.result("1"));
    results.discard(app.result("1"));
    results.discard("1");
    results.discard("1");
    results.update([app.result("2")]);
    expect(results.results.map(({ id }) => id)).toEqual(["2"]);
    expect(() => results.remove("1")).toThrow(expect.objectContaining({ code: "TROUPE_INVALID_ARGUMENT" }));
  });
});

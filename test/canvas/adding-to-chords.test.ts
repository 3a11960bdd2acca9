// Header tasks that add members to their chord.

import { chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf, valueOf } from "../support/canvas/cases.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("addToChord over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C207 the values of what is added come last, in order of adding", async () => {
    const { addToAllToChord, identity } = world.tasks;
    const steps = group([addToAllToChord.s([1, 2, 3], 4)]).pipe(identity.s());
    expect(await valueOf(steps.delay())).toEqual([0, 5, 6, 7]);
  });

  it("Q34 also after written members", async () => {
    const { addToAllToChord, identity } = world.tasks;
    const header = [identity.si("a"), addToAllToChord.s([1, 2], 4), identity.si("b")];
    expect(await valueOf(chord(header, identity.s()).delay())).toEqual(["a", 0, "b", 5, 6]);
  });

  it.each([
    ["group", [11, 12]],
    ["empty", []],
    ["chunks", [[11], [12]]],
    ["chain", [12, 13]],
    ["chord", [[11], [11]]],
  ] as const)("section 12 the value of what ends in a group (%s) is its list", async (kind, list) => {
    const { addList, identity } = world.tasks;
    expect(await valueOf(chord([addList.si(kind, 10), identity.si(1)], identity.s()).delay())).toEqual([0, 1, list]);
  });

  it.each(["failing", "failingBefore"] as const)("C209 as does one that ends in a group (%s)", async (kind) => {
    const { addList, identity } = world.tasks;
    const failed = await errorOf(chord([addList.si(kind, 10), identity.si(1)], identity.s()).delay());
    expect(failed).toMatchObject({ name: "ChordError" });
  });

  it("C208 outside of a chord it is an error (InvalidCanvasError for ValueError)", async () => {
    const { addToAllToChord } = world.tasks;
    expect(await errorOf(addToAllToChord.delay([1], 2))).toMatchObject({ code: "TROUPE_INVALID_CANVAS" });
  });

  it("section 12 after the handler has ended it is an error", async () => {
    const { addLate, identity } = world.tasks;
    const [key, gate] = [fresh(), fresh("gate")];
    const result = await chord([addLate.si(key, gate), identity.si(1)], identity.s()).delay();
    expect(await valueOf(result)).toEqual([0, 1]);
    await world.openGate(gate);
    expect(await world.noted(key, 1)).toEqual([["TROUPE_INVALID_CANVAS", expect.stringContaining("has ended")]]);
  });

  it("section 12 in a group that only a callback follows, the callback gets the added values, too", async () => {
    const { addToAllToChord, identity, tally } = world.tasks;
    const key = fresh();
    const members = group(addToAllToChord.s([1, 2], 4), identity.si(1)).link(tally.s(key));
    expect(await valueOf(members.delay())).toEqual([0, 1]);
    expect(await world.noted(key, 1)).toEqual([[0, 1, 5, 6]]);
  });

  it("section 12 in a group that nothing follows it is an error", async () => {
    const { addToAllToChord, identity } = world.tasks;
    const sent = group(addToAllToChord.s([1], 4), identity.si(1)).delay();
    expect(await errorOf(sent)).toMatchObject({ code: "TROUPE_INVALID_CANVAS" });
  });

  it("C209 an added member that fails fails the chord", async () => {
    const { addFailing, identity } = world.tasks;
    const result = await chord([addFailing.si(), identity.si(1)], identity.s()).delay();
    const error = await errorOf(world.app.result(result.id));
    expect(error).toMatchObject({ name: "ChordError", cause: { name: "ExpectedException" } });
  });
});

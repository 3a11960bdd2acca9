// Callbacks of failures on chords, where they are to run on header tasks too.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld, fresh } from "../support/canvas/canvas-world.ts";
import { errorOf } from "../support/canvas/cases.ts";
import { rootCause } from "../support/canvas/errors.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("an errback of a chord and its header over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker, { taskAllowErrorCbOnChordHeader: true });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C172 a chord that arose from a chain still rejects with the header task's error", async () => {
    const { identity, fail, echo } = world.tasks;
    const key = fresh();
    const steps = chain(identity.si(42), group(fail.si(), fail.si()), echo.si("body", key));
    const result = await steps.linkError(echo.si("errback", key)).delay();
    expect(rootCause(await errorOf(result))).toMatchObject({ name: "ExpectedException" });
    expect(await world.noted(key, 3)).toEqual(["errback", "errback", "errback"]);
  });

  it("section 11: runs for each failing header task, and for the body", async () => {
    const { fail, identity, errOld } = world.tasks;
    const [a, b, c] = [fail.si().freeze(), identity.si(1).freeze(), fail.si().freeze()];
    const result = await chord([a, b, c], identity.s()).linkError(errOld.s()).delay();
    await errorOf(result);
    for (const id of [a.id, c.id, result.id]) expect(await world.noted(id, 1)).toEqual(["old"]);
    expect(await world.notes.of(b.id)).toEqual([]);
  });
});

// Canvases of which something is revoked.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { errorOf } from "../support/canvas/cases.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

const LATER = { countdown: "2s" } as const;

describe.each(BROKERS)("what is revoked over %s", (broker) => {
  let world: CanvasWorld;
  beforeAll(async () => {
    world = await CanvasWorld.open(broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C182 a header task before it starts: the chord fails, the cause is TaskRevokedError", async () => {
    const { add, tsum } = world.tasks;
    const first = add.si(1, 1).set(LATER).freeze();
    const result = await chord([first, add.si(2, 2)], tsum.s()).delay();
    await world.app.result(first.id).revoke();
    expect(await errorOf(result)).toMatchObject({ name: "ChordError", cause: { code: "TROUPE_TASK_REVOKED" } });
  });

  it("C183 a step before it starts: the later steps are revoked too", async () => {
    const { add } = world.tasks;
    const result = await chain(add.si(1, 1).set(LATER), add.si(2, 2)).delay();
    await result.parent?.revoke();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    const handles = spineOf(result).map(({ id }) => world.app.result(id));
    expect(await Promise.all(handles.map((handle) => handle.state()))).toEqual(["REVOKED", "REVOKED"]);
  });

  it("C264 a group: its members are; it is ready, neither successful nor failed", async () => {
    const { add } = world.tasks;
    const result = await group(add.si(1, 1), add.si(2, 2)).applyAsync([], LATER);
    await result.revoke();
    expect(await errorOf(result)).toMatchObject({ code: "TROUPE_TASK_REVOKED" });
    await expect.poll(() => result.ready(), { timeout: 20_000 }).toBe(true);
    expect([await result.successful(), await result.failed()]).toEqual([false, false]);
    expect(await Promise.all(result.results.map(({ id }) => world.app.result(id).state()))).toEqual([
      "REVOKED",
      "REVOKED",
    ]);
  });
});

// Priorities in canvases.

import { chain, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { valueOf } from "../support/canvas/cases.ts";
import { fixtures, type PrioritisedTasks } from "../support/canvas/prioritised-tasks.ts";
import { spineOf } from "../support/canvas/spine.ts";
import { BROKERS } from "../support/world.ts";

describe.each(BROKERS)("a priority over %s", (broker) => {
  let world: CanvasWorld<PrioritisedTasks>;
  beforeAll(async () => {
    world = await CanvasWorld.openWith(fixtures, broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("C068 of the call wins over that of a group's members", async () => {
    const { priority } = world.tasks;
    const result = group(priority.si().set({ priority: 2 }), priority.si()).applyAsync([], { priority: 7 });
    expect(await valueOf(result)).toEqual([7, 7]);
  });

  it("C092 of a chain's call is that of its first step", async () => {
    const { priority } = world.tasks;
    const result = await chain(priority.si(), priority.si()).applyAsync([], { priority: 7 });
    expect(await Promise.all(spineOf(result).map(valueOf))).toEqual([null, 7]);
  });

  it("C266 of the one step of a chain", async () => {
    expect(await valueOf(chain(world.tasks.priority.si().set({ priority: 3 })).delay())).toBe(3);
  });

  it("C228 can be given at call time, where a stamp cannot", async () => {
    const stamped = world.tasks.priority.si().stamp({ stamp: "x" });
    expect(await valueOf(stamped.applyAsync([], { priority: 3 }))).toBe(3);
  });
});

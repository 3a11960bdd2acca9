// Random canvases compared with a pure model: their values, how they fail, and that each task runs once or not at all.

import { eventually } from "@troupe/core/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasWorld } from "../support/canvas/canvas-world.ts";
import { plans } from "../support/canvas/random-canvas.ts";
import { sendRandom } from "../support/canvas/random-run.ts";
import { fixtures, type RandomTasks } from "../support/canvas/random-tasks.ts";
import { BROKERS } from "../support/world.ts";

const RUNS = { memory: 100, nats: 40 } as const;

describe.each(BROKERS)("random canvases over %s", (broker) => {
  let world: CanvasWorld<RandomTasks>;
  beforeAll(async () => {
    world = await CanvasWorld.openWith(fixtures, broker);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it("give what the model gives, fail as it does, and run each task once", async () => {
    let count = 0;
    const property = fc.asyncProperty(plans(), fc.option(fc.constant("input")), async (plan, input) => {
      const name = `canvas${++count}`;
      const run = await sendRandom(plan, input === null ? [] : [input], name, world.tasks);
      await run.ends();
      await eventually("all of it has an outcome", () => run.isAllReady()); // `get` rejects at the first failure
      await world.quiet();
      run.compareRuns(await world.notes.counts());
    });
    await fc.assert(property, { numRuns: RUNS[broker], interruptAfterTimeLimit: 50_000 });
    expect(count).toBeGreaterThan(0);
  });
});

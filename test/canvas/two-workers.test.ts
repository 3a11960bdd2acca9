// Canvases shared out over two workers: what one begins another continues.

import { chain, chord, group } from "@troupe/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CanvasCluster } from "../support/canvas/canvas-cluster.ts";
import { range, times, valueOf } from "../support/canvas/cases.ts";

describe("over two workers", () => {
  let canvas: CanvasCluster;
  beforeAll(async () => {
    canvas = await CanvasCluster.start();
    await Promise.all([canvas.worker(), canvas.worker()]);
  });
  afterAll(() => canvas[Symbol.asyncDispose]());

  it("C123 a header of a thousand is counted once each", async () => {
    const { identity, tsum } = canvas.tasks;
    const steps = group(range(1000).map((i) => identity.si(i))).pipe(tsum.s());
    expect(await valueOf(steps.delay())).toBe(499500);
  });

  it("C112 C119 nested chords and chords in a row, twenty at a time", async () => {
    const { add, tsum } = canvas.tasks;
    const triple = () =>
      chord(
        times(3, () => add.s(1)),
        tsum.s(),
      );
    const nested = chord([chain(triple(), triple()), triple()], tsum.s());
    // triple(x) = 3x + 3
    const sent = await Promise.all(times(20, (i) => nested.delay(i)));
    expect(await Promise.all(sent.map(valueOf))).toEqual(range(20).map((i) => 3 * (3 * i + 3) + 3 + (3 * i + 3)));
  });

  it("C137 each of 100 bodies runs once", async () => {
    const { identity, noteRun } = canvas.tasks;
    const sent = await Promise.all(
      times(100, (i) => chord([identity.si(i), identity.si(i)], noteRun.s("body")).delay()),
    );
    expect(await Promise.all(sent.map(valueOf))).toEqual(range(100).map((i) => [i, i]));
    await canvas.quiet();
    expect(await canvas.notes.of("body")).toHaveLength(100);
  });
});

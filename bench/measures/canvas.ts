// Canvases: a chord beside BullMQ's flow and beside as many plain tasks; many chords at once; a long chain; large groups and chords.

import type { BenchRun } from "../bench-run.ts";
import { CanvasRun } from "../canvas-run.ts";
import type { Finding } from "../report.ts";
import { chordBesideFlow } from "./chord-beside-flow.ts";
import { largeCanvases } from "./large-canvases.ts";
import { manySteps } from "./many-steps.ts";

export async function canvas(run: BenchRun): Promise<Finding[]> {
  const findings: Finding[] = [];
  // Each with processes of its own: what one leaves behind is no part of the other.
  for (const measure of [chordBesideFlow, manySteps, largeCanvases]) {
    await run.clean();
    await using canvases = await CanvasRun.start(run);
    findings.push(...(await measure(canvases)));
  }
  return findings;
}

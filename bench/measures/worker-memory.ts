// Memory of a worker process over many tasks, after a full garbage collection, while it keeps taking tasks.

import type { BenchRun } from "../bench-run.ts";
import type { Memory } from "../orders.ts";
import { type Finding, megabytes } from "../report.ts";
import { median } from "../statistics.ts";

const SAMPLES = 20;
const COMPARED = 4;

export async function workerMemory(run: BenchRun): Promise<Finding[]> {
  const tasks = run.extent.memoryTasks;
  const samples = await run.troupe.consuming(async () => {
    const taken: Memory[] = [];
    while (taken.length < SAMPLES) {
      await run.troupe.endToEnd(tasks / SAMPLES);
      taken.push(await run.troupe.workerMemory());
      await run.clean();
    }
    return taken;
  });
  const at = (part: readonly Memory[], of: keyof Memory): number => median(part.map((sample) => sample[of]));
  // The first sample is left out: until then the process still loads and compiles.
  const early = samples.slice(1, 1 + COMPARED);
  const late = samples.slice(-COMPARED);
  const finding = (what: string, of: keyof Memory, target: Finding["target"]): Finding => ({
    what,
    troupe: `${megabytes(at(early, of))} → ${megabytes(at(late, of))}`,
    raw: "",
    ratio: at(late, of) / at(early, of),
    target,
  });
  return [
    finding(`worker's heap over ${tasks.toLocaleString("en")} tasks; ratio of end to begin`, "heap", { atMost: 1.1 }),
    finding("worker's process over the same", "rss", null),
  ];
}

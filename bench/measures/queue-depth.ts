// Whether a long queue makes the single task dearer: the same worker drains short queues and a long one.

import type { BenchRun } from "../bench-run.ts";
import { type Finding, microseconds } from "../report.ts";
import { median, takeTurns } from "../statistics.ts";

const SHORT = 1_000;
const SHORT_QUEUES = 25;
const LONG = 100_000;

export async function queueDepth(run: BenchRun): Promise<Finding[]> {
  const costs = await takeTurns(run.extent.rounds, async (side) => {
    // Half of the short queues before the long one and half after it, so that a machine that grows slower meanwhile favours neither.
    await run.clean();
    const before = await costInShortQueues(run, side);
    await run.clean();
    const long = await costIn(run, side, LONG);
    await run.clean();
    return { short: (before + (await costInShortQueues(run, side))) / 2, long };
  });
  const finding = (
    what: string,
    of: (cost: { short: number; long: number }) => number,
  ): Pick<Finding, "what" | "troupe" | "raw"> => ({
    what,
    troupe: microseconds(median(costs.troupe.map(of))),
    raw: microseconds(median(costs.raw.map(of))),
  });
  return [
    { ...finding("cost per task, 1,000 queued", (cost) => cost.short), ratio: null, target: null },
    {
      ...finding("cost per task, 100,000 queued; ratio to 1,000", (cost) => cost.long),
      ratio: median(costs.troupe.map(({ short, long }) => long / short)),
      target: { atMost: 1.2 },
    },
  ];
}

// The results stay, as they do after a long queue: the broker's work for them is no part of the question. The mean, because the
// pauses that fall into a few short queues (garbage collection, the broker's writes) all fall into the long one.
async function costInShortQueues(run: BenchRun, side: "troupe" | "raw"): Promise<number> {
  let sum = 0;
  for (let queue = 0; queue < SHORT_QUEUES; queue++) sum += await costIn(run, side, SHORT);
  return sum / SHORT_QUEUES;
}

async function costIn(run: BenchRun, side: "troupe" | "raw", queued: number): Promise<number> {
  await run[side].publish(queued);
  return 1_000_000 / (await run[side].drain(queued));
}

// Publishing and draining: calls are stored while no worker listens, then one worker takes them all.

import type { BenchRun } from "../bench-run.ts";
import { type Finding, rate } from "../report.ts";
import { median, medianRatio, takeTurns } from "../statistics.ts";

/** Publishing, and the worker loop. */
export async function throughput(run: BenchRun): Promise<Finding[]> {
  const { rounds, tasks } = run.extent;
  const pairs = await takeTurns(rounds, async (side) => {
    await run.clean();
    const published = await run[side].publish(tasks);
    return { published, drained: await run[side].drain(tasks) };
  });
  const of = (what: "published" | "drained") => ({
    troupe: pairs.troupe.map((round) => round[what]),
    raw: pairs.raw.map((round) => round[what]),
  });
  const published = of("published");
  const drained = of("drained");
  return [
    {
      what: "publish",
      troupe: rate(median(published.troupe)),
      raw: rate(median(published.raw)),
      ratio: medianRatio(published),
      target: null,
    },
    {
      what: "worker loop (drain)",
      troupe: rate(median(drained.troupe)),
      raw: rate(median(drained.raw)),
      ratio: medianRatio(drained),
      target: { atLeast: 0.4 },
    },
  ];
}

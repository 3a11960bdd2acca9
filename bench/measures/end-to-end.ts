// Call, run, result awaited: the client here, the worker in another process.

import type { BenchRun } from "../bench-run.ts";
import { type Finding, rate } from "../report.ts";
import { median, medianRatio, takeTurns } from "../statistics.ts";

export async function endToEnd(run: BenchRun): Promise<Finding[]> {
  const { rounds, tasks } = run.extent;
  const pairs = await takeTurns(rounds, async (side) => {
    await run.clean();
    return run[side].consuming(() => run[side].endToEnd(tasks));
  });
  return [
    {
      what: "end to end, two processes",
      troupe: rate(median(pairs.troupe)),
      raw: rate(median(pairs.raw)),
      ratio: medianRatio(pairs),
      target: { atLeast: 0.25 },
    },
  ];
}

// One call at a time: from the call to the result in hand.

import type { BenchRun } from "../bench-run.ts";
import { type Finding, milliseconds } from "../report.ts";
import { median, medianRatio, percentile, takeTurns } from "../statistics.ts";

export async function roundTrip(run: BenchRun): Promise<Finding[]> {
  const { rounds, roundTrips } = run.extent;
  const pairs = await run.troupe.consuming(() =>
    run.raw.consuming(() => takeTurns(rounds, (side) => run[side].roundTrips(roundTrips))),
  );
  const at = (share: number) => ({
    troupe: pairs.troupe.map((times) => percentile(times, share)),
    raw: pairs.raw.map((times) => percentile(times, share)),
  });
  const finding = (what: string, share: number, target: Finding["target"]): Finding => ({
    what,
    troupe: milliseconds(median(at(share).troupe)),
    raw: milliseconds(median(at(share).raw)),
    ratio: medianRatio(at(share)),
    target,
  });
  return [finding("round trip, p50", 0.5, { atMost: 2 }), finding("round trip, p99", 0.99, null)];
}

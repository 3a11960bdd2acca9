// The `memory:` transport for comparison: client and worker in this process, nothing stored.

import type { BenchRun } from "../bench-run.ts";
import { CONCURRENCY, perSecond } from "../contender.ts";
import { type Finding, milliseconds, rate } from "../report.ts";
import { median, percentile } from "../statistics.ts";
import { makeApp } from "../troupe-app.ts";

export async function embedded({ extent }: BenchRun): Promise<Finding[]> {
  const { app, add } = makeApp("memory:", () => undefined);
  const worker = app.worker({ concurrency: CONCURRENCY });
  await worker.start();
  const call = async (): Promise<void> => void (await (await add()).get());
  const rates: number[] = [];
  const times: number[] = [];
  for (let round = 0; round <= extent.rounds; round++) {
    const perRound = await perSecond(extent.tasks, call);
    if (round > 0) rates.push(perRound);
  }
  while (times.length < extent.roundTrips) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  await worker.stop();
  await app.close();
  return [
    { what: "memory: end to end, one process", troupe: rate(median(rates)), raw: "", ratio: null, target: null },
    {
      what: "memory: round trip, p50",
      troupe: milliseconds(percentile(times, 0.5)),
      raw: "",
      ratio: null,
      target: null,
    },
  ];
}

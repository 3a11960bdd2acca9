// A worker process whose tasks wait for their time.

import type { Worker } from "@troupe/core";
import { CONCURRENCY } from "./contender.ts";
import { makeDelayedApp } from "./delayed-app.ts";
import { serve } from "./orders.ts";
import { percentile } from "./statistics.ts";

const MOST = 100_000;

// Made before memory is measured first.
const late = new Float64Array(MOST);
let started = 0;
let worker: Worker | null = null;
const [app] = makeDelayedApp(process.argv[2] ?? "", (lateMs) => {
  late[started % MOST] = lateMs;
  started++;
});

await app.connect();
serve({
  consume: async () => {
    worker = app.worker({ concurrency: CONCURRENCY });
    await worker.start();
  },
  rest: async () => worker?.stop(),
  lateness: async () => {
    const all = [...late.subarray(0, Math.min(started, MOST))];
    return {
      started,
      least: all.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY),
      p50: percentile(all, 0.5),
      p99: percentile(all, 0.99),
    };
  },
});

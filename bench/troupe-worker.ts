// A worker process of Troupe.

import type { Worker } from "@troupe/core";
import { CONCURRENCY } from "./contender.ts";
import { serve } from "./orders.ts";
import { Progress } from "./progress.ts";
import { makeApp } from "./troupe-app.ts";

const ran = new Progress();
const { app } = makeApp(process.argv[2] ?? "", () => ran.step());
let worker: Worker | null = null;

async function consume(): Promise<void> {
  worker = app.worker({ concurrency: CONCURRENCY });
  await worker.start();
}

async function rest(): Promise<void> {
  await worker?.stop();
}

/** How many tasks have run and are not settled yet. */
async function unsettled(): Promise<number> {
  const hostname = worker?.hostname ?? "";
  const stats = await app.control.inspect({ destination: [hostname] }).stats();
  return stats[hostname]?.unsettled ?? 0;
}

await app.connect();
serve({
  consume,
  rest,
  drain: async (count) => {
    const allRan = ran.expect(count);
    await consume();
    await allRan;
    while ((await unsettled()) > 0);
    const milliseconds = performance.now() - ran.startedAt;
    await rest();
    return milliseconds;
  },
});

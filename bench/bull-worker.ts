// A worker process of BullMQ.

import { type Job, Worker } from "bullmq";
import { BULL, connectionOf } from "./bull-flows.ts";
import { CONCURRENCY } from "./contender.ts";
import { serve } from "./orders.ts";

const options = { connection: connectionOf(process.argv[2] ?? ""), concurrency: CONCURRENCY };
let workers: Worker[] = [];

async function addUp(parent: Job): Promise<number> {
  const values = Object.values(await parent.getChildrenValues<number>());
  return values.reduce((sum, value) => sum + value, 0);
}

serve({
  consume: async () => {
    workers = [
      new Worker<{ x: number; y: number }>(BULL.members, async ({ data }) => data.x + data.y, options),
      new Worker(BULL.bodies, addUp, options),
    ];
    await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  },
  rest: async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  },
});

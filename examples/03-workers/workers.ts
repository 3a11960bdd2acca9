// Who runs the tasks: three workers that this process starts, or – with TROUPE_BROKER_URL set – three in other terminals.

import { app } from "./proj/troupe.ts";

/** Starts what this process needs; what it gives ends it. */
export async function startWorkers(): Promise<AsyncDisposable> {
  const isAlone = !process.env["TROUPE_BROKER_URL"];
  if (isAlone) app.conf.update({ broker: "memory:", logLevel: "silent" });
  const workers = isAlone
    ? [
        app.worker({ hostname: "web@%h" }),
        app.worker({ hostname: "cpu@%h", queues: ["cpu"], pool: "processes", concurrency: 2 }),
        app.worker({ hostname: "media@%h", queues: ["media"], concurrency: 1 }),
      ]
    : [];
  await Promise.all(workers.map((worker) => worker.start()));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await app.close();
    },
  };
}

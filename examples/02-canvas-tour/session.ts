// Who runs the tasks: a worker in this process, or – with TROUPE_BROKER_URL set – workers in other processes.

import { app } from "./proj/troupe.ts";

/** Begins; what it gives ends it. */
export async function openSession(): Promise<AsyncDisposable> {
  const isAlone = !process.env["TROUPE_BROKER_URL"];
  if (isAlone) app.conf.update({ broker: "memory:", logLevel: "silent" });
  const worker = isAlone ? app.worker({ concurrency: 4 }) : null;
  await worker?.start();
  return {
    async [Symbol.asyncDispose]() {
      await worker?.stop();
      await app.close();
    },
  };
}

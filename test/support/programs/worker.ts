// A worker process: connects, registers the tasks of `test-tasks.ts`, and works until it is told to stop. SIGTERM stops it
// warm, SIGQUIT cold.

import { Troupe } from "@troupe/core";
import { natsTransport } from "@troupe/nats-transport";
import { FaultTransport } from "../fault-transport.ts";
import { registerTestTasks } from "../test-tasks.ts";
import { settingsOf, tell } from "./program.ts";
import type { WorkerSettings } from "./worker-settings.ts";

const settings = settingsOf<WorkerSettings>();
const transport = natsTransport({ servers: settings.url, ...settings.transport });
const app = new Troupe("test", {
  broker: settings.fault ? new FaultTransport(transport, settings.fault) : transport,
  ...settings.app,
});
registerTestTasks(app, settings);
const worker = app.worker({ queues: settings.queues, concurrency: settings.concurrency, hostname: settings.hostname });

const stop = async (mode: "warm" | "cold"): Promise<void> => {
  await worker.stop({ mode });
  await app.close();
  process.disconnect();
};
process.once("SIGTERM", () => void stop("warm"));
process.once("SIGQUIT", () => void stop("cold"));

await worker.start();
tell({ ready: worker.hostname });

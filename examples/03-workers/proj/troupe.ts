// The application of this project. Its routes say which queue a task goes to, and so which worker runs it.

import { Troupe } from "@troupe/core";

/** Workers and callers import this one application; so do the processes in which a worker runs handlers. */
export const app = new Troupe("proj", {
  broker: process.env["TROUPE_BROKER_URL"] ?? "nats://127.0.0.1:4222",
  namespace: "workers-example",
  include: ["./tasks.ts"],
  taskRoutes: {
    "cpu.*": "cpu",
    "media.*": { queue: "media", priority: 6 },
  },
});

app.includeFrom(import.meta.url);

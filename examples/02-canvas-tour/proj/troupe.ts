// The application of this project. A namespace of its own keeps it apart from the other examples on the same broker.

import { Troupe } from "@troupe/core";

/** Workers and callers import this one application. */
export const app = new Troupe("proj", {
  broker: process.env["TROUPE_BROKER_URL"] ?? "nats://127.0.0.1:4222",
  namespace: "canvas-example",
  include: ["./tasks.ts"],
});

app.includeFrom(import.meta.url);

// The application of this project: its name, its broker, and the modules that its workers import.

import { Troupe } from "@troupe/core";

/** Workers and callers import this one application. */
export const app = new Troupe("proj", {
  broker: process.env["TROUPE_BROKER_URL"] ?? "nats://127.0.0.1:4222",
  include: ["./tasks.ts"],
});

app.includeFrom(import.meta.url);

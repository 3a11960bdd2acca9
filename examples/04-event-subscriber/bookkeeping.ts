// The service: writes the tasks that fail into a ledger. Its subscription has a name, so that it misses none while it is away, and
// any number of its processes share the work.

import type { Unsubscribe } from "@troupe/core";
import { app } from "./app.ts";
import { Ledger } from "./ledger.ts";

/** Starts the service; what it gives stops it. */
export function startBookkeeping(path: string): Promise<Unsubscribe> {
  const ledger = new Ledger(path);
  return app.events.subscribe("task-failed", ({ uuid, exception }) => ledger.write({ id: uuid, error: exception }), {
    durable: "bookkeeping",
  });
}

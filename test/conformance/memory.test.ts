// The in-process transport keeps what the ports promise.

import { transportConformance } from "@troupe/core/testing";
import { memoryTransport } from "@troupe/core/transport";
import { describe, it } from "vitest";

const within = "it lives in this process";

transportConformance("memory", {
  runner: { describe, it },
  requestExpiresMs: 3_000,
  shortestAckWaitMs: 50,
  shortestExpiryMs: 300,
  without: { "separate-connections": within, reconnect: within, unreachable: within },
  open: async ({ smallStore }) => {
    const transport = memoryTransport({ requestExpiresMs: 300, leaseMs: 400, maxMessages: smallStore ? 20 : 10_000 });
    return { transport, sibling: async () => transport, close: async () => undefined };
  },
});

// A service with a durable subscription: notes the number of each event in a file. Killed by the test as it likes.

import { appendFileSync } from "node:fs";
import { Troupe } from "@troupe/core";
import { natsTransport } from "@troupe/nats-transport";
import { settingsOf, tell } from "./program.ts";
import type { SubscriberSettings } from "./subscriber-settings.ts";

const { url, file, ackWaitMs } = settingsOf<SubscriberSettings>();
const app = new Troupe("test", { broker: natsTransport({ servers: url }), logLevel: "silent", ackWait: ackWaitMs });
await app.events.subscribe(
  "count-up",
  async ({ n }) => {
    await new Promise((resolve) => setImmediate(resolve));
    appendFileSync(file, `${String(n)}\n`);
    tell({ heard: n });
  },
  { durable: "counting" },
);
tell({ ready: true });

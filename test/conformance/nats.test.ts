// The transport over a real NATS server keeps what the ports promise.

import { transportConformance } from "@troupe/core/testing";
import { natsTransport } from "@troupe/nats-transport";
import { afterAll, beforeAll, describe, it } from "vitest";
import { NatsServer } from "../support/nats-server.ts";

const KIB = 1024;
let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

transportConformance("nats", {
  runner: { describe, it },
  requestExpiresMs: 2_500,
  open: async ({ smallStore }) => {
    const usual = { results: 16_384 * KIB, dead: 8_192 * KIB, actors: 16_384 * KIB };
    const tasks = (smallStore ? 64 : 16_384) * KIB;
    const maxBytes = { tasks, delayed: tasks, ...usual };
    const options = { maxBytes, leaseMs: 1_000, pullExpires: 1_000 };
    const make = (url = server.url): ReturnType<typeof natsTransport> => natsTransport({ servers: url, ...options });
    return {
      transport: make(),
      sibling: async () => make(),
      unreachable: () => make("nats://127.0.0.1:1"),
      restart: () => server.restart(),
      close: async () => undefined,
    };
  },
});

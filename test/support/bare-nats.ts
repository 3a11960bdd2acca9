// A NATS server, a plain connection to it, and transports with a namespace each: for tests of the transport alone.

import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "@troupe/core";
import type { Transport } from "@troupe/core/transport";
import { type NatsTransportOptions, natsTransport } from "@troupe/nats-transport";
import { NatsServer } from "./nats-server.ts";

const ignore = (): void => undefined;
const MIB = 1024 * 1024;
const SMALL = { tasks: MIB, results: MIB, dead: MIB, actors: MIB, delayed: MIB, revoked: MIB };
const TIMES = { resultExpiresMs: 3_600_000, revokeExpiresMs: 3_600_000, ackWaitMs: 30_000, timeoutMs: 10_000 };

/** How a transport differs from the usual one. */
export interface BareOptions {
  readonly transport?: Omit<NatsTransportOptions, "servers">;
  /** Hears warnings and errors. @default nobody */
  readonly warn?: Logger["warn"];
}

/** See the top of the file. */
export class BareNats {
  readonly server: NatsServer;
  readonly raw: NatsConnection;
  readonly manager: JetStreamManager;
  #namespaces = 0;

  private constructor(server: NatsServer, raw: NatsConnection, manager: JetStreamManager) {
    this.server = server;
    this.raw = raw;
    this.manager = manager;
  }

  static async start(): Promise<BareNats> {
    const server = await NatsServer.start();
    const raw = await connect({ servers: server.url });
    return new BareNats(server, raw, await jetstreamManager(raw, { checkAPI: false }));
  }

  /** A connected transport on small streams. The caller closes it. */
  async connect({ transport: options, warn = ignore }: BareOptions = {}): Promise<[Transport, namespace: string]> {
    const logger = { trace: ignore, debug: ignore, info: ignore, warn, error: warn, child: () => logger };
    this.#namespaces += 1;
    const namespace = `n${this.#namespaces}`;
    const transport = natsTransport({ maxBytes: SMALL, ...options, servers: this.server.url });
    await transport.connect({ namespace, ...TIMES, logger });
    return [transport, namespace];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.raw.close();
    await this.server[Symbol.asyncDispose]();
  }
}

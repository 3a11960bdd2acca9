// What a test tells a worker process.

import type { Settings } from "@troupe/core";
import type { NatsTransportOptions } from "@troupe/nats-transport";
import type { Fault } from "../fault-transport.ts";

/** Plain data: it travels as JSON. */
export interface WorkerSettings {
  readonly url: string;
  /** File of the ledger. */
  readonly ledger: string;
  /** Folder in which gates are opened. */
  readonly gates: string;
  readonly hostname?: string | undefined;
  readonly queues?: readonly string[] | undefined;
  readonly concurrency?: number | undefined;
  readonly app?: Partial<Settings> | undefined;
  readonly transport?: NatsTransportOptions | undefined;
  readonly fault?: Fault | undefined;
}

// What a test tells a worker process of the canvas cases.

import type { Settings } from "@troupe/core";
import type { NatsTransportOptions } from "@troupe/nats-transport";
import type { CanvasFiles } from "../canvas/fixture.ts";
import type { Fault } from "../fault-transport.ts";

/** Plain data: it travels as JSON. */
export interface CanvasWorkerSettings {
  readonly url: string;
  readonly files: CanvasFiles;
  /** URL of the module of tasks; it exports `fixtures`. */
  readonly fixtures: string;
  readonly concurrency: number;
  readonly queues?: readonly string[] | undefined;
  readonly app?: Partial<Settings> | undefined;
  readonly transport?: NatsTransportOptions | undefined;
  readonly fault?: Fault | undefined;
}

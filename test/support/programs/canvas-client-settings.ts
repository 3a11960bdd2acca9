// What a test tells a client that dies while it sends a chord.

import type { NatsTransportOptions } from "@troupe/nats-transport";
import type { CanvasFiles } from "../canvas/fixture.ts";
import type { Fault } from "../fault-transport.ts";

/** Plain data: it travels as JSON. */
export interface CanvasClientSettings {
  readonly url: string;
  readonly files: CanvasFiles;
  readonly transport?: NatsTransportOptions | undefined;
  /** Where it dies. */
  readonly fault: Fault;
  /** How many header tasks there are. */
  readonly members: number;
  /** Id of the chord's body. */
  readonly taskId: string;
  /** Header tasks, body and errback note that they ran under this key with `-header`, `-body` and `-errback`. */
  readonly key: string;
}

// What a test tells a client process.

import type { Fault } from "../fault-transport.ts";

/** Plain data: it travels as JSON. */
export interface ClientSettings {
  readonly url: string;
  readonly task: string;
  readonly args: readonly unknown[];
  readonly taskId?: string | undefined;
  /** Where the program keeps the id of the task. */
  readonly idFile: string;
  readonly fault?: Fault | undefined;
}

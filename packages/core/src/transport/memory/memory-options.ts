// Options of the in-process transport, and their defaults.

import type { OptionTable } from "../../model/check-options.ts";
import * as rule from "../../model/option-rules.ts";
import type { Clock } from "../../platform/clock.ts";

/** Settings of the in-process transport. */
export interface MemoryTransportOptions {
  /**
   * Most tasks that wait or run, over all queues; a further one is refused with `QueueFullError`. Also the most delayed
   * tasks, the most revocations, and the most records; there the oldest goes. @default 1_000_000
   */
  readonly maxMessages?: number;
  /** As `maxMessages`, for the bytes of all tasks, all delayed tasks, all records, and all mailboxes. @default 1 GiB */
  readonly maxStoredBytes?: number;
  /** Largest body, in bytes. @default 1 MiB */
  readonly maxMessageBytes?: number;
  /** How long a lease lasts without renewal, in milliseconds. @default 15_000 */
  readonly leaseMs?: number;
  /** How long a consumer's request waits for messages before its rest is reported unused, in milliseconds. @default 5_000 */
  readonly requestExpiresMs?: number;
  /** Shards that the mailboxes of durable actors are shared out over; 1 to 256. @default 16 */
  readonly shards?: number;
  /** Time of delays, leases and expiry. @default the real clock */
  readonly clock?: Clock;
}

/** The same with defaults. */
export type MemoryLimits = Readonly<Required<Omit<MemoryTransportOptions, "clock">>>;

/** Checks of the options above. */
export const MEMORY_OPTION_TABLE: OptionTable = {
  maxMessages: rule.integer(1, 100_000_000),
  maxStoredBytes: rule.integer(1, Number.MAX_SAFE_INTEGER),
  maxMessageBytes: rule.integer(1, 1024 ** 3),
  leaseMs: rule.integer(1, 3_600_000),
  requestExpiresMs: rule.integer(1, 3_600_000),
  shards: rule.integer(1, 256),
  clock: { wants: "a clock", is: (value) => typeof value === "object" },
};

/** What holds where no option is given. */
export const DEFAULT_LIMITS: MemoryLimits = {
  maxMessages: 1_000_000,
  maxStoredBytes: 1024 ** 3,
  maxMessageBytes: 1024 ** 2,
  leaseMs: 15_000,
  requestExpiresMs: 5_000,
  shards: 16,
};

// The streams and consumers that Troupe needs, as data. `ensure-topology.ts` makes them and compares.

import type { NatsConfig } from "../config.ts";
import type { StreamSizes } from "../options.ts";
import type { Fields } from "../wire/fields.ts";
import type { Names } from "../wire/names.ts";

/** A stream as it has to be. */
export interface StreamSpec {
  readonly name: string;
  /** In JetStream's words. */
  readonly config: Fields;
  /** Which part of `maxBytes` sets its size. */
  readonly size: keyof StreamSizes;
}

/** A consumer as it has to be. */
export interface ConsumerSpec {
  readonly stream: string;
  readonly name: string;
  /** In JetStream's words. */
  readonly config: Fields;
}

/** Settings that may differ from what was wanted: they change how well something works, not whether. */
export const TUNABLE: ReadonlySet<string> = new Set([
  "ack_wait",
  "duplicate_window",
  "max_ack_pending",
  "max_age",
  "max_bytes",
  "max_waiting",
]);

const DEDUPE_WINDOW_MS = 120_000; // repeats of one submit end after 10 s
const DEAD_LETTER_AGE_MS = 14 * 24 * 3_600_000;
const LONGEST_MAILBOX = 20_000;

/** JetStream counts durations in nanoseconds. */
export function nanoseconds(durationMs: number): number {
  return durationMs * 1_000_000;
}

/** The streams of an application. */
export function streamSpecs(names: Names, config: NatsConfig, resultExpiresMs: number): readonly StreamSpec[] {
  const { maxBytes, leaseMs } = config;
  const common = { storage: "file", num_replicas: config.replicas, allow_rollup_hdrs: false, deny_delete: false };
  return [
    {
      name: names.tasks,
      size: "tasks",
      config: {
        ...common,
        subjects: [names.allTasks()],
        retention: "workqueue",
        discard: "new",
        max_msgs_per_subject: -1,
        max_bytes: maxBytes.tasks,
        max_age: 0, // a task that waits is never dropped silently (M13)
        duplicate_window: nanoseconds(DEDUPE_WINDOW_MS),
        allow_direct: false,
      },
    },
    {
      name: names.results,
      size: "results",
      config: {
        ...common,
        subjects: names.allRecords(),
        retention: "limits",
        discard: "new",
        max_msgs_per_subject: 1,
        max_bytes: maxBytes.results,
        ...aged(resultExpiresMs),
        allow_direct: true,
      },
    },
    {
      name: names.dead,
      size: "dead",
      config: {
        ...common,
        subjects: [names.allDead()],
        retention: "limits",
        discard: "old",
        max_msgs_per_subject: -1,
        max_bytes: maxBytes.dead,
        ...aged(DEAD_LETTER_AGE_MS),
        allow_direct: false,
      },
    },
    {
      name: names.leases,
      size: "leases",
      config: {
        ...common,
        subjects: [names.allLeases()],
        retention: "limits",
        discard: "new",
        max_msgs_per_subject: 1,
        max_bytes: maxBytes.leases,
        ...aged(leaseMs),
        allow_direct: false,
      },
    },
  ];
}

/** The consumer of a queue. */
export function queueConsumerSpec(names: Names, queue: string, ackWaitMs: number): ConsumerSpec {
  const name = names.queueConsumer(queue);
  return {
    stream: names.tasks,
    name,
    config: {
      durable_name: name,
      filter_subject: names.queueFilter(queue),
      deliver_policy: "all",
      ack_policy: "explicit",
      replay_policy: "instant",
      max_deliver: -1, // attempts are counted in records; a limit would hide the message (M12)
      ack_wait: nanoseconds(ackWaitMs),
      max_ack_pending: LONGEST_MAILBOX,
      max_waiting: 512,
      inactive_threshold: 0, // the server would delete the durable too (M25)
    },
  };
}

/** The dedupe window may not be longer than messages live (M24). */
function aged(maxAgeMs: number): { readonly max_age: number; readonly duplicate_window: number } {
  return { max_age: nanoseconds(maxAgeMs), duplicate_window: nanoseconds(Math.min(DEDUPE_WINDOW_MS, maxAgeMs)) };
}

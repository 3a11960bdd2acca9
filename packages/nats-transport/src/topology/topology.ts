// The streams and consumers that Troupe needs, as data. `ensure-topology.ts` makes them and compares.

import type { ConnectSettings } from "@troupe/core/transport";
import type { NatsConfig } from "../config.ts";
import type { Fields } from "../wire/fields.ts";
import type { Names } from "../wire/names.ts";

/** A stream as it has to be. */
export interface StreamSpec {
  readonly name: string;
  /** In JetStream's words. */
  readonly config: Fields;
  /** What sets its size, for people. */
  readonly size: string;
  /** What to do when the one that is there differs. @default as of any stream */
  readonly remedy?: string | undefined;
  /** Settings that must not differ, though they may in other streams. @default none */
  readonly exact?: readonly string[] | undefined;
}

/** A consumer as it has to be. */
export interface ConsumerSpec {
  readonly stream: string;
  readonly name: string;
  /** In JetStream's words. */
  readonly config: Fields;
  /** The same, of what counts when it is made. @default nothing */
  readonly start?: Fields | undefined;
  /** What to do when the one that is there differs. @default as of a queue's */
  readonly remedy?: string | undefined;
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

export const DEDUPE_WINDOW_MS = 120_000; // repeats of one submit end after 10 s
const DEAD_LETTER_AGE_MS = 14 * 24 * 3_600_000;
const LONGEST_MAILBOX = 20_000;
const BUCKET_ACK_WAIT_MS = 60_000;
const WATCH_THRESHOLD_MS = 300_000;
const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;

/** JetStream counts durations in nanoseconds. */
export function nanoseconds(durationMs: number): number {
  return durationMs * 1_000_000;
}

/** How long what is stored is kept. */
export type Expiry = Pick<ConnectSettings, "resultExpiresMs" | "revokeExpiresMs">;

/** The streams of an application. */
export function streamSpecs(names: Names, config: NatsConfig, expiry: Expiry): readonly StreamSpec[] {
  const { maxBytes, leaseMs } = config;
  const { resultExpiresMs, revokeExpiresMs } = expiry;
  const common = { storage: "file", num_replicas: config.replicas, allow_rollup_hdrs: false, deny_delete: false };
  return [
    {
      name: names.tasks,
      size: "transportOptions.maxBytes.tasks",
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
      size: "transportOptions.maxBytes.results",
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
      size: "transportOptions.maxBytes.dead",
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
      size: "transportOptions.maxBytes.leases",
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
    ...mailboxStreams(names, config, common),
    {
      name: names.delayed,
      size: "transportOptions.maxBytes.delayed",
      config: {
        ...common,
        subjects: [names.allDelayed()],
        retention: "workqueue",
        discard: "new",
        max_msgs_per_subject: -1,
        max_bytes: maxBytes.delayed,
        max_age: 0, // a task may wait for years
        duplicate_window: nanoseconds(DEDUPE_WINDOW_MS), // not used: no message there has an id
        allow_direct: false,
      },
    },
    {
      name: names.revoked,
      size: "transportOptions.maxBytes.revoked",
      config: {
        ...common,
        subjects: [names.revokedFilter(null)],
        retention: "limits",
        discard: "new", // a revocation that was dropped would let its task run
        max_msgs_per_subject: 1,
        max_bytes: maxBytes.revoked,
        ...aged(revokeExpiresMs),
        allow_direct: false,
      },
    },
    {
      name: names.pauses,
      size: "transportOptions.maxBytes.pauses",
      config: {
        ...common,
        subjects: [names.allPauses()],
        retention: "limits",
        discard: "new",
        max_msgs_per_subject: 1,
        max_bytes: maxBytes.pauses,
        max_age: 0, // a queue is paused until it is resumed
        duplicate_window: nanoseconds(DEDUPE_WINDOW_MS), // not used: no message there has an id
        allow_direct: false,
      },
    },
  ];
}

/** The streams of durable actors. Nothing in them ends by age: what is open stays, and no epoch is ever used twice. */
function mailboxStreams(names: Names, { maxBytes }: NatsConfig, common: Fields): readonly StreamSpec[] {
  const rest = { ...common, discard: "new", max_age: 0, allow_direct: false };
  const duplicate_window = nanoseconds(DEDUPE_WINDOW_MS); // not used: no message there has an id
  return [
    {
      name: names.actors,
      size: "transportOptions.maxBytes.actors",
      config: {
        ...rest,
        subjects: [names.allMail()],
        retention: "workqueue",
        max_msgs_per_subject: -1,
        max_bytes: maxBytes.actors,
        duplicate_window,
      },
    },
    {
      name: names.epochs,
      size: "transportOptions.maxBytes.epochs",
      config: {
        ...rest,
        subjects: [names.allEpochs()],
        retention: "limits",
        max_msgs_per_subject: 1,
        max_bytes: maxBytes.epochs,
        duplicate_window,
      },
    },
  ];
}

/** The consumer of one priority of a queue. */
export function queueConsumerSpec(names: Names, queue: string, ackWaitMs: number, priority: number = 0): ConsumerSpec {
  const name = names.queueConsumer(queue, priority);
  return {
    stream: names.streamOf(queue),
    name,
    config: {
      durable_name: name,
      filter_subject: names.queueFilter(queue, priority),
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

/** The consumer of a shard's owner: it delivers the whole log once, and nothing twice. */
export function shardConsumerSpec(names: Names, shard: number, epoch: number): ConsumerSpec {
  const name = names.shardConsumer(shard, epoch);
  return {
    stream: names.actors,
    name,
    config: {
      durable_name: name,
      filter_subject: names.shardFilter(shard),
      deliver_policy: "all",
      ack_policy: "explicit",
      replay_policy: "instant",
      max_deliver: -1,
      ack_wait: nanoseconds(TEN_YEARS_MS), // the owner holds messages until their actor is done
      max_ack_pending: -1,
      max_waiting: 16,
      inactive_threshold: 0,
    },
  };
}

/** The consumer of a bucket of delayed tasks: all movers share it. */
export function bucketConsumerSpec(names: Names, bucket: number): ConsumerSpec {
  const name = names.bucketConsumer(bucket);
  return {
    stream: names.delayed,
    name,
    config: {
      durable_name: name,
      filter_subject: names.bucketFilter(bucket),
      deliver_policy: "all",
      ack_policy: "explicit",
      replay_policy: "instant",
      max_deliver: -1,
      ack_wait: nanoseconds(BUCKET_ACK_WAIT_MS),
      max_ack_pending: -1, // what is given back with a delay counts (M11)
      max_waiting: 512,
      inactive_threshold: 0,
    },
  };
}

/**
 * The consumer by which one process hears what is revoked. The broker deletes it when nobody has asked for a while.
 *
 * @param after - Sequence of the last message that need not be delivered.
 */
export function watchConsumerSpec(names: Names, watch: string, after: number): ConsumerSpec {
  const name = names.watchConsumer(watch);
  return {
    stream: names.revoked,
    name,
    config: {
      durable_name: name,
      filter_subject: names.revokedFilter(null),
      deliver_policy: "by_start_sequence",
      opt_start_seq: after + 1,
      ack_policy: "none",
      replay_policy: "instant",
      max_waiting: 16,
      num_replicas: 1,
      mem_storage: true,
      inactive_threshold: nanoseconds(WATCH_THRESHOLD_MS),
    },
  };
}

/** The stream of events; made by the first who subscribes under a name. */
export function eventStreamSpec(names: Names, { maxBytes, replicas }: NatsConfig, keepMs: number): StreamSpec {
  return {
    name: names.events,
    size: "transportOptions.maxBytes.events",
    config: {
      storage: "file",
      num_replicas: replicas,
      allow_rollup_hdrs: false,
      deny_delete: false,
      subjects: [names.allEvents()],
      retention: "limits",
      discard: "old", // never in the way of those who send
      max_msgs_per_subject: -1,
      max_bytes: maxBytes.events,
      ...aged(keepMs),
      allow_direct: false,
    },
  };
}

/** A place in the stream of events. */
export interface EventPlace {
  readonly name: string;
  readonly filter: string;
  /** Where it begins when it is made: milliseconds since the epoch; null: at the end. */
  readonly from: number | null;
  readonly ackWaitMs: number;
}

/** The consumer of those who subscribe to events under a name. */
export function eventConsumerSpec(names: Names, { name, filter, from, ackWaitMs }: EventPlace): ConsumerSpec {
  const durable = names.eventConsumer(name);
  const start =
    from === null
      ? { deliver_policy: "new" }
      : { deliver_policy: "by_start_time", opt_start_time: new Date(from).toISOString() };
  return {
    stream: names.events,
    name: durable,
    config: {
      durable_name: durable,
      filter_subject: filter,
      ack_policy: "explicit",
      replay_policy: "instant",
      max_deliver: -1, // counted by those who subscribe, who tell what they give up
      ack_wait: nanoseconds(ackWaitMs),
      max_ack_pending: LONGEST_MAILBOX,
      max_waiting: 512,
      inactive_threshold: 0,
    },
    start,
    remedy: "give the subscription another name, or delete the consumer: its place is lost",
  };
}

/** The dedupe window may not be longer than messages live (M24). */
function aged(maxAgeMs: number): { readonly max_age: number; readonly duplicate_window: number } {
  return { max_age: nanoseconds(maxAgeMs), duplicate_window: nanoseconds(Math.min(DEDUPE_WINDOW_MS, maxAgeMs)) };
}

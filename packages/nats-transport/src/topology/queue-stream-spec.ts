// The stream of a queue that has one of its own: as that of all other queues, but for subjects and limits.

import type { QueueStream } from "@troupe/core/transport";
import type { NatsConfig } from "../config.ts";
import type { Names } from "../wire/names.ts";
import { DEDUPE_WINDOW_MS, nanoseconds, type StreamSpec } from "./topology.ts";

/** See the top of the file. */
export function queueStreamSpec(
  names: Names,
  config: NatsConfig,
  queue: string,
  { maxMessages, maxBytes, replicas }: QueueStream,
): StreamSpec {
  const name = names.ownStream(queue);
  return {
    name,
    size: `maxBytes of the stream of queue ${JSON.stringify(queue)} in taskQueues`,
    remedy:
      `declare queue ${JSON.stringify(queue)} alike in the taskQueues of all processes; or change the stream with ` +
      `"nats stream edit ${name}"`,
    exact: maxBytes === null ? [] : ["max_bytes"],
    config: {
      storage: "file",
      num_replicas: replicas ?? config.replicas,
      allow_rollup_hdrs: false,
      deny_delete: false,
      subjects: [names.ownTasks(queue)],
      retention: "workqueue",
      discard: "new",
      max_msgs: maxMessages ?? -1,
      max_msgs_per_subject: -1,
      max_bytes: maxBytes ?? config.maxBytes.tasks,
      max_age: 0, // a task that waits is never dropped silently (M13)
      duplicate_window: nanoseconds(DEDUPE_WINDOW_MS),
      allow_direct: false,
    },
  };
}

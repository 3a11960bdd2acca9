// From a routing key to queues, by the patterns with which queues are declared.

import type { QueueBinding } from "../client/queues.ts";
import { QueueNotFound } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import { fitsTopic } from "../model/topic.ts";
import { declaredQueues, isBroadcast, optionsOfQueue, type QueueSettings } from "./declared-queues.ts";

/** The declared queues, each with the patterns it is bound by. */
export function topicBindings(settings: QueueSettings): QueueBinding[] {
  return declaredQueues(settings).map((queue) => ({
    queue,
    patterns: optionsOfQueue(queue, settings)?.bindings ?? [],
    broadcast: isBroadcast(queue, settings),
  }));
}

/**
 * All queues to which a routing key leads, each once.
 *
 * @param forWhat - Who gives the key, for the error: `task "proj.add"`.
 * @throws {QueueNotFound} it leads to none.
 */
export function queuesOfKey(key: string, forWhat: string, settings: QueueSettings): readonly [string, ...string[]] {
  const bindings = topicBindings(settings);
  const [first, ...rest] = bindings.flatMap(({ queue, patterns }) =>
    patterns.some((pattern) => fitsTopic(pattern, key)) ? [queue] : [],
  );
  if (first !== undefined) return [first, ...rest];
  const known = bindings.flatMap(({ queue, patterns }) =>
    patterns.length > 0 ? [`${queue}: ${patterns.join(" ")}`] : [],
  );
  throw new QueueNotFound(
    `no queue is bound to routing key ${shown(key)} of ${forWhat}; ` +
      `${known.length > 0 ? `bound are ${known.join(", ")}` : "none is bound to any"}; bind one in taskQueues: { name: { bindings: [${shown(key)}] } }`,
  );
}

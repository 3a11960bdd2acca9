// Queues that are stored apart from the others, each with limits of its own. Everybody who sends to such a queue or consumes it
// must declare it alike: on a broker it is another place.

import { ConfigError } from "../model/errors.ts";
import { shown } from "../model/names.ts";

/** The stream of one queue. What a limit counts are tasks that wait and tasks that run. */
export interface QueueStream {
  /** Most tasks; null: no limit. */
  readonly maxMessages: number | null;
  /** Most bytes; null: as many as the transport's store of all other queues. */
  readonly maxBytes: number | null;
  /** Copies of what is stored; null: as many as of the other queues. */
  readonly replicas: number | null;
}

/** Queues and their streams. */
export type QueueStreams = ReadonlyMap<string, QueueStream>;

const NONE: QueueStreams = new Map();

/**
 * Checks that two users of one connection declare the same.
 *
 * @throws {ConfigError} they do not.
 */
export function sameQueueStreams(connected: QueueStreams = NONE, further: QueueStreams = NONE): void {
  for (const queue of new Set([...connected.keys(), ...further.keys()])) {
    const [one, other] = [connected, further].map((streams) => textOf(streams.get(queue)));
    if (one === other) continue;
    throw new ConfigError(
      `queue ${shown(queue)} has ${other} in taskQueues here, and ${one} in an application that shares this transport; ` +
        "declare it alike, or give each application its own transport",
    );
  }
}

function textOf(stream: QueueStream | undefined): string {
  return stream === undefined ? "no stream" : `stream ${JSON.stringify(stream)}`;
}

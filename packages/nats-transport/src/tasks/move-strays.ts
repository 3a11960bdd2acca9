// Brings tasks to the stream of their queue that wait in the one that queues share: from before the queue had its own, or sent by
// a process that was not told. They are sent again as repeats, so that one that has run before is recognised by its record.

import type { TaskQueue } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { StoredMessage } from "../publish/jetstream-api.ts";
import { headerValue } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { busyElsewhere } from "./queue-streams.ts";

/** Moved in one go; the rest the next time. */
const MOST_STRAYS = 10_000;
const DEFAULT_CONTENT_TYPE = "application/msgpack";

/** See the top of the file. While somebody consumes the queue from there, nothing is moved. @returns how many were. */
export async function moveStrays(link: Link, queue: string, tasks: Pick<TaskQueue, "publish">): Promise<number> {
  const { api, names } = link;
  const filter = names.sharedTasksOf(queue);
  let moved = 0;
  for (let next = 1; moved < MOST_STRAYS; moved++) {
    const message = await api.leaderRead(names.tasks, { seq: next, next_by_subj: filter });
    if (message === null) break;
    if (moved === 0 && (await busyElsewhere(link, queue)) !== null) break;
    next = message.sequence + 1;
    await moveOne(link, queue, message, tasks);
  }
  return moved;
}

async function moveOne(
  { api, names, logger }: Link,
  queue: string,
  { subject, headers, body, sequence }: StoredMessage,
  tasks: Pick<TaskQueue, "publish">,
): Promise<void> {
  const address = names.taskAddress(subject, headerValue(headers, HEADER.messageId));
  if (address === null) {
    logger.warn({ sequence, subject }, "a message on the stream of tasks is not one of Troupe's");
    return;
  }
  const { id, gen, priority } = address;
  const contentType = headerValue(headers, HEADER.contentType) ?? DEFAULT_CONTENT_TYPE;
  await tasks.publish({ queue, key: `${id}-${gen}`, priority, contentType, body, exclusive: true, repeat: true });
  await api.remove(names.tasks, sequence);
}

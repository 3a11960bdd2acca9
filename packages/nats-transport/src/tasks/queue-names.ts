// Which queues there are: those that have a stream of their own or a consumer, and those in which plain messages wait. What was sent
// under chosen ids has a subject of its own each, of which there may be millions: they are not gone through.

import type { Link } from "../connection/link.ts";
import { fieldsAt, numberAt } from "../wire/fields.ts";
import { streamGone } from "../wire/nats-errors.ts";

/** See the top of the file. @param consumers - Names of all consumers of the stream that queues share. */
export async function queueNames(
  { api, names, config, settings }: Link,
  consumers: readonly string[],
): Promise<string[]> {
  const found = new Set(settings.queueStreams?.keys());
  for (const name of consumers) found.add(names.queueOfConsumer(name) ?? "");
  for (let offset = 0; ; ) {
    const info = await api.streamInfo(names.tasks, { subjects_filter: names.sharedTasks(), offset });
    if (info === null) throw streamGone(names.tasks, config.servers.address);
    const page = Object.keys(fieldsAt(fieldsAt(info, "state"), "subjects"));
    for (const subject of page) found.add(names.queueOfSubject(subject) ?? "");
    offset += page.length;
    if (page.length === 0 || offset >= numberAt(info, "total")) break;
  }
  found.delete("");
  return [...found];
}

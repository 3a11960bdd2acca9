// What waits on the stream of delayed tasks, read without taking it. The broker lists subjects in their order, which is that
// of the buckets, in pages of 100,000.

import type { DelayedTask } from "@troupe/core/transport";
import { consumerNames } from "../topology/consumer-names.ts";
import { fieldsAt, numberAt } from "../wire/fields.ts";
import { streamGone } from "../wire/nats-errors.ts";
import type { DelayLink } from "./delay-link.ts";
import { readDelayed } from "./delayed-message.ts";

/** Of the last bucket of a list so many are read beyond its limit, to find the earliest. */
const MOST_BEYOND = 1_000;
const READ_AT_ONCE = 1_000;

/** The tasks that are due first. */
export async function earliestTasks(link: DelayLink, limit: number): Promise<DelayedTask[]> {
  const { api, names } = link;
  const subjects = limit > 0 ? await earliestSubjects(link, limit) : [];
  const tasks: DelayedTask[] = [];
  for (let at = 0; at < subjects.length; at += READ_AT_ONCE) {
    const some = subjects.slice(at, at + READ_AT_ONCE);
    const found = await Promise.all(some.map((subject) => api.leaderRead(names.delayed, { last_by_subj: subject })));
    for (const message of found) {
      const task = message && readDelayed(names, message.subject, message.headers, message.body);
      if (task !== null) tasks.push(task);
    }
  }
  return tasks.toSorted((one, other) => one.dueAt - other.dueAt).slice(0, limit);
}

/** Buckets before a given one that hold messages or have a consumer, the earliest first, at most so many. */
export async function bucketsBefore(link: DelayLink, before: number, most: number): Promise<number[]> {
  const { api, names } = link;
  const found = new Set<number>();
  for (const name of await consumerNames(api, names.delayed)) {
    found.add(names.bucketOfConsumer(name) ?? before);
  }
  for await (const page of subjectPages(link)) {
    const buckets = page.map((subject) => names.delayAddress(subject)?.bucket ?? before);
    for (const bucket of buckets) found.add(Math.min(bucket, before));
    if ((buckets.at(-1) ?? before) >= before || found.size > most) break;
  }
  const former = [...found].filter((bucket) => bucket < before);
  return former.toSorted((one, other) => one - other).slice(0, most);
}

/** Subjects of at least so many tasks; the last bucket is complete, within limits. */
async function earliestSubjects(link: DelayLink, limit: number): Promise<string[]> {
  const bucketIn = (subject: string): number | undefined => link.names.delayAddress(subject)?.bucket;
  const found: string[] = [];
  for await (const page of subjectPages(link)) {
    for (const subject of page) {
      const isBeyond = found.length >= limit && bucketIn(subject) !== bucketIn(found[limit - 1] ?? "");
      if (isBeyond || found.length >= limit + MOST_BEYOND) return found;
      found.push(subject);
    }
  }
  return found;
}

/** Subjects that move from page to page while they are read may be missed, or come twice. */
async function* subjectPages({ api, names, config }: DelayLink): AsyncGenerator<string[]> {
  for (let offset = 0; ; ) {
    const info = await api.streamInfo(names.delayed, { subjects_filter: names.allDelayed(), offset });
    if (info === null) throw streamGone(names.delayed, config.servers.address);
    const page = Object.keys(fieldsAt(fieldsAt(info, "state"), "subjects"));
    yield page;
    offset += page.length;
    if (page.length === 0 || offset >= numberAt(info, "total")) return;
  }
}

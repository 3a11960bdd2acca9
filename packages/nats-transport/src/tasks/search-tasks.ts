// Looks through the streams of tasks for messages that contain a text, beside its consumers.

import { type FoundTask, MOST_FOUND, type TaskSearch } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { StoredMessage } from "../publish/jetstream-api.ts";
import { scanStream } from "../publish/scan-stream.ts";
import { fieldsAt, numberAt } from "../wire/fields.ts";
import { streamGone } from "../wire/nats-errors.ts";

interface Level {
  readonly queue: string;
  readonly priority: number;
  /** Sequences of its messages that were read. */
  readonly sequences: number[];
  readonly found: StoredMessage[];
}

/** What is looked through, and for what. */
interface Search {
  readonly stream: string;
  readonly filter: string;
  readonly text: string;
  /** Messages that may still be read. */
  left: number;
  /** Hits that may still be kept. */
  room: number;
}

/** See the top of the file. The stream that queues share comes first, then those of single queues. */
export async function searchTasks(link: Link, text: string, most: number): Promise<TaskSearch> {
  const { names, settings } = link;
  const own = [...(settings.queueStreams?.keys() ?? [])];
  const places = [
    { stream: names.tasks, filter: names.allTasks() },
    ...own.map((queue) => ({ stream: names.streamOf(queue), filter: names.ownTasks(queue) })),
  ];
  const found: FoundTask[] = [];
  let complete = true;
  let left = most;
  for (const place of places) {
    const search: Search = { ...place, text, left, room: MOST_FOUND - found.length };
    complete = left > 0 && search.room > 0 && (await searchStream(link, search, found));
    left = search.left;
    if (!complete) break;
  }
  return { found, complete };
}

async function searchStream(link: Link, search: Search, found: FoundTask[]): Promise<boolean> {
  const { stream, filter, text } = search;
  const levels = new Map<string, Level>();
  const complete = await scanStream(link.api, {
    stream,
    filter,
    most: search.left,
    onMessage: (message) => {
      search.left -= 1;
      const level = levelOf(link, levels, message.subject);
      level?.sequences.push(message.sequence);
      if (level === null || !Buffer.from(message.body).includes(text, 0, "utf8")) return true;
      level.found.push(message);
      search.room -= 1;
      return search.room > 0;
    },
  });
  if (complete === null) throw streamGone(stream, link.config.servers.address);
  const hits = [...levels.values()].filter((level) => level.found.length > 0);
  for (const tasks of await Promise.all(hits.map((level) => foundIn(link, level)))) found.push(...tasks);
  return complete;
}

function levelOf({ names }: Link, levels: Map<string, Level>, subject: string): Level | null {
  const [, , name = "", digits = ""] = subject.split(".");
  const known = levels.get(`${name}.${digits}`);
  const queue = names.queueOfSubject(subject);
  if (known !== undefined || queue === null) return known ?? null;
  const level: Level = { queue, priority: Number(digits), sequences: [], found: [] };
  levels.set(`${name}.${digits}`, level);
  return level;
}

// Without a consumer nothing was delivered.
async function foundIn({ api, names }: Link, { queue, priority, sequences, found }: Level): Promise<FoundTask[]> {
  const info = await api.consumerInfo(names.streamOf(queue), names.queueConsumer(queue, priority));
  const delivered = info === null ? 0 : numberAt(fieldsAt(info, "delivered"), "stream_seq");
  return found.map(({ sequence, body }) => ({
    queue,
    priority,
    body,
    delivered: sequence <= delivered,
    ahead: sequences.filter((other) => other > delivered && other < sequence).length,
  }));
}

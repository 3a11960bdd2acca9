// Looks through the stream of tasks for messages that contain a text, beside its consumers.

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

/** See the top of the file. */
export async function searchTasks(link: Link, text: string, most: number): Promise<TaskSearch> {
  const { api, names, config } = link;
  const levels = new Map<string, Level>();
  let count = 0;
  const complete = await scanStream(api, {
    stream: names.tasks,
    filter: names.allTasks(),
    most,
    onMessage: (message) => {
      const level = levelOf(link, levels, message.subject);
      level?.sequences.push(message.sequence);
      if (level === null || !Buffer.from(message.body).includes(text, 0, "utf8")) return true;
      level.found.push(message);
      count += 1;
      return count < MOST_FOUND;
    },
  });
  if (complete === null) throw streamGone(names.tasks, config.servers.address);
  const hits = [...levels.values()].filter(({ found }) => found.length > 0);
  return { found: (await Promise.all(hits.map((level) => foundIn(link, level)))).flat(), complete };
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
  const info = await api.consumerInfo(names.tasks, names.queueConsumer(queue, priority));
  const delivered = info === null ? 0 : numberAt(fieldsAt(info, "delivered"), "stream_seq");
  return found.map(({ sequence, body }) => ({
    queue,
    priority,
    body,
    delivered: sequence <= delivered,
    ahead: sequences.filter((other) => other > delivered && other < sequence).length,
  }));
}

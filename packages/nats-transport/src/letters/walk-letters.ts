// Reads dead letters backwards: the broker finds the next message of a subject, but not the one before. So the stream is walked by
// sequence, which reads the letters of other queues too; how far one walk goes is limited, the next one goes on from there.

import type { KeptLetter, LetterPage, LetterQuery } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { StoredMessage } from "../publish/jetstream-api.ts";
import { fieldsAt, numberAt } from "../wire/fields.ts";
import { streamGone } from "../wire/nats-errors.ts";
import { letterIn } from "./letter-headers.ts";

const READ_AT_ONCE = 32;
const MOST_READ = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;
const SEQUENCE = /^\d{1,15}$/;

/** First and last sequence that may hold what is looked for. */
interface Range {
  readonly first: number;
  readonly last: number;
}

const NOTHING: Range = { first: 1, last: 0 };

/** The sequence that an id stands for; null when there cannot be such a letter. */
export function sequenceOf(id: string): number | null {
  return SEQUENCE.test(id) && Number(id) > 0 ? Number(id) : null;
}

/** One page of letters, newest first. */
export async function walkLetters(link: Link, query: LetterQuery): Promise<LetterPage> {
  const { first, last } = await rangeOf(link, query);
  const least = Math.max(first, last - MOST_READ + 1);
  const letters: KeptLetter[] = [];
  let bytes = 0;
  let next = last;
  while (next >= least && letters.length < query.limit && bytes < MOST_BYTES) {
    for (const message of await readBack(link, next, Math.max(least, next - READ_AT_ONCE + 1))) {
      if (letters.length === query.limit) break;
      next -= 1;
      const letter = message && wantedIn(link, message, query);
      if (letter) letters.push(letter);
      bytes += letter?.body.byteLength ?? 0;
    }
  }
  return { letters, next: next >= first ? String(next + 1) : null };
}

/** The message of each sequence, downwards; null where it was dropped. */
function readBack({ api, names }: Link, from: number, to: number): Promise<(StoredMessage | null)[]> {
  const sequences = Array.from({ length: from - to + 1 }, (_, back) => from - back);
  return Promise.all(sequences.map((seq) => api.leaderRead(names.dead, { seq })));
}

function wantedIn({ names }: Link, message: StoredMessage, { queue, reason }: LetterQuery): KeptLetter | null {
  const of = names.deadQueue(message.subject);
  if (of === null || (queue !== null && of !== queue)) return null;
  const letter = letterIn(of, message);
  return reason === null || letter.reason === reason ? letter : null;
}

async function rangeOf(link: Link, { queue, before }: LetterQuery): Promise<Range> {
  const limit = before === null ? Number.POSITIVE_INFINITY : sequenceOf(before);
  if (limit === null) return NOTHING;
  const { first, last } = queue === null ? await wholeRange(link) : await queueRange(link, queue);
  return { first, last: Math.min(last, limit - 1) };
}

async function wholeRange({ api, names, config }: Link): Promise<Range> {
  const info = await api.streamInfo(names.dead);
  if (info === null) throw streamGone(names.dead, config.servers.address);
  const state = fieldsAt(info, "state");
  return { first: Math.max(1, numberAt(state, "first_seq")), last: numberAt(state, "last_seq") };
}

async function queueRange({ api, names }: Link, queue: string): Promise<Range> {
  const subject = names.deadSubject(queue);
  const [oldest, newest] = await Promise.all([
    api.leaderRead(names.dead, { seq: 1, next_by_subj: subject }),
    api.leaderRead(names.dead, { last_by_subj: subject }),
  ]);
  return oldest && newest ? { first: oldest.sequence, last: newest.sequence } : NOTHING;
}

// Acknowledges what a consumer waits for and its stream does not have any more. A crash of the broker can take the state of a
// consumer further back than that of the stream: it then delivers such messages again and again, finds nothing, counts them as
// unsettled, and its floor stands still before the first of them.
//
// What is gone cannot be worked on, so that acknowledging it does no harm; what is there is left alone.

import type { Link } from "../connection/link.ts";
import { ackPrefix } from "../wire/ack-subject.ts";
import { type Fields, fieldsAt, numberAt, textAt } from "../wire/fields.ts";

/** Which consumer it is. */
interface Consumer {
  readonly stream: string;
  readonly name: string;
}

/** With so many unsettled tasks the consumer is busy, and is looked at another time. */
const MOST_UNSETTLED = 1_000;
const MOST_PROBES = 10_000;
const BATCH = 100;

/** How far a consumer has come. */
interface Progress {
  readonly floor: number;
  readonly delivered: number;
  readonly unsettled: number;
}

/**
 * Looks through what a consumer has delivered, from its floor on.
 *
 * @param info - State of the consumer, as the broker tells it.
 * @returns whether anything was acknowledged.
 */
export async function acknowledgeGone(link: Link, info: Fields): Promise<boolean> {
  const consumer = { stream: textAt(info, "stream_name"), name: textAt(info, "name") };
  const filter = textAt(fieldsAt(info, "config"), "filter_subject");
  if (!(await waitsForMore(link, consumer.stream, filter, progressOf(info)))) return false;
  let found = false;
  let next = 1;
  for (let probes = 0; probes < MOST_PROBES; probes += BATCH) {
    const { floor, delivered, unsettled } = await progress(link, consumer);
    next = Math.max(next, floor + 1);
    if (unsettled === 0 || next > delivered) break;
    const end = Math.min(next + BATCH, delivered + 1);
    const gone = await missing(link, consumer.stream, next, end);
    await acknowledge(link, consumer, gone);
    found ||= gone.length > 0;
    next = end;
  }
  return found;
}

// Whether more is unsettled than there are messages that could be. What is settled meanwhile makes it look so: no harm.
async function waitsForMore({ api }: Link, stream: string, filter: string, progress: Progress): Promise<boolean> {
  const { floor, delivered, unsettled } = progress;
  if (unsettled === 0 || unsettled > MOST_UNSETTLED) return false;
  let there = 0;
  for (let next = floor + 1; next <= delivered && there < unsettled; there++) {
    const message = await api.leaderRead(stream, { seq: next, next_by_subj: filter });
    if (message === null || message.sequence > delivered) return true;
    next = message.sequence + 1;
  }
  return there < unsettled;
}

async function missing({ api }: Link, stream: string, from: number, end: number): Promise<readonly number[]> {
  const sequences = Array.from({ length: end - from }, (_, i) => from + i);
  const messages = await Promise.all(sequences.map((seq) => api.leaderRead(stream, { seq })));
  return sequences.filter((_, i) => messages[i] === null);
}

async function acknowledge(
  { publisher }: Link,
  { stream, name }: Consumer,
  sequences: readonly number[],
): Promise<void> {
  const prefix = ackPrefix(stream, name);
  await Promise.all(sequences.map((sequence) => publisher.request(`${prefix}1.${sequence}.1.0.0`)));
}

async function progress({ api }: Link, { stream, name }: Consumer): Promise<Progress> {
  return progressOf((await api.consumerInfo(stream, name)) ?? {});
}

function progressOf(info: Fields): Progress {
  return {
    floor: numberAt(fieldsAt(info, "ack_floor"), "stream_seq"),
    delivered: numberAt(fieldsAt(info, "delivered"), "stream_seq"),
    unsettled: numberAt(info, "num_ack_pending"),
  };
}

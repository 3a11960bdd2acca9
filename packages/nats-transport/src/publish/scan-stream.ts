// Reads through a stream without a consumer: the broker finds the next message from a sequence on, so the range of sequences is walked
// in several lanes at once. How much is read is limited.

import { fieldsAt, numberAt } from "../wire/fields.ts";
import type { JetStreamApi, StoredMessage } from "./jetstream-api.ts";

const LANES = 32;
const MOST_BYTES = 64 * 1024 * 1024;

/** What is read. */
export interface Scan {
  readonly stream: string;
  /** Subjects, with wildcards. */
  readonly filter: string;
  /** Most messages to read. */
  readonly most: number;
  /** @returns whether to go on. */
  readonly onMessage: (message: StoredMessage) => boolean;
}

/** Reads the messages that are there now, in no order. @returns whether all were read; null: there is no such stream. */
export async function scanStream(api: JetStreamApi, scan: Scan): Promise<boolean | null> {
  const info = await api.streamInfo(scan.stream);
  if (info === null) return null;
  const state = fieldsAt(info, "state");
  const first = Math.max(1, numberAt(state, "first_seq"));
  const last = numberAt(state, "last_seq");
  const budget = { messages: scan.most, bytes: MOST_BYTES };
  const width = Math.max(1, Math.ceil((last - first + 1) / LANES));
  const lanes: Promise<boolean>[] = [];
  for (let from = first; from <= last; from += width)
    lanes.push(walkLane(api, scan, { from, to: Math.min(last, from + width - 1), budget }));
  return (await Promise.all(lanes)).every((isWhole) => isWhole);
}

interface Lane {
  readonly from: number;
  readonly to: number;
  /** What all lanes together may still read. */
  readonly budget: { messages: number; bytes: number };
}

async function walkLane(api: JetStreamApi, scan: Scan, { from, to, budget }: Lane): Promise<boolean> {
  for (let seq = from; seq <= to; ) {
    if (budget.messages <= 0 || budget.bytes <= 0) return false;
    budget.messages -= 1; // before the others ask
    const message = await api.leaderRead(scan.stream, { seq, next_by_subj: scan.filter });
    if (message === null || message.sequence > to) {
      budget.messages += 1;
      return true;
    }
    budget.bytes -= message.body.byteLength;
    if (!scan.onMessage(message)) return false;
    seq = message.sequence + 1;
  }
  return true;
}

// Dead letters on a stream of their own: the reason in headers, the message as it was in the body, cut when too large.

import { type DeadLetter, type DeadLetters } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import type { StoredMessage } from "./publish/jetstream-api.ts";
import { encodeHeaders, type HeaderBlock, headerValue } from "./wire/header-block.ts";
import { HEADER } from "./wire/names.ts";
import { PubAckReader } from "./wire/pub-ack.ts";

const LONGEST_REASON = 100;
const LONGEST_DETAIL = 2000;
const LONGEST_CONTENT_TYPE = 200;
const READ_AT_ONCE = 128;
const MOST_READ = 10_000;

/** See the top of the file. */
export class JetStreamDeadLetters implements DeadLetters {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  async put(letter: DeadLetter, key: string | null): Promise<void> {
    const { names, publisher, connection } = this.#link;
    const block = headersOf(names.dead, letter, key === null ? null : names.messageId(letter.queue, key));
    const body = letter.body.subarray(0, Math.max(0, connection.maxPayload - block.length));
    await publisher.publish(
      { subject: names.deadSubject(letter.queue), body, block },
      { reader: new PubAckReader(names.dead), what: "dead letter", value: () => undefined },
    );
  }

  /** Walks back from the queue's newest letter. Other queues' letters lie between: the walk is limited, too. */
  async newest(queue: string, limit: number): Promise<DeadLetter[]> {
    const { names, api } = this.#link;
    const subject = names.deadSubject(queue);
    const last = await api.leaderRead(names.dead, { last_by_subj: subject });
    if (last === null || limit <= 0) return [];
    const letters = [asLetter(queue, last)];
    for (let next = last.sequence - 1; next > 0 && letters.length < limit; next -= READ_AT_ONCE) {
      if (last.sequence - next > MOST_READ) break;
      const found = await this.#readBack(next);
      for (const message of found) {
        if (message?.subject === subject && letters.length < limit) letters.push(asLetter(queue, message));
      }
      if (found.every((message) => message === null)) break; // before the oldest
    }
    return letters;
  }

  #readBack(from: number): Promise<(StoredMessage | null)[]> {
    const { names, api } = this.#link;
    const sequences = Array.from({ length: Math.min(READ_AT_ONCE, from) }, (_, back) => from - back);
    return Promise.all(sequences.map((seq) => api.leaderRead(names.dead, { seq })));
  }
}

function headersOf(stream: string, letter: DeadLetter, messageId: string | null): HeaderBlock {
  const lines: [string, string][] = [
    [HEADER.expectedStream, stream],
    [HEADER.reason, escaped(letter.reason, LONGEST_REASON)],
    [HEADER.detail, escaped(letter.detail, LONGEST_DETAIL)],
  ];
  if (messageId !== null) lines.push([HEADER.messageId, messageId]);
  if (letter.contentType !== null) lines.push([HEADER.contentType, escaped(letter.contentType, LONGEST_CONTENT_TYPE)]);
  return encodeHeaders(lines);
}

function asLetter(queue: string, message: StoredMessage): DeadLetter {
  const text = (name: string): string | null => {
    const value = headerValue(message.headers, name);
    return value === null ? null : unescaped(value);
  };
  return {
    queue,
    reason: text(HEADER.reason) ?? "",
    detail: text(HEADER.detail) ?? "",
    contentType: text(HEADER.contentType),
    body: message.body,
  };
}

/** Cut by characters, lest an escape be cut in two; lone surrogates cannot be escaped and are replaced. */
function escaped(text: string, longest: number): string {
  return encodeURIComponent(Buffer.from(text.slice(0, longest)).toString());
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // written by somebody else
  }
}

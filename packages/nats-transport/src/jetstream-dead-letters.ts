// Dead letters on a stream of their own. The broker drops the oldest when they are too many, and each by its age.

import type { DeadLetter, DeadLetters, KeptLetter, LetterPage, LetterQuery } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import { letterHeaders, letterIn } from "./letters/letter-headers.ts";
import { sequenceOf, walkLetters } from "./letters/walk-letters.ts";
import { fieldsAt, numberAt } from "./wire/fields.ts";
import { streamGone } from "./wire/nats-errors.ts";
import { PubAckReader } from "./wire/pub-ack.ts";

/** See the top of the file. */
export class JetStreamDeadLetters implements DeadLetters {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  async put(letter: DeadLetter, key: string | null): Promise<void> {
    const { names, publisher, connection } = this.#link;
    const block = letterHeaders(names.dead, letter, key === null ? null : names.messageId(letter.queue, key));
    const body = letter.body.subarray(0, Math.max(0, connection.maxPayload - block.length));
    await publisher.publish(
      { subject: names.deadSubject(letter.queue), body, block },
      { reader: new PubAckReader(names.dead), what: "dead letter", value: () => undefined },
    );
  }

  async list(query: LetterQuery): Promise<LetterPage> {
    return walkLetters(this.#link, query);
  }

  async get(id: string): Promise<KeptLetter | null> {
    const { api, names } = this.#link;
    const seq = sequenceOf(id);
    const message = seq === null ? null : await api.leaderRead(names.dead, { seq });
    const queue = message && names.deadQueue(message.subject);
    return message === null || queue === null ? null : letterIn(queue, message);
  }

  async drop(id: string): Promise<boolean> {
    const { api, names } = this.#link;
    const sequence = sequenceOf(id);
    return sequence !== null && api.erase(names.dead, sequence);
  }

  async count(queue: string | null): Promise<number> {
    const { api, names, config } = this.#link;
    const subject = queue === null ? null : names.deadSubject(queue);
    const info = await api.streamInfo(names.dead, subject === null ? undefined : { subjects_filter: subject });
    if (info === null) throw streamGone(names.dead, config.servers.address);
    const state = fieldsAt(info, "state");
    return subject === null ? numberAt(state, "messages") : numberAt(fieldsAt(state, "subjects"), subject);
  }
}

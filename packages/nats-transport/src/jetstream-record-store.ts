// Records on the stream of results, one message per record. Create-only is the one conditional write that is right on
// one server and on three (M16, M17); it carries no message id, since only the subject decides.

import type { RecordKey, RecordStore } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import type { AckedBy } from "./publish/pending.ts";
import { encodeHeaders, type HeaderBlock } from "./wire/header-block.ts";
import { HEADER } from "./wire/names.ts";
import { PubAckReader, type Verdict } from "./wire/pub-ack.ts";

/** What all records of a namespace have in common; made once, because every task writes one. */
interface Prepared {
  readonly stream: string;
  readonly createOnly: HeaderBlock;
  readonly plain: HeaderBlock;
  readonly created: AckedBy<"created" | "exists">;
  readonly replaced: AckedBy<void>;
}

/** See the top of the file. */
export class JetStreamRecordStore implements RecordStore {
  readonly #link: Link;
  #prepared: Prepared | null = null;

  constructor(link: Link) {
    this.#link = link;
  }

  create(key: RecordKey, body: Uint8Array): Promise<"created" | "exists"> {
    try {
      const { createOnly, created } = this.#prepare();
      const subject = this.#link.names.recordSubject(key);
      return this.#link.publisher.publish({ subject, body, block: createOnly }, created);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async replace(key: RecordKey, body: Uint8Array): Promise<void> {
    const { plain, replaced } = this.#prepare();
    await this.#link.publisher.publish({ subject: this.#link.names.recordSubject(key), body, block: plain }, replaced);
  }

  async read(key: RecordKey): Promise<Uint8Array | null> {
    const subject = this.#link.names.recordSubject(key);
    const message = await this.#link.api.leaderRead(this.#prepare().stream, { last_by_subj: subject });
    return message === null ? null : message.body;
  }

  async glance(key: RecordKey): Promise<Uint8Array | null> {
    return this.#link.api.directRead(this.#prepare().stream, this.#link.names.recordSubject(key));
  }

  #prepare(): Prepared {
    const stream = this.#link.names.results;
    if (this.#prepared?.stream !== stream) this.#prepared = prepare(stream);
    return this.#prepared;
  }
}

function prepare(stream: string): Prepared {
  const reader = new PubAckReader(stream);
  const expectedStream = [HEADER.expectedStream, stream] as const;
  return {
    stream,
    createOnly: encodeHeaders([expectedStream, [HEADER.expectedLastSubjectSequence, "0"]]),
    plain: encodeHeaders([expectedStream]),
    created: { reader, what: "the task's record (its result or state)", value: created },
    replaced: { reader, what: "the task's record (its result or state)", value: nothing },
  };
}

function created(verdict: Verdict): "created" | "exists" {
  return verdict === "stored" ? "created" : "exists";
}

function nothing(): void {}

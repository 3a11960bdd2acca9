// Paused queues in a bucket whose entries stay until they are erased, one message per queue.

import type { QueuePauses, StoredPause } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import type { AckedBy } from "./publish/pending.ts";
import { fieldsAt, numberAt } from "./wire/fields.ts";
import { encodeHeaders } from "./wire/header-block.ts";
import { HEADER } from "./wire/names.ts";
import { streamGone } from "./wire/nats-errors.ts";
import { PubAckReader } from "./wire/pub-ack.ts";

/** See the top of the file. */
export class KvQueuePauses implements QueuePauses {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  async create(queue: string, body: Uint8Array): Promise<"created" | "exists"> {
    const { names, publisher } = this.#link;
    const block = encodeHeaders([
      [HEADER.expectedStream, names.pauses],
      [HEADER.expectedLastSubjectSequence, "0"],
    ]);
    const stored: AckedBy<"created" | "exists"> = {
      reader: new PubAckReader(names.pauses),
      what: "pause of a queue",
      value: (verdict) => (verdict === "stored" ? "created" : "exists"),
    };
    return publisher.publish({ subject: names.pauseSubject(queue), body, block }, stored);
  }

  async remove(queue: string): Promise<boolean> {
    const { api, names } = this.#link;
    const entry = await api.leaderRead(names.pauses, { last_by_subj: names.pauseSubject(queue) });
    return entry !== null && api.erase(names.pauses, entry.sequence);
  }

  async list(): Promise<readonly StoredPause[]> {
    const { api, names } = this.#link;
    // Nothing is paused nearly always: that is one question.
    const subjects = await this.#subjects();
    const entries = await Promise.all(
      subjects.map((subject) => api.leaderRead(names.pauses, { last_by_subj: subject })),
    );
    return entries.flatMap((entry) => {
      const queue = entry && names.pausedQueue(entry.subject);
      return entry && queue ? [{ queue, body: entry.body }] : [];
    });
  }

  // The broker lists subjects in pages of 100,000.
  async #subjects(): Promise<string[]> {
    const { api, names, config } = this.#link;
    const found: string[] = [];
    for (;;) {
      const info = await api.streamInfo(names.pauses, { subjects_filter: names.allPauses(), offset: found.length });
      if (info === null) throw streamGone(names.pauses, config.servers.address);
      const page = Object.keys(fieldsAt(fieldsAt(info, "state"), "subjects"));
      found.push(...page);
      if (page.length === 0 || found.length >= numberAt(info, "total")) return found;
    }
  }
}

// Leases in a bucket whose entries the broker drops after `leaseMs`: who holds one keeps it by writing it again. Nothing is
// decided by a lease (R6): two holders for a moment are harmless.

import type { Leases } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import { encodeHeaders } from "./wire/header-block.ts";
import { HEADER } from "./wire/names.ts";
import { PubAckReader } from "./wire/pub-ack.ts";

/** The entry was not as it was expected to be. */
const OTHERWISE = 0;
/** Whose a lease is that was only taken: no holder has this name. */
const NOBODY = "";

/** See the top of the file. */
export class KvLeases implements Leases {
  readonly leaseMs: number;
  readonly #link: Link;
  /** Where our last write of each lease is, to renew without reading. Holds what this process holds, no more. */
  readonly #mine = new Map<string, number>();

  constructor(link: Link) {
    this.#link = link;
    this.leaseMs = link.config.leaseMs;
  }

  async hold(name: string, holder: string): Promise<boolean> {
    const known = this.#mine.get(mapKey(name, holder));
    const renewed = known !== undefined && (await this.#write(name, holder, known));
    return renewed || (await this.#write(name, holder, 0)) || this.#renewAfterReading(name, holder);
  }

  async take(name: string): Promise<boolean> {
    return (await this.#store(name, NOBODY, 0)) !== OTHERWISE;
  }

  async release(name: string, holder: string): Promise<void> {
    this.#mine.delete(mapKey(name, holder));
    const { api, names } = this.#link;
    const entry = await api.leaderRead(names.leases, { last_by_subj: names.leaseSubject(name) });
    if (entry !== null && Buffer.from(entry.body).toString() === holder) await api.erase(names.leases, entry.sequence);
  }

  async #renewAfterReading(name: string, holder: string): Promise<boolean> {
    const { api, names } = this.#link;
    const entry = await api.leaderRead(names.leases, { last_by_subj: names.leaseSubject(name) });
    if (entry === null) return this.#write(name, holder, 0); // ended in this moment
    if (Buffer.from(entry.body).toString() !== holder) return false;
    return this.#write(name, holder, entry.sequence);
  }

  /** Writes the entry if the last one has that sequence; 0: if there is none. */
  async #write(name: string, holder: string, after: number): Promise<boolean> {
    const sequence = await this.#store(name, holder, after);
    if (sequence === OTHERWISE) this.#mine.delete(mapKey(name, holder));
    else this.#mine.set(mapKey(name, holder), sequence);
    return sequence !== OTHERWISE;
  }

  #store(name: string, holder: string, after: number): Promise<number> {
    const { names, publisher } = this.#link;
    const block = encodeHeaders([
      [HEADER.expectedStream, names.leases],
      [HEADER.expectedLastSubjectSequence, String(after)],
    ]);
    return publisher.publish(
      { subject: names.leaseSubject(name), body: Buffer.from(holder), block },
      {
        reader: new PubAckReader(names.leases),
        what: "lease",
        value: (verdict, stored) => (verdict === "stored" ? stored : OTHERWISE),
      },
    );
  }
}

function mapKey(name: string, holder: string): string {
  return `${name}\n${holder}`;
}

// Epochs of shards: a record for each time that a shard was taken, which only one process can write. The highest says who
// has it now.
//
// The highest is the highest number, not the last that was stored: a claimant that stood still for long may store an old
// number again, after its record was erased. It notices, and gives up.

import type { Link } from "../connection/link.ts";
import { fieldsAt } from "../wire/fields.ts";
import { encodeHeaders } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { reasonOf, streamGone } from "../wire/nats-errors.ts";
import { PubAckReader } from "../wire/pub-ack.ts";

const NOTHING = new Uint8Array(0);

/** See the top of the file. */
export class Epochs {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Claims the next epoch of a shard; null when another process claims it, or a later one, at the same time. */
  async claim(shard: number): Promise<number | null> {
    const epoch = highestOf(await this.#list(shard)) + 1;
    if (!(await this.#create(shard, epoch))) return null;
    return (await this.isHighest(shard, epoch)) ? epoch : null;
  }

  /** Whether nobody has claimed a later epoch. */
  async isHighest(shard: number, epoch: number): Promise<boolean> {
    return highestOf(await this.#list(shard)) === epoch;
  }

  /** Erases the records before the last but one. What is left over is erased by the next that takes the shard. */
  async eraseOld(shard: number, epoch: number): Promise<void> {
    const { api, names, logger } = this.#link;
    try {
      for (const old of (await this.#list(shard)).filter((number) => number < epoch - 1)) {
        const record = await api.leaderRead(names.epochs, { last_by_subj: names.epochSubject(shard, old) });
        if (record !== null) await api.erase(names.epochs, record.sequence);
      }
    } catch (error) {
      logger.debug({ shard, reason: reasonOf(error) }, "old epochs of a shard could not be erased");
    }
  }

  async #list(shard: number): Promise<number[]> {
    const { api, names, config } = this.#link;
    const info = await api.streamInfo(names.epochs, { subjects_filter: names.epochFilter(shard) });
    if (info === null) throw streamGone(names.epochs, config.servers.address);
    const subjects = Object.keys(fieldsAt(fieldsAt(info, "state"), "subjects"));
    return subjects.map((subject) => Number(subject.slice(subject.lastIndexOf(".") + 1))).filter(Number.isSafeInteger);
  }

  async #create(shard: number, epoch: number): Promise<boolean> {
    const { names, publisher } = this.#link;
    const block = encodeHeaders([
      [HEADER.expectedStream, names.epochs],
      [HEADER.expectedLastSubjectSequence, "0"],
    ]);
    return publisher.publish(
      { subject: names.epochSubject(shard, epoch), body: NOTHING, block },
      {
        reader: new PubAckReader(names.epochs),
        what: "epoch of a shard",
        value: (verdict) => verdict === "stored",
      },
    );
  }
}

function highestOf(epochs: readonly number[]): number {
  return Math.max(0, ...epochs);
}

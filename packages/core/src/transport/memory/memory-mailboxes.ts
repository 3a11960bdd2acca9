// Mailboxes of the in-process broker: a log per shard, and the limits of all of them together.

import { BrokerRefusedError, PayloadTooLargeError, QueueFullError } from "../../model/errors.ts";
import { shown } from "../../model/names.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Mailboxes, MailSearch, OutgoingMail, Shard, ShardOwner } from "../mailboxes.ts";
import { MOST_FOUND } from "../task-queue.ts";
import { copyBytes } from "./copy-bytes.ts";
import { MailLog, type MailStore } from "./mail-log.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import type { MemoryLimits } from "./memory-options.ts";

const MOST_SHARDS = 256;
const MOST_PER_SHARD = 400_000;
/** Plans find so much of the room only, so that what is open can still be completed. */
const SHARE_OF_PLANS = 0.5;

/** Messages until they are settled, as long as the process lives. */
export class MemoryMailboxes implements Mailboxes, MailStore {
  readonly shards: number;
  readonly #connection: MemoryConnection;
  readonly #limits: MemoryLimits;
  readonly #clock: Clock;
  readonly #logs = new Map<number, MailLog>();
  #lastSeq = 0;
  #bytes = 0;

  constructor(connection: MemoryConnection, limits: MemoryLimits, clock: Clock) {
    this.#connection = connection;
    this.shards = limits.shards;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Sequence of the last message of all logs. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  async send(mail: OutgoingMail): Promise<"stored" | "exists"> {
    this.#connection.check("send");
    const log = this.#log(mail.actor.shard);
    if (mail.kind === "plan" && log.hasPlan(mail.actor.id)) return "exists";
    this.#makeRoom(log, mail);
    this.#lastSeq += 1;
    log.add(mail, this.#lastSeq, this.#clock.now());
    return "stored";
  }

  async search(text: string, most: number): Promise<MailSearch> {
    this.#connection.check("search");
    const found: MailSearch["found"][number][] = [];
    let looked = 0;
    for (const log of this.#logs.values()) {
      for (const { actor, kind, body } of log.all()) {
        if (looked === most || found.length === MOST_FOUND) return { found, complete: false };
        looked += 1;
        if (Buffer.from(body).includes(text, 0, "utf8"))
          found.push({ actor: { ...actor }, kind, body: copyBytes(body) });
      }
    }
    return { found, complete: true };
  }

  async take(shard: number, owner: ShardOwner): Promise<Shard> {
    this.#connection.check("take");
    return this.#log(shard).handTo(owner);
  }

  /** Ends all ownership; what is stored stays. */
  close(): void {
    for (const log of this.#logs.values()) log.loseOwner("the transport was closed");
  }

  removed(bytes: number): void {
    this.#bytes -= bytes;
  }

  #makeRoom(log: MailLog, { kind, actor, body }: OutgoingMail): void {
    const { maxMessageBytes, maxStoredBytes } = this.#limits;
    const bytes = body.byteLength;
    if (bytes > maxMessageBytes) {
      throw new PayloadTooLargeError(`${kind} of actor ${shown(actor.id)}`, bytes, maxMessageBytes);
    }
    const share = kind === "plan" ? SHARE_OF_PLANS : 1;
    if (log.size >= MOST_PER_SHARD * share || this.#bytes + bytes > maxStoredBytes * share) {
      throw new QueueFullError(
        `the mailboxes of the memory transport are full for a ${kind}: ${log.size} messages in shard ${log.shard}, ` +
          `${this.#bytes} bytes in all; wait until some groups have ended, or raise maxStoredBytes`,
      );
    }
    this.#bytes += bytes;
  }

  #log(shard: number): MailLog {
    const found = this.#logs.get(shard);
    if (found !== undefined) return found;
    if (!Number.isInteger(shard) || shard < 0 || shard >= MOST_SHARDS) {
      throw new BrokerRefusedError(`there is no shard ${shard}; shards are numbered from 0 to ${MOST_SHARDS - 1}`);
    }
    const log = new MailLog(shard, this);
    this.#logs.set(shard, log);
    return log;
  }
}

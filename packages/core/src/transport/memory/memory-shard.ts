// A shard of the in-process broker in the hands of its owner. Messages are handed over in turns of their own, so that whoever
// sends or takes is never called back from within; a turn hands over a bounded batch.

import { ClosedError } from "../../model/errors.ts";
import type { ActorAddress } from "../../model/flow.ts";
import type { Mail, Shard, ShardOwner } from "../mailboxes.ts";
import { copyBytes } from "./copy-bytes.ts";

const BATCH = 256;

/** A stored message. What its owner is given besides depends on when the shard was taken. */
export type StoredMail = Omit<Mail, "replayed">;

/** What an owner needs of the log. */
export interface OwnedLog {
  readonly shard: number;
  hasPlan(actorId: string): boolean;
  find(seq: number): StoredMail | null;
  remove(seq: number): void;
  /** The owner has given it up. */
  released(by: MemoryShard): void;
}

/** The log as it was when the shard was taken. */
export interface TakenLog {
  readonly mails: ReadonlyMap<number, StoredMail>;
  /** Messages up to this one count as replayed. */
  readonly lastSeq: number;
}

/** Settles nothing any more once it is lost or released. */
export class MemoryShard implements Shard {
  readonly shard: number;
  readonly #log: OwnedLog;
  readonly #owner: ShardOwner;
  readonly #lastReplayed: number;
  /** Not handed over yet, in order. Bounded by the log. */
  readonly #due: Map<number, StoredMail>;
  #isOpen = true;
  #isReleased = false;
  #pumpDue = false;

  constructor(log: OwnedLog, owner: ShardOwner, taken: TakenLog) {
    this.shard = log.shard;
    this.#log = log;
    this.#owner = owner;
    this.#lastReplayed = taken.lastSeq;
    this.#due = new Map(taken.mails);
    this.#wakePump();
  }

  async hasPlan(actor: ActorAddress): Promise<boolean> {
    this.#check("hasPlan");
    return this.#log.hasPlan(actor.id);
  }

  async read(seq: number): Promise<Uint8Array | null> {
    this.#check("read");
    const mail = this.#log.find(seq);
    return mail === null ? null : copyBytes(mail.body);
  }

  async erase(seq: number): Promise<void> {
    this.#check("erase");
    this.#remove(seq);
  }

  ack(mail: Mail): void {
    if (this.#isOpen) this.#remove(mail.seq);
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    this.#end();
    this.#log.released(this);
  }

  /** A message was stored. */
  add(mail: StoredMail): void {
    this.#due.set(mail.seq, mail);
    this.#wakePump();
  }

  /** The shard is another's now, or nobody's. */
  lose(reason: string): void {
    this.#end();
    setImmediate(() => {
      if (!this.#isReleased) this.#owner.onLost(reason);
    });
  }

  #end(): void {
    this.#isOpen = false;
    this.#due.clear();
  }

  #remove(seq: number): void {
    this.#due.delete(seq);
    this.#log.remove(seq);
  }

  #check(operation: string): void {
    if (this.#isOpen) return;
    throw new ClosedError(`${operation}: shard ${this.shard} is not this process's any more; take it again`);
  }

  #wakePump(): void {
    if (this.#pumpDue || this.#due.size === 0) return;
    this.#pumpDue = true;
    setImmediate(this.#pump);
  }

  readonly #pump = (): void => {
    this.#pumpDue = false;
    let room = BATCH;
    for (const [seq, mail] of this.#due) {
      if (room === 0) break;
      room -= 1;
      this.#due.delete(seq);
      this.#owner.onMail({ ...mail, replayed: seq <= this.#lastReplayed, body: copyBytes(mail.body) });
    }
    this.#wakePump();
  };
}

// The log of one shard of the in-process broker: what is stored, and who owns it.

import type { OutgoingMail, ShardOwner } from "../mailboxes.ts";
import { copyBytes } from "./copy-bytes.ts";
import { MemoryShard, type OwnedLog, type StoredMail } from "./memory-shard.ts";

/** What a log needs of the mailboxes that it belongs to. */
export interface MailStore {
  /** Sequence of the last message of all logs. */
  readonly lastSeq: number;
  /** So many bytes left the store. */
  removed(bytes: number): void;
}

/** Messages in the order in which they came, until they are settled. */
export class MailLog implements OwnedLog {
  readonly shard: number;
  readonly #store: MailStore;
  readonly #mails = new Map<number, StoredMail>();
  /** Sequence of each actor's plan. */
  readonly #plans = new Map<string, number>();
  #owner: MemoryShard | null = null;

  constructor(shard: number, store: MailStore) {
    this.shard = shard;
    this.#store = store;
  }

  get size(): number {
    return this.#mails.size;
  }

  hasPlan(actorId: string): boolean {
    return this.#plans.has(actorId);
  }

  find(seq: number): StoredMail | null {
    return this.#mails.get(seq) ?? null;
  }

  /** All that is stored, in order. */
  all(): Iterable<StoredMail> {
    return this.#mails.values();
  }

  add({ actor, kind, repeat, body }: OutgoingMail, seq: number, at: number): void {
    const mail = { actor: { ...actor }, kind, repeat, seq, at, body: copyBytes(body) };
    this.#mails.set(seq, mail);
    if (kind === "plan") this.#plans.set(actor.id, seq);
    this.#owner?.add(mail);
  }

  remove(seq: number): void {
    const mail = this.#mails.get(seq);
    if (mail === undefined) return;
    this.#mails.delete(seq);
    if (mail.kind === "plan") this.#plans.delete(mail.actor.id);
    this.#store.removed(mail.body.byteLength);
  }

  /** Gives the shard to an owner, who is given the whole log. */
  handTo(owner: ShardOwner): MemoryShard {
    this.loseOwner("the shard was taken again");
    this.#owner = new MemoryShard(this, owner, { mails: this.#mails, lastSeq: this.#store.lastSeq });
    return this.#owner;
  }

  /** The owner has given it up. */
  released(by: MemoryShard): void {
    if (this.#owner === by) this.#owner = null;
  }

  /** Takes the shard from its owner, if it has one. */
  loseOwner(reason: string): void {
    this.#owner?.lose(reason);
    this.#owner = null;
  }
}

// Mailboxes whose log a test can look into, that notes every settling, and that lose a shard when a test says so.

import { ClosedError } from "../../src/model/errors.ts";
import type { Mail, Mailboxes, MailSearch, OutgoingMail, Shard, ShardOwner } from "../../src/transport/mailboxes.ts";

type Stored = Omit<Mail, "replayed">;

/** What a test can do between an operation and its answer: `erase 1`, `ack 2`, `hasPlan chord`, `read 3`. */
type OnStep = (step: string) => Promise<void> | void;

/** In-memory logs. */
export class FakeMailboxes implements Mailboxes {
  shards = 4;
  /** What is in the logs, by sequence. */
  readonly log = new Map<number, Stored>();
  readonly owners = new Map<number, FakeShard>();
  /** How often each shard was taken. */
  readonly taken = new Map<number, number>();
  /** What the next takings answer with instead. */
  readonly refusals: (Error | null)[] = [];
  /** Called when an operation is carried out, before it is answered. */
  onStep: OnStep = () => {};
  readonly #now: () => number;
  #lastSeq = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async send({ actor, kind, repeat, body }: OutgoingMail): Promise<"stored" | "exists"> {
    if (kind === "plan" && this.holdsPlan(actor.id)) return "exists";
    this.#lastSeq += 1;
    const mail = { actor, kind, repeat, body, seq: this.#lastSeq, at: this.#now() };
    this.log.set(mail.seq, mail);
    this.owners.get(actor.shard)?.deliver({ ...mail, replayed: false });
    return "stored";
  }

  async search(): Promise<MailSearch> {
    return { found: [], complete: true };
  }

  async take(shard: number, owner: ShardOwner): Promise<Shard | null> {
    const refusal = this.refusals.shift();
    if (refusal instanceof Error) throw refusal;
    if (refusal === null) return null;
    this.lose(shard, "another process took the shard");
    this.taken.set(shard, (this.taken.get(shard) ?? 0) + 1);
    const taken = new FakeShard(shard, owner, this);
    this.owners.set(shard, taken);
    const replayed = [...this.log.values()].filter((mail) => mail.actor.shard === shard);
    for (const mail of replayed) taken.deliver({ ...mail, replayed: true });
    return taken;
  }

  /** Takes a shard from its owner. */
  lose(shard: number, reason: string): void {
    const owned = this.owners.get(shard);
    this.owners.delete(shard);
    owned?.lose(reason);
  }

  /** Kinds of what is in the logs. */
  get kinds(): string[] {
    return [...this.log.values()].map(({ kind }) => kind);
  }

  holdsPlan(actorId: string): boolean {
    return [...this.log.values()].some(({ kind, actor }) => kind === "plan" && actor.id === actorId);
  }
}

/** A shard that was taken. */
export class FakeShard implements Shard {
  readonly shard: number;
  readonly #owner: ShardOwner;
  readonly #from: FakeMailboxes;
  #isOpen = true;

  constructor(shard: number, owner: ShardOwner, from: FakeMailboxes) {
    this.shard = shard;
    this.#owner = owner;
    this.#from = from;
  }

  deliver(mail: Mail): void {
    setImmediate(() => {
      if (this.#isOpen && this.#from.log.has(mail.seq)) this.#owner.onMail(mail);
    });
  }

  lose(reason: string): void {
    this.#isOpen = false;
    setImmediate(() => this.#owner.onLost(reason));
  }

  async hasPlan({ id }: { readonly id: string }): Promise<boolean> {
    await this.#step(`hasPlan ${id}`);
    return this.#from.holdsPlan(id);
  }

  async read(seq: number): Promise<Uint8Array | null> {
    await this.#step(`read ${seq}`);
    return this.#from.log.get(seq)?.body ?? null;
  }

  async erase(seq: number): Promise<void> {
    this.#check();
    this.#from.log.delete(seq);
    await this.#step(`erase ${seq}`);
  }

  ack({ seq }: Mail): void {
    if (!this.#isOpen) return;
    this.#from.log.delete(seq);
    void this.#from.onStep(`ack ${seq}`);
  }

  async release(): Promise<void> {
    this.#isOpen = false;
    if (this.#from.owners.get(this.shard) === this) this.#from.owners.delete(this.shard);
  }

  async #step(name: string): Promise<void> {
    this.#check();
    await this.#from.onStep(name);
  }

  #check(): void {
    if (!this.#isOpen) throw new ClosedError(`shard ${this.shard} is lost`);
  }
}

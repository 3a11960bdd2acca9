// Mailboxes of durable actors: logs of messages, shared out in shards. One process at a time owns a shard; whoever takes it is
// given its whole open log in order, and whoever had it before can neither read nor settle any more (protocol §6).

import type { ActorAddress } from "../model/flow.ts";

/** What kind of message: the mailbox can be asked whether an actor has a plan. */
export type MailKind = "plan" | "seal" | "add" | "c";

/** A message on its way to an actor. */
export interface OutgoingMail {
  readonly actor: ActorAddress;
  readonly kind: MailKind;
  /** Sent again because its sender cannot know whether the first one was stored. */
  readonly repeat: boolean;
  readonly body: Uint8Array;
}

/** A message in the hands of the shard's owner. It stays in the log until it is settled. */
export interface Mail {
  readonly actor: ActorAddress;
  readonly kind: MailKind;
  readonly repeat: boolean;
  /** Place in the log: later messages have higher ones. */
  readonly seq: number;
  /** When the broker stored it, in milliseconds since the epoch. */
  readonly at: number;
  /** It was in the log when the shard was taken. */
  readonly replayed: boolean;
  readonly body: Uint8Array;
}

/** What a search has found. */
export interface MailSearch {
  readonly found: readonly Pick<Mail, "actor" | "kind" | "body">[];
  /** False: there were more messages than were looked at. */
  readonly complete: boolean;
}

/** Stores messages for actors and hands shards to owners. */
export interface Mailboxes {
  /** How many shards new actors are shared out over. */
  readonly shards: number;

  /**
   * Stores a message durably. A plan is stored only if the actor has none (`exists`).
   *
   * @throws {QueueFullError} the shard holds too much for a further plan. Room is kept for what completes accepted ones.
   */
  send(mail: OutgoingMail): Promise<"stored" | "exists">;

  /** Messages in all shards whose bytes contain a text; of them and of `most` is true what is of `TaskQueue.search`. */
  search(text: string, most: number): Promise<MailSearch>;

  /**
   * Takes a shard: fences whoever owned it, then delivers its log from the beginning. Nothing is delivered before the
   * promise has resolved.
   *
   * @returns null when another process takes it at the same time.
   */
  take(shard: number, owner: ShardOwner): Promise<Shard | null>;
}

/** Who owns a shard. The callbacks must not throw. */
export interface ShardOwner {
  /** The next message of the log, in order and without gaps. */
  readonly onMail: (mail: Mail) => void;
  /**
   * The shard is not this process's any more, or a message may have been missed: forget all of it. Called once, at the end,
   * unless the owner has released the shard.
   */
  readonly onLost: (reason: string) => void;
}

/**
 * A shard in this process's hands. Once it is lost or released nothing can be done with it: `ack` does nothing, the others
 * reject with `ClosedError`.
 */
export interface Shard {
  readonly shard: number;
  /** Whether the log holds a plan of this actor, as the broker's leader sees it. */
  hasPlan(actor: ActorAddress): Promise<boolean>;
  /** Reads a message again, whose body was not kept. Null when it is not there any more. */
  read(seq: number): Promise<Uint8Array | null>;
  /** Takes a message out of the log for good; a message that is gone already is no error. */
  erase(seq: number): Promise<void>;
  /** Settles a message. May be undone by a crash of the broker. */
  ack(mail: Mail): void;
  /** Gives the shard up; nothing is settled. Resolves when no message can arrive. */
  release(): Promise<void>;
}

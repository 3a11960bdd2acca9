// Messages in the mailbox of a durable actor. It is open as long as its plan is there (protocol §6).

import type { ActorAddress, Errback, Flow, MemberOutcome, Membership } from "./flow.ts";

/** Opens a barrier: what it waits for and what follows. Stored before any member is sent. */
export interface PlanMessage {
  readonly type: "plan";
  readonly actor: ActorAddress;
  /** Members that are written; null: the seal tells. */
  readonly size: number | null;
  /** As `Barrier.resultId`. */
  readonly resultId: string;
  /** What follows with the list of values. When no step of it has the id `resultId`, the list is stored as that one's value. */
  readonly next: Flow;
  /** As `Barrier.link` and `.linkError`. */
  readonly link: readonly Flow[];
  readonly linkError: readonly Errback[];
  /** The actor that waits for the exit of all this, or null. */
  readonly memberOf: Membership | null;
  readonly rootId: string;
  /** Task from which the group followed, or null. */
  readonly parentId: string | null;
  /** Client that wants outcomes pushed, or null. */
  readonly reply: string | null;
  /** Who sends the members: a client, which may die before the seal, or a settlement, which is repeated. */
  readonly origin: "client" | "settle";
  /** Depth of replacements. */
  readonly nesting: number;
}

/** All members are sent. */
export interface SealMessage {
  readonly type: "seal";
  readonly actor: ActorAddress;
  readonly size: number;
}

/** One more member, added by a running one. */
export interface AddMessage {
  readonly type: "add";
  readonly actor: ActorAddress;
  readonly member: string;
}

/** Members came to their ends: one, or several that did so at about the same time in one worker. */
export interface CompletionMessage {
  readonly type: "c";
  readonly actor: ActorAddress;
  readonly ends: readonly MemberEnd[];
}

/** How a member came out. */
export interface MemberEnd {
  readonly member: number | string;
  readonly taskId: string;
  readonly outcome: MemberOutcome;
}

/** What an actor may find in its mailbox. */
export type ActorMessage = PlanMessage | SealMessage | AddMessage | CompletionMessage;

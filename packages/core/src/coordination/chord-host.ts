// What a chord needs of the shard that it lives in.

import type { AnyActorRef } from "xstate";
import type { PersistHost } from "../client/persist.ts";
import type { Shard } from "../transport/mailboxes.ts";
import type { ChordEffects } from "./chord-effects.ts";
import type { HeldMail } from "./held-mail.ts";

/** A shard in this process's hands, as its chords see it. `abandoned`: it is lost. */
export interface ChordHost extends PersistHost {
  readonly shard: Shard;
  readonly held: HeldMail;
  readonly effects: ChordEffects;
  /** When the shard was taken: broker's time, milliseconds since the epoch. */
  readonly takenAt: number;
  /** Longest life of a chord, in milliseconds. */
  readonly maxAgeMs: number;
  /** Parent of the chords' XState actors. */
  readonly parent: AnyActorRef;
  /** Runs `start` when there is a place: so many chords at most come to their end at the same time. */
  enter(start: () => void): void;
  /** Frees a place. */
  leave(): void;
  /** The log is not what it was taken for: the shard must be taken again. */
  doubt(reason: string): void;
  /** The chord's plan is erased: what comes for it now is settled at once. */
  onClosed(actorId: string): void;
}

// What the messages of one actor say, taken in the order of the log, so that every owner comes to the same: which members there
// are, which are final, who failed first. Values are not looked at.

import type { ActorMessage, MemberEnd } from "../model/actor-message.ts";
import type { Held } from "./held-mail.ts";

/** The outcome of a member, as far as it is counted. */
export interface Completion {
  /** The message that told it, and the place among the ends in it. */
  readonly held: Held;
  readonly place: number;
  readonly failed: boolean;
}

/** What is to be done with a message besides holding it. */
export interface Taken {
  /** It says what earlier ones have said: it is settled at once, so that the log stays one per member. */
  readonly duplicate: boolean;
  /** Messages that tell of members that there are not. */
  readonly misplaced: readonly Misplaced[];
}

/** A message that tells of a member that there is not. */
interface Misplaced {
  readonly held: Held;
  /** It tells of other members too: it stays in the log. */
  readonly counted: boolean;
}

const HELD: Taken = { duplicate: false, misplaced: [] };
const DUPLICATE: Taken = { duplicate: true, misplaced: [] };

/** The members of one actor and their outcomes. */
export class ChordLog {
  readonly #completions = new Map<number | string, Completion>();
  /** Members that were added, in order of adding. */
  readonly #added = new Map<string, Held>();
  #seal: Held | null = null;
  #size: number | null = null;
  #missingAdded = 0;
  #hasFailures = false;
  #written = 0;

  /** Whether all members were sent. */
  get isSealed(): boolean {
    return this.#seal !== null;
  }

  /** Whether all members are final. Never before the number of members is known. */
  get isComplete(): boolean {
    return this.#size !== null && this.#written === this.#size && this.#missingAdded === 0;
  }

  /** Takes the next message. A plan says only how many members there are. */
  take(message: ActorMessage, held: Held): Taken {
    switch (message.type) {
      case "plan":
        return this.#setSize(message.size);
      case "seal":
        if (this.#seal) return DUPLICATE;
        this.#seal = held;
        return this.#setSize(message.size);
      case "add":
        if (this.#added.has(message.member)) return DUPLICATE;
        this.#added.set(message.member, held);
        if (!this.#completions.has(message.member)) this.#missingAdded += 1;
        return HELD;
      case "c":
        return this.#takeEnds(message.ends, held);
    }
  }

  /** Outcomes of the members: the written ones in their order, then those that were added. Only when complete. */
  get outcomes(): Completion[] {
    const written = Array.from({ length: this.#size ?? 0 }, (_, index) => this.#completions.get(index));
    const added = [...this.#added.keys()].map((member) => this.#completions.get(member));
    return [...written, ...added].filter((completion) => completion !== undefined);
  }

  /** The member that failed first, in the order of the log. */
  get firstFailure(): Completion | null {
    if (!this.#hasFailures) return null;
    for (const completion of this.#counted()) if (completion.failed) return completion;
    return null;
  }

  /** The member whose outcome came last, in the order of the log. */
  get lastCompletion(): Completion | null {
    return [...this.#counted()].at(-1) ?? null;
  }

  /** All that is held, but for the plan. */
  get held(): Held[] {
    return [...(this.#seal ? [this.#seal] : []), ...this.#added.values(), ...this.#tellers()];
  }

  // One message tells of several members.
  #tellers(): Set<Held> {
    const tellers = new Set<Held>();
    for (const { held } of this.#completions.values()) tellers.add(held);
    return tellers;
  }

  *#counted(): Generator<Completion> {
    for (const [member, completion] of this.#completions)
      if (typeof member === "number" || this.#added.has(member)) yield completion;
  }

  // The first to tell the size is right; a plan comes before the seal.
  #setSize(size: number | null): Taken {
    if (size === null || this.#size !== null) return HELD;
    this.#size = size;
    const beyond = [...this.#completions].filter(([member]) => this.#isBeyond(member));
    if (beyond.length === 0) return HELD;
    for (const [member] of beyond) this.#completions.delete(member);
    this.#written -= beyond.length;
    const tellers = this.#tellers();
    const misplaced = [...new Set(beyond.map(([, { held }]) => held))];
    return { duplicate: false, misplaced: misplaced.map((held) => ({ held, counted: tellers.has(held) })) };
  }

  #takeEnds(ends: readonly MemberEnd[], held: Held): Taken {
    let counted = 0;
    let beyond = 0;
    for (const [place, { member, outcome }] of ends.entries()) {
      if (this.#isBeyond(member)) beyond += 1;
      else if (this.#count(member, { held, place, failed: outcome.state !== "SUCCESS" })) counted += 1;
    }
    if (beyond > 0) return { duplicate: false, misplaced: [{ held, counted: counted > 0 }] };
    return counted > 0 ? HELD : DUPLICATE;
  }

  #isBeyond(member: number | string): boolean {
    return typeof member === "number" && this.#size !== null && member >= this.#size;
  }

  // The first outcome of a member is the one that counts.
  #count(member: number | string, completion: Completion): boolean {
    if (this.#completions.has(member)) return false;
    this.#completions.set(member, completion);
    this.#hasFailures ||= completion.failed;
    if (typeof member === "number") this.#written += 1;
    else if (this.#added.has(member)) this.#missingAdded -= 1;
    return true;
  }
}

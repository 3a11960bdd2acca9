// What the messages of one actor say, taken in the order of the log, so that every owner comes to the same: which members there
// are, which are final, who failed first. Values are not looked at.

import type { ActorMessage } from "../model/actor-message.ts";
import type { Held } from "./held-mail.ts";

/** The outcome of a member, as far as it is counted. */
export interface Completion {
  readonly held: Held;
  readonly failed: boolean;
}

/** What is to be done with a message besides holding it. */
export interface Taken {
  /** It says what an earlier one has said: it is settled at once, so that the log stays one per member. */
  readonly duplicate: boolean;
  /** Completions of members that there are not. */
  readonly misplaced: readonly Held[];
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
        return this.#complete(message.member, { held, failed: message.outcome.state !== "SUCCESS" });
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
    for (const completion of this.#counted()) if (completion.failed) return completion;
    return null;
  }

  /** The member whose outcome came last, in the order of the log. */
  get lastCompletion(): Completion | null {
    return [...this.#counted()].at(-1) ?? null;
  }

  /** All that is held, but for the plan. */
  get held(): Held[] {
    const completions = [...this.#completions.values()].map(({ held }) => held);
    return [...(this.#seal ? [this.#seal] : []), ...this.#added.values(), ...completions];
  }

  *#counted(): Generator<Completion> {
    for (const [member, completion] of this.#completions)
      if (typeof member === "number" || this.#added.has(member)) yield completion;
  }

  // The first to tell the size is right; a plan comes before the seal.
  #setSize(size: number | null): Taken {
    if (size === null || this.#size !== null) return HELD;
    this.#size = size;
    const misplaced = [...this.#completions].filter(([member]) => typeof member === "number" && member >= size);
    for (const [member] of misplaced) this.#completions.delete(member);
    this.#written -= misplaced.length;
    return { duplicate: false, misplaced: misplaced.map(([, { held }]) => held) };
  }

  #complete(member: number | string, completion: Completion): Taken {
    if (typeof member === "number" && this.#size !== null && member >= this.#size)
      return { duplicate: false, misplaced: [completion.held] };
    if (this.#completions.has(member)) return DUPLICATE;
    this.#completions.set(member, completion);
    if (typeof member === "number") this.#written += 1;
    else if (this.#added.has(member)) this.#missingAdded -= 1;
    return HELD;
  }
}

// Results of a group, taken together: waits for all of them at once and counts how they ended. Knows nothing of how they are typed.
//
// Bounds (I7): as many members as a canvas may have, 100,000. Each takes about 0.2 KB as a handle, 0.3 KB more while it is awaited,
// and 0.3 KB and its value when it is known.

import { type Handle, MEMBERS, OUTCOME } from "./handle.ts";
import { allAre, countOf, eachOf } from "./in-batches.ts";
import { NODE_KEY, ResultNode, type ResultTuple, TRIGGERED } from "./result-tree.ts";

/** A result that can be a member. */
export type Member<H extends ResultNode<H>> = ResultNode<H> &
  Handle & {
    successful(): Promise<boolean>;
    failed(): Promise<boolean>;
    forget(): Promise<void>;
    equals(other: unknown): boolean;
  };

/** Results of a group. `H`: all kinds of results. */
export abstract class MemberResults<H extends Member<H>> extends ResultNode<H> {
  readonly #members: readonly H[];

  constructor(id: string, members: readonly H[], parent: H | null) {
    super(id, parent);
    this.#members = members;
  }

  /** How many members there are. */
  get length(): number {
    return this.#members.length;
  }

  [Symbol.iterator](): Iterator<H> {
    return this.#members[Symbol.iterator]();
  }

  /** Whether all members are final. */
  override ready(): Promise<boolean> {
    return allAre(this.#members, (member) => member.ready());
  }

  /** Whether all members ended in `SUCCESS`. */
  successful(): Promise<boolean> {
    return allAre(this.#members, (member) => member.successful());
  }

  /** Whether a member ended in `FAILURE`. */
  async failed(): Promise<boolean> {
    return !(await allAre(this.#members, async (member) => !(await member.failed())));
  }

  /** Whether a member is not final. */
  async waiting(): Promise<boolean> {
    return !(await this.ready());
  }

  /** How many members ended in `SUCCESS`. */
  completedCount(): Promise<number> {
    return countOf(this.#members, (member) => member.successful());
  }

  /** How many members are final. */
  readyCount(): Promise<number> {
    return countOf(this.#members, (member) => member.ready());
  }

  /** The members, in the written order. */
  async children(): Promise<H[]> {
    return [...this.#members];
  }

  /** Removes the stored values of all members, and those of all parents, as `AsyncResult.forget`. */
  async forget(): Promise<void> {
    await eachOf(this.#members, (member) => member.forget());
    await this.parent?.forget();
  }

  override asTuple(): ResultTuple {
    return [[this.id, this.parent?.asTuple() ?? null], this.#members.map((member) => member.asTuple())];
  }

  override get [NODE_KEY](): string {
    return `group ${this.id}`;
  }

  override async [TRIGGERED](): Promise<H[]> {
    return [...this.#members];
  }

  get [MEMBERS](): readonly H[] {
    return this.#members;
  }

  [OUTCOME](): unknown {
    return this.#members.map((member) => member[OUTCOME]());
  }
}

// Whose turn it is when messages of several priorities wait: nine times out of ten the highest one's, the tenth time another one's,
// each in turn, so that none waits for ever (R26).

/** Of so many deliveries one goes to a lower priority, if any waits. */
const FLOOR = 10;

/** Messages that come from one priority, one after the other. */
export interface Turn {
  readonly priority: number;
  readonly count: number;
}

/** Turns of one queue. */
export class PriorityTurns {
  #sinceFloor = 0;
  #others = 0;

  /**
   * @param priorities - Those of which messages may wait, the highest first; at least one.
   * @param most - Most messages.
   */
  next(priorities: readonly number[], most: number): Turn {
    const [highest = 0, ...lower] = priorities;
    if (lower.length === 0) return { priority: highest, count: most };
    if (this.#sinceFloor === FLOOR - 1) {
      this.#sinceFloor = 0;
      return { priority: lower[this.#others++ % lower.length] ?? highest, count: 1 };
    }
    const count = Math.min(most, FLOOR - 1 - this.#sinceFloor);
    this.#sinceFloor += count;
    return { priority: highest, count };
  }
}

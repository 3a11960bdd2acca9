// A list whose entries carry their own links: adding, and removing an entry from anywhere, cost the same at any length and
// allocate nothing. An entry is in at most one list at a time; its owner keeps track of which.

/** What a `LinkedList` holds. Only the list touches the links. */
export interface Linked<Entry> {
  previous: Entry | null;
  next: Entry | null;
}

/** Entries in the order in which they were appended. */
export class LinkedList<Entry extends Linked<Entry>> {
  #first: Entry | null = null;
  #last: Entry | null = null;
  #size = 0;

  get first(): Entry | null {
    return this.#first;
  }

  get last(): Entry | null {
    return this.#last;
  }

  get size(): number {
    return this.#size;
  }

  /** The entries, while nobody changes the list. */
  *[Symbol.iterator](): Generator<Entry> {
    for (let entry = this.#first; entry !== null; entry = entry.next) yield entry;
  }

  append(entry: Entry): void {
    entry.previous = this.#last;
    if (this.#last === null) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#size += 1;
  }

  /** Removes an entry that is in this list. */
  remove(entry: Entry): void {
    if (entry.previous === null) this.#first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === null) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
    // A removed entry must not keep its neighbours: a chain of old entries would hold every later one in memory.
    entry.previous = null;
    entry.next = null;
    this.#size -= 1;
  }
}

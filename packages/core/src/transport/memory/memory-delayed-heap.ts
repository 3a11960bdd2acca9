// Delayed tasks of the in-process broker in the order in which they fall due: a binary heap whose entries know their places,
// so that one can be removed from the middle.

/** Something with a time. */
export interface HeapEntry {
  /** What it is ordered by. Must not change while it is in the heap. */
  readonly at: number;
  /** Its place in the heap; the heap's to write. */
  place: number;
}

/** The earliest is found at once; adding and removing take the logarithm of the number of entries. */
export class MemoryDelayedHeap<Entry extends HeapEntry> {
  readonly #entries: Entry[] = [];

  /** The earliest; null when there is none. */
  get first(): Entry | null {
    return this.#entries[0] ?? null;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#raise(entry, this.#entries.length - 1);
  }

  /** Removes an entry that is in the heap. */
  remove(entry: Entry): void {
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    // The last one fills the gap; it may belong further up or further down.
    this.#raise(last, entry.place);
    this.#lower(last, last.place);
  }

  #raise(entry: Entry, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#entries[above];
      if (parent === undefined || parent.at <= entry.at) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(entry, place);
  }

  #lower(entry: Entry, from: number): void {
    let place = from;
    for (;;) {
      const child = this.#earlierChild(place);
      if (child === undefined || child.at >= entry.at) break;
      const below = child.place;
      this.#put(child, place);
      place = below;
    }
    this.#put(entry, place);
  }

  #earlierChild(place: number): Entry | undefined {
    const left = this.#entries[2 * place + 1];
    const right = this.#entries[2 * place + 2];
    return left !== undefined && right !== undefined && right.at < left.at ? right : left;
  }

  #put(entry: Entry, place: number): void {
    this.#entries[place] = entry;
    entry.place = place;
  }
}

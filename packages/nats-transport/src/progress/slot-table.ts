// The main thread's side of the shared slots: gives each unsettled delivery a slot and frees it. Grows by pages to a limit.

import { PAGE_BYTES, SLOTS_PER_PAGE, SlotPage } from "./slot-page.ts";

const MOST_PAGES = 32;
const PAGE_SHIFT = Math.log2(SLOTS_PER_PAGE);

/** No slot is free. */
export const NO_SLOT = -1;

/** Which slot belongs to what. */
export class SlotTable<T> {
  /** Memory of all pages, for the progress thread. */
  readonly memory: SharedArrayBuffer[] = [];
  readonly #pages: SlotPage[] = [];
  readonly #free: number[] = [];
  readonly #holders: (T | undefined)[] = [];
  readonly #onPage: (memory: SharedArrayBuffer) => void;

  constructor(onPage: (memory: SharedArrayBuffer) => void) {
    this.#onPage = onPage;
  }

  /** Takes a slot for an ack subject; `NO_SLOT` when all are taken. */
  take(subject: string, holder: T): number {
    if (this.#free.length === 0 && !this.#grow()) return NO_SLOT;
    const slot = this.#free.pop() ?? NO_SLOT;
    this.#holders[slot] = holder;
    this.#pages[slot >> PAGE_SHIFT]?.take(slot & (SLOTS_PER_PAGE - 1), subject);
    return slot;
  }

  /** Frees a slot. */
  release(slot: number): void {
    this.#holders[slot] = undefined;
    this.#pages[slot >> PAGE_SHIFT]?.release(slot & (SLOTS_PER_PAGE - 1));
    this.#free.push(slot);
  }

  /** All that have a slot. */
  held(): T[] {
    return this.#holders.filter((holder): holder is T & {} => holder !== undefined);
  }

  #grow(): boolean {
    const first = this.#pages.length * SLOTS_PER_PAGE;
    if (this.#pages.length === MOST_PAGES) return false;
    const memory = new SharedArrayBuffer(PAGE_BYTES);
    this.memory.push(memory);
    this.#pages.push(new SlotPage(memory));
    for (let slot = first + SLOTS_PER_PAGE - 1; slot >= first; slot--) this.#free.push(slot);
    this.#onPage(memory);
    return true;
  }
}

// The progress thread's side of the shared slots: finds deliveries that have been held for long.

import { SLOTS_PER_PAGE, SlotPage } from "./slot-page.ts";

interface ScannedPage {
  readonly slots: SlotPage;
  /** Version of each slot at the last scan. */
  readonly seen: Int32Array;
  /** When the slot's next signal is due. */
  readonly due: Float64Array;
}

/** See the top of the file. */
export class SlotScanner {
  readonly #pages: ScannedPage[] = [];
  readonly #everyMs: number;

  /** @param everyMs - Time from taking a slot to its first signal, and between two signals. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Adds a page that the main thread has made. */
  add(memory: SharedArrayBuffer): void {
    this.#pages.push({
      slots: new SlotPage(memory),
      seen: new Int32Array(SLOTS_PER_PAGE),
      due: new Float64Array(SLOTS_PER_PAGE),
    });
  }

  /** Calls `signal` with the ack subject of each slot that is due. */
  scan(now: number, signal: (subject: string) => void): void {
    for (const page of this.#pages) {
      for (let slot = 0; slot < SLOTS_PER_PAGE; slot++) this.#look(page, slot, now, signal);
    }
  }

  /** Makes all that is held due: after a pause in which no signal could be sent. */
  allDue(): void {
    for (const page of this.#pages) page.due.fill(0);
  }

  #look(page: ScannedPage, slot: number, now: number, signal: (subject: string) => void): void {
    const version = page.slots.version(slot);
    if (version % 2 === 0) return;
    if (page.seen[slot] !== version) {
      page.seen[slot] = version;
      page.due[slot] = now + this.#everyMs;
    } else if ((page.due[slot] ?? 0) <= now) {
      const subject = page.slots.read(slot, version);
      if (subject === "") return;
      page.due[slot] = now + this.#everyMs;
      signal(subject);
    }
  }
}

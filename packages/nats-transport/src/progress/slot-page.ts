// Layout of the memory that the main thread and the progress thread share: pages of slots. A slot holds the ack subject of
// one unsettled delivery. Its version is odd while it is taken; each change of hands adds one, so that a reader can tell
// that what it copied belonged together.

export const SLOTS_PER_PAGE = 1024;
export const SLOT_BYTES = 640;

const CONTROL_WORDS = 2;
const CONTROL_BYTES = SLOTS_PER_PAGE * CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT;

/** Bytes of one page. */
export const PAGE_BYTES: number = CONTROL_BYTES + SLOTS_PER_PAGE * SLOT_BYTES;

/** One page, seen from either thread. */
export class SlotPage {
  readonly #control: Int32Array;
  readonly #text: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.#control = new Int32Array(memory, 0, SLOTS_PER_PAGE * CONTROL_WORDS);
    this.#text = Buffer.from(memory, CONTROL_BYTES);
  }

  /** Main thread: writes a free slot. A text that is too long takes the slot without content. */
  take(slot: number, subject: string): void {
    const at = slot * CONTROL_WORDS;
    const start = slot * SLOT_BYTES;
    const length = subject.length <= SLOT_BYTES ? subject.length : 0;
    // Some 70 characters of ASCII: a loop is faster than a call out of JavaScript.
    for (let i = 0; i < length; i++) this.#text[start + i] = subject.charCodeAt(i);
    this.#control[at + 1] = length;
    Atomics.add(this.#control, at, 1);
  }

  /** Main thread: frees a taken slot. */
  release(slot: number): void {
    Atomics.add(this.#control, slot * CONTROL_WORDS, 1);
  }

  /** Progress thread: the slot's version; odd while it is taken. */
  version(slot: number): number {
    return Atomics.load(this.#control, slot * CONTROL_WORDS);
  }

  /** Progress thread: the slot's text; empty unless it has had that version throughout. */
  read(slot: number, version: number): string {
    const start = slot * SLOT_BYTES;
    const length = this.#control[slot * CONTROL_WORDS + 1] ?? 0;
    const subject = this.#text.toString("latin1", start, start + Math.min(length, SLOT_BYTES));
    return this.version(slot) === version ? subject : "";
  }
}

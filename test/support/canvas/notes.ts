// What canvas tasks note while they run: lists under keys, in a file that all processes append to. It survives them.

import { appendFileSync } from "node:fs";
import { wholeLines } from "../whole-lines.ts";

interface Line {
  readonly key: string;
  readonly note: unknown;
}

/** See the top of the file. */
export class Notes {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  add(key: string, note: unknown): void {
    const line: Line = { key, note };
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`); // one write in append mode: lines of processes do not mix
  }

  /** The notes under a key, in the order in which they were written. */
  async of(key: string): Promise<unknown[]> {
    return (await this.#lines()).flatMap((line) => (line.key === key ? [line.note] : []));
  }

  /** How many notes there are under each key. */
  async counts(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { key } of await this.#lines()) counts[key] = (counts[key] ?? 0) + 1;
    return counts;
  }

  async #lines(): Promise<Line[]> {
    return wholeLines(this.#path);
  }
}

// A ledger in a file: one line for each task that failed, written once however often it is told of it.

import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** A task that failed. */
export interface Entry {
  readonly id: string;
  readonly error: string;
}

/** See the top of the file. */
export class Ledger {
  readonly #path: string;
  readonly #ids: Set<string>;

  constructor(path: string) {
    this.#path = path;
    this.#ids = new Set(this.entries().map(({ id }) => id));
  }

  /** All of it, in order. */
  entries(): Entry[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  /** Writes an entry, unless it is there. */
  write(entry: Entry): void {
    if (this.#ids.has(entry.id)) return;
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
    this.#ids.add(entry.id);
  }
}

// What handlers really did, told by themselves: one line per start and per end, appended to a file. The system under test
// neither writes nor reads it, so it can be held against what that says.

import { appendFileSync } from "node:fs";
import { wholeLines } from "./whole-lines.ts";

/** One line. */
export interface LedgerLine {
  readonly what: "start" | "end";
  readonly id: string;
  /** Whether the broker said that the message had been delivered before. */
  readonly redelivered: boolean;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Writes lines; for the processes that run handlers. A line survives the process, not the machine. */
export class LedgerWriter {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  write(what: LedgerLine["what"], id: string, redelivered: boolean): void {
    const line: LedgerLine = { what, id, redelivered, pid: process.pid, at: Date.now() };
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`); // one write in append mode: lines of processes do not mix
  }
}

/** Reads what all processes wrote. */
export class Ledger {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async lines(): Promise<LedgerLine[]> {
    return wholeLines(this.path);
  }

  /** How often handlers of a task were started. */
  async runsOf(id: string): Promise<number> {
    return (await this.starts()).get(id) ?? 0;
  }

  /** How often handlers were started, by task id. */
  async starts(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { what, id } of await this.lines()) {
      if (what === "start") counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }
}

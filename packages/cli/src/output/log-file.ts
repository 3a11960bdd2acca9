// The file that a worker's log goes to. Lines are appended whole; a file that was renamed or truncated meanwhile is no trouble.

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { CliError } from "../exit-code.ts";

/** See the top of the file. */
export class LogFile {
  readonly path: string;
  #fd: number;
  #lost = 0;

  /** @throws {CliError} the file cannot be opened. */
  constructor(file: string) {
    this.path = file;
    this.#fd = openLog(file);
  }

  /** Appends a line. A line that cannot be written, to a full disk, is left out: tasks go on. How many were is said afterwards. */
  write(line: string): void {
    try {
      if (this.#lost > 0) {
        writeAll(this.#fd, `{"level":40,"msg":"${this.#lost} lines of this log could not be written"}\n`);
        this.#lost = 0;
      }
      writeAll(this.#fd, line);
    } catch {
      this.#lost++;
    }
  }

  /** Goes on in the file that has the name now. @throws {CliError} it cannot be opened; then the old one stays. */
  reopen(): void {
    const old = this.#fd;
    this.#fd = openLog(this.path);
    closeSync(old);
  }
}

/** Opens a file to append to, and makes the folders it is in. @throws {CliError} it cannot be opened. */
export function openLog(file: string): number {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    return openSync(file, "a");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`log file ${file} cannot be opened: ${reason}; give a --logfile that this user may write`);
  }
}

function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
}

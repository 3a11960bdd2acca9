// Workers that run in the background, found by their pid files in a folder; none of them outlives the test.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@troupe/core/testing";

/** See the top of the file. */
export class Background {
  readonly #folder: string;
  readonly #seen = new Set<number>();
  readonly #killAtExit = (): void => this.#killAll();

  constructor(folder: string) {
    this.#folder = folder;
    process.once("exit", this.#killAtExit);
  }

  /** The process id in a pid file. */
  pid(file: string): number {
    const pid = Number(readFileSync(join(this.#folder, file), "utf8"));
    this.#seen.add(pid);
    return pid;
  }

  /** The lines in a log file. */
  log(file: string): string {
    return readFileSync(join(this.#folder, file), "utf8");
  }

  /** Names of the files in the folder that end so. */
  files(end: string): string[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(end))
      .sort();
  }

  /** Waits until a process has ended. */
  async gone(pid: number): Promise<void> {
    await eventually(
      () => `process ${pid} ends`,
      () => !isAlive(pid),
      30_000,
    );
  }

  [Symbol.dispose](): void {
    process.off("exit", this.#killAtExit);
    this.#killAll();
  }

  #killAll(): void {
    for (const file of this.files(".pid")) this.pid(file);
    for (const pid of this.#seen) {
      // A test may have written its own.
      if (pid !== process.pid && isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  }
}

// One that has ended and that its parent has not heard of yet is gone, too.
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

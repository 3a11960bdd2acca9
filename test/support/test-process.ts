// A Node process for a test: runs a program of `programs/` from the built packages, tells what the program says, is killed
// and frozen as the test likes, and does not outlive it.

import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually, within } from "@troupe/core/testing";

/** How to start a process. */
export interface TestProcessOptions {
  /** File in `programs/`, without extension. */
  readonly program: string;
  /** What the program reads as its settings. */
  readonly settings: object;
  /** Folder it runs in. */
  readonly cwd: string;
  /** Further arguments of Node. @default none */
  readonly nodeArgs?: readonly string[];
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const LINES_KEPT = 60;
const START_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 30_000;
const FOLDER = new URL("./programs/", import.meta.url);
const TSX = import.meta.resolve("tsx");

/** One process. */
export class TestProcess {
  readonly name: string;
  /** Settles when the process has ended. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #said = new Map<string, unknown>();
  readonly #killAtExit = (): void => void this.#child.kill("SIGKILL");
  #ending: Ending | null = null;

  constructor(options: TestProcessOptions) {
    const program = fileURLToPath(new URL(`${options.program}.ts`, FOLDER));
    // Without the condition "troupe-source": programs run what is published, with the threads it starts.
    const args = ["--import", TSX, ...(options.nodeArgs ?? []), program, JSON.stringify(options.settings)];
    this.#child = spawn(process.execPath, args, { cwd: options.cwd, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.name = `${options.program} ${this.#child.pid}`;
    process.once("exit", this.#killAtExit);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => this.#remember(line));
    }
    this.#child.on("message", (message) => this.#hear(message));
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#remember(String(error)));
      this.#child.once("close", (code, signal) => {
        process.off("exit", this.#killAtExit);
        this.#ending = { code, signal };
        resolve(this.#ending);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it has ended. */
  get gone(): boolean {
    return this.#ending !== null;
  }

  /** Its last lines on stdout and stderr. */
  get output(): string {
    return this.#lines.join("\n");
  }

  /** Waits until the program has said something under that name. */
  async hear<Value = unknown>(name: string, deadlineMs = START_DEADLINE_MS): Promise<Value> {
    const what = (): string => `${this.name} says "${name}"; it said:\n${this.output}`;
    await eventually(what, () => this.#said.has(name) || this.gone, deadlineMs);
    if (!this.#said.has(name)) throw new Error(`${this.name} ended before it said "${name}"; it said:\n${this.output}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- programs and tests agree on what is said under a name
    return this.#said.get(name) as Value;
  }

  /** Waits for its end. */
  end(deadlineMs = END_DEADLINE_MS): Promise<Ending> {
    return within(this.ended, () => `${this.name} ends; it said:\n${this.output}`, deadlineMs);
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.end();
  }

  /** Stops all its threads. Its connections stay open. */
  async freeze(): Promise<void> {
    this.signal("SIGSTOP");
    await eventually(`${this.name} stands still`, () => this.#allThreadsStand());
  }

  /** Lets a frozen process go on. */
  thaw(): void {
    this.signal("SIGCONT");
  }

  /** Resident memory. */
  async rssBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1_024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #allThreadsStand(): Promise<boolean> {
    const threads = await readdir(`/proc/${this.pid}/task`);
    const stats = await Promise.all(threads.map((id) => readFile(`/proc/${this.pid}/task/${id}/stat`, "utf8")));
    return stats.every((stat) => stat.slice(stat.lastIndexOf(")") + 2).startsWith("T"));
  }

  #hear(message: unknown): void {
    if (typeof message !== "object" || message === null) return;
    for (const [name, value] of Object.entries(message)) this.#said.set(name, value);
  }

  #remember(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
  }
}

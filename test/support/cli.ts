// The built program `actor-cli` for a test: runs a command to its end, or a worker that the test signals; and a user's project
// in a folder of its own for it to load.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually, within } from "@troupe/core/testing";

/** How a run of `actor-cli` ended, and what it wrote. */
export interface CliEnding {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAM = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url));
const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));
const DEADLINE_MS = 45_000;

/** A process of `actor-cli`. */
export class CliProcess {
  /** Settles when it has ended. */
  readonly ended: Promise<CliEnding>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #killAtExit = (): void => void this.#child.kill("SIGKILL");
  #stdout = "";
  #stderr = "";
  #isGone = false;

  /** @param env - added to a clean environment. */
  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    this.#name = `actor-cli ${args.join(" ")}`;
    this.#child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    process.once("exit", this.#killAtExit);
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        this.#isGone = true;
        process.off("exit", this.#killAtExit);
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** What it wrote so far. */
  get output(): string {
    return `${this.#stdout}\n${this.#stderr}`;
  }

  /** Waits until it has written something. */
  async writes(pattern: RegExp): Promise<void> {
    const what = (): string => `${this.#name} writes ${pattern}; it wrote:\n${this.output}`;
    await eventually(what, () => pattern.test(this.output) || this.#isGone, DEADLINE_MS);
    if (!pattern.test(this.output)) throw new Error(`did not happen before its end: ${what()}`);
  }

  /** Waits for its end. */
  end(): Promise<CliEnding> {
    return within(this.ended, () => `${this.#name} ends; it wrote:\n${this.output}`, DEADLINE_MS);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.end();
  }
}

/** A user's project: files in a folder, with Troupe installed. */
export class CliProject {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder. @param files - text by name. */
  static async make(files: Readonly<Record<string, string>>): Promise<CliProject> {
    const project = new CliProject(await realpath(await mkdtemp(join(tmpdir(), "troupe-project-"))));
    await symlink(MODULES, join(project.folder, "node_modules"));
    for (const [name, text] of Object.entries(files)) await project.write(name, text);
    return project;
  }

  async write(name: string, text: string): Promise<void> {
    const file = join(this.folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Starts a command in the folder. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): CliProcess {
    return new CliProcess(args, this.folder, env);
  }

  /** Runs a command in the folder to its end. */
  async run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliEnding> {
    await using process = this.start(args, env);
    return await process.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

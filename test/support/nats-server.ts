// A real nats-server for a test: own port, own store, killed, frozen and restarted as a test likes, gone when it ends.
//
// It is ready when it says so in its log, which it does after JetStream has recovered its streams and clients are let in;
// that needs no credentials, whatever the configuration. A server of a cluster may then still be without a leader.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { eventually, within } from "@troupe/core/testing";

/** How to start a server. */
export interface NatsServerOptions {
  /** Text of a configuration file, for TLS, accounts or a cluster. @default none */
  readonly config?: string;
  /** @default one that is free */
  readonly port?: number;
  /** @default true */
  readonly jetStream?: boolean;
}

const START_DEADLINE_MS = 20_000;
const STOP_DEADLINE_MS = 20_000;
const LOG_LINES = 200;
const LISTENING = /Listening for client connections on \S+:(\d+)$/;
const READY = /Server is ready$/;

/** One server, and the processes it has been. */
export class NatsServer {
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #log: string[] = [];
  readonly #killAtExit = (): void => void this.#process?.kill("SIGKILL");
  #process: ChildProcess | null = null;
  #exited: Promise<unknown> = Promise.resolve();
  #port: number;

  private constructor(folder: string, args: readonly string[], port: number) {
    this.#folder = folder;
    this.#args = args;
    this.#port = port;
  }

  /** Starts a server; resolves when it can be used. */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), "troupe-nats-"));
    const args = ["-a", "127.0.0.1"];
    if (options.jetStream !== false) args.push("-js", "-sd", join(folder, "store"));
    if (options.config !== undefined) {
      const path = join(folder, "nats.conf");
      await writeFile(path, options.config);
      args.push("-c", path);
    }
    const server = new NatsServer(folder, args, options.port ?? -1);
    try {
      await server.#launch();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** Id of the running process; null when there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Folder of the store and the configuration; gone when the server is disposed of. */
  get folder(): string {
    return this.#folder;
  }

  /** The last lines of its log, of all its processes. */
  get log(): string {
    return this.#log.join("\n");
  }

  /** Ends it as a crash does: SIGKILL. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Lets it end in order. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Starts it again, on the same port and store, if it does not run; else kills it first. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  /** Stops it in its tracks: connections stay open, nothing is answered. Resolves when all its threads stand still. */
  async freeze(): Promise<void> {
    const { pid } = this;
    if (pid === null) return;
    process.kill(pid, "SIGSTOP");
    await eventually(`nats-server ${pid} stands still`, () => hasState(pid, "T"));
  }

  /** Lets a frozen server go on. */
  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #launch(): Promise<void> {
    const args = ["-p", String(this.#port), ...this.#args];
    const child = spawn(findServer(), args, { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    this.#exited = Promise.race([once(child, "exit"), once(child, "error")]);
    process.once("exit", this.#killAtExit);
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stderr }).on("line", (line) => {
        this.#remember(line);
        const port = LISTENING.exec(line)?.[1];
        if (port !== undefined) this.#port = Number(port);
        if (READY.test(line)) resolve();
      });
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        reject(new Error(`nats-server ended with ${signal ?? code} before it was ready`));
      });
    });
    try {
      await within(ready, () => "nats-server is ready", START_DEADLINE_MS);
    } catch (error) {
      await this.kill();
      throw new Error(`nats-server ${args.join(" ")} does not start; its log:\n${this.log}`, { cause: error });
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    // A frozen process takes SIGKILL, but no other signal before it goes on.
    if (signal !== "SIGKILL") child.kill("SIGCONT");
    child.kill(signal);
    const what = (): string => `nats-server ends after ${signal}; its log:\n${this.log}`;
    await within(this.#exited, what, STOP_DEADLINE_MS);
    this.#process = null;
    process.off("exit", this.#killAtExit);
  }

  #remember(line: string): void {
    this.#log.push(line);
    if (this.#log.length > LOG_LINES) this.#log.shift();
  }
}

/** The server's program: on the PATH, or where Debian keeps it. */
function findServer(): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin"];
  const found = folders.map((folder) => join(folder, "nats-server")).find(isProgram);
  if (found === undefined)
    throw new Error("nats-server is not installed: put it on the PATH, or apt install nats-server");
  return found;
}

/** Whether all threads of a process are in a state, as Linux tells it. */
async function hasState(pid: number, state: string): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, "utf8")));
  return stats.every((stat) => stat.slice(stat.lastIndexOf(")") + 2).startsWith(state));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

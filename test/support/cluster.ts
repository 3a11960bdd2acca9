// What tests with processes work with: a server, worker processes, a client in the test's own process, the ledger, and a
// plain NATS connection to look behind the scenes. `await using`: everything is ended with the test, also when it fails.

import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Settings, Troupe } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import type { DeadLetter, Transport } from "@troupe/core/transport";
import { type NatsTransportOptions, natsTransport } from "@troupe/nats-transport";
import type { Fault } from "./fault-transport.ts";
import { Ledger } from "./ledger.ts";
import { NatsServer } from "./nats-server.ts";
import type { WorkerSettings } from "./programs/worker-settings.ts";
import { ServerView } from "./server-view.ts";
import { TestProcess } from "./test-process.ts";

/** What all processes of a cluster have in common. */
export interface ClusterOptions {
  /** Settings of the application, for the client and for workers. */
  readonly app?: Partial<Settings>;
  /** Options of the transport, for the client and for workers. */
  readonly transport?: NatsTransportOptions;
}

/** What one worker has of its own. */
export interface WorkerStart {
  readonly concurrency?: number;
  readonly queues?: readonly string[];
  readonly fault?: Fault;
  readonly hostname?: string;
}

const DEADLINE_MS = 30_000;
const LETTERS = 10_000;
const SERVER_LINES = 10;

/** See the top of the file. */
export class Cluster {
  readonly server: NatsServer;
  /** The client, connected to the server. */
  readonly client: Troupe;
  /** The client's transport. */
  readonly transport: Transport;
  readonly ledger: Ledger;
  /** The server, seen without Troupe. */
  readonly view: ServerView;
  readonly #folder: string;
  readonly #options: ClusterOptions;
  readonly #processes: TestProcess[] = [];

  private constructor(server: NatsServer, folder: string, options: ClusterOptions) {
    this.server = server;
    this.ledger = new Ledger(join(folder, "ledger"));
    this.view = new ServerView(server);
    this.transport = natsTransport({ servers: server.url, ...options.transport });
    this.client = new Troupe("test", { broker: this.transport, logLevel: "silent", ...options.app });
    this.#folder = folder;
    this.#options = options;
  }

  /** Starts a server, and a client that is connected to it. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), "troupe-cluster-"));
    await mkdir(join(folder, "gates"));
    const cluster = new Cluster(await NatsServer.start(), folder, options);
    try {
      await cluster.client.connect();
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** Starts a worker process; resolves when it takes tasks. */
  async worker(start: WorkerStart = {}): Promise<TestProcess> {
    const process = this.spawnWorker(start);
    await process.hear("ready");
    return process;
  }

  /** Starts a worker process, without waiting for anything. */
  spawnWorker(start: WorkerStart = {}): TestProcess {
    const settings: WorkerSettings = {
      ...this.settings,
      ...this.#options,
      hostname: `w-${randomUUID().slice(0, 8)}`,
      ...start,
    };
    return this.run("worker", settings);
  }

  /** Starts a program of `programs/`. */
  run(program: string, settings: object, nodeArgs: readonly string[] = []): TestProcess {
    const process = new TestProcess({ program, settings, nodeArgs, cwd: this.#folder });
    this.#processes.push(process);
    return process;
  }

  /** What every program of this cluster needs to know. */
  get settings(): Pick<WorkerSettings, "url" | "ledger" | "gates"> {
    return { url: this.server.url, ledger: this.ledger.path, gates: join(this.#folder, "gates") };
  }

  /** Lets tasks go on that wait at a gate. */
  async openGate(name: string): Promise<void> {
    await writeFile(join(this.#folder, "gates", name), "");
  }

  /** Asks until the answer is yes; when it stays no, tells what all processes said. */
  async waitFor(what: string, check: () => boolean | Promise<boolean>, deadlineMs = DEADLINE_MS): Promise<void> {
    await eventually(() => `${what}\n${this.said}`, check, deadlineMs);
  }

  /** Waits until a queue holds nothing, waiting or delivered. */
  async emptied(queue = "default"): Promise<void> {
    await this.waitFor(`queue "${queue}" is empty`, async () => {
      const { waiting, unsettled } = await this.transport.tasks.count(queue);
      return waiting === 0 && unsettled === 0;
    });
  }

  /** Waits until handlers of a task have been started so often. */
  async started(id: string, times = 1): Promise<void> {
    await this.waitFor(`task ${id} is started ${times} times`, async () => (await this.ledger.runsOf(id)) >= times);
  }

  /** The dead letters of a queue, newest first. */
  async deadLetters(queue = "default"): Promise<readonly DeadLetter[]> {
    const query = { queue, reason: null, before: null, limit: LETTERS };
    return (await this.transport.deadLetters.list(query)).letters;
  }

  /** What all processes said. */
  get said(): string {
    const parts = this.#processes.map((process) => `--- ${process.name}\n${process.output}`);
    const serverLog = this.server.log.split("\n").slice(-SERVER_LINES).join("\n");
    return [...parts, `--- nats-server\n${serverLog}`].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
    await this.view.close();
    await this.client.close();
    await this.server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

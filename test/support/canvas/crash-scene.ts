// One canvas, one worker that goes wrong at a chosen point, one that comes after it: each case in a namespace of its own, so that
// many share a server and none sees the others. What dies is a process; all else is in the test's own.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Settings, Troupe, type Worker } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { type NatsTransportOptions, natsTransport } from "@troupe/nats-transport";
import { type Fault, FaultTransport } from "../fault-transport.ts";
import type { NatsServer } from "../nats-server.ts";
import type { CanvasWorkerSettings } from "../programs/canvas-worker-settings.ts";
import { ServerView } from "../server-view.ts";
import { TestProcess } from "../test-process.ts";
import { type CrashTasks, DOOMED, fixtures, SPARED } from "./crash-tasks.ts";
import { ExpectedException } from "./errors.ts";
import type { CanvasFiles } from "./fixture.ts";
import { Notes } from "./notes.ts";

const MIB = 1024 * 1024;
// The server reserves the room that streams may take.
const ROOM = { tasks: MIB, results: MIB, dead: MIB, leases: MIB, actors: MIB, epochs: MIB, delayed: MIB } as const;
const CONCURRENCY = 4;
/** What a crash of the broker left is looked for 5, 15 and 35 s after it. */
const DEADLINE_MS = 60_000;

/** See the top of the file. */
export class CrashScene {
  readonly notes: Notes;
  /** The tasks, as the client calls them. */
  readonly tasks: CrashTasks;
  readonly #server: NatsServer;
  readonly #view: ServerView;
  readonly #folder: string;
  readonly #files: CanvasFiles;
  readonly #app: Partial<Settings>;
  readonly #transport: NatsTransportOptions;
  readonly #apps: Troupe[] = [];
  readonly #workers: Worker[] = [];
  readonly #processes: TestProcess[] = [];

  private constructor(server: NatsServer, folder: string, namespace: string) {
    this.#server = server;
    this.#view = new ServerView(server);
    this.#folder = folder;
    this.#files = { notes: join(folder, "notes"), gates: join(folder, "gates") };
    this.notes = new Notes(this.#files.notes);
    // Each worker finds what the one before it left within about a second.
    this.#app = { namespace, ackWait: "1s", logLevel: "silent" };
    this.#transport = { servers: server.url, leaseMs: 1_000, shards: 2, maxBytes: ROOM };
    this.tasks = fixtures.register(this.#newApp(), this.#files);
  }

  /** @param namespace - No other case may have it. */
  static async open(server: NatsServer, namespace: string): Promise<CrashScene> {
    const folder = await mkdtemp(join(tmpdir(), "troupe-crash-"));
    await mkdir(join(folder, "gates"));
    return new CrashScene(server, folder, namespace);
  }

  /** A worker process that is to die: it has the queue `DOOMED`, and coordinates. */
  async doomed(fault: Fault): Promise<{ readonly died: () => Promise<void> }> {
    const settings: CanvasWorkerSettings = {
      url: this.#server.url,
      files: this.#files,
      fixtures: fixtures.module,
      concurrency: CONCURRENCY,
      queues: [DOOMED],
      app: this.#app,
      transport: this.#transport,
      fault,
    };
    const worker = new TestProcess({ program: "canvas-worker", settings, cwd: this.#folder });
    this.#processes.push(worker);
    await worker.hear("ready");
    const died = async (): Promise<void> => {
      const { signal } = await worker.end();
      if (signal !== "SIGKILL") throw new Error(`the worker did not die by its fault; it said:\n${worker.output}`);
    };
    return { died };
  }

  /** A worker of all queues, in the test's process; with a fault that it survives. */
  async worker(fault?: Fault): Promise<FaultTransport | null> {
    const faulty = fault ? new FaultTransport(natsTransport(this.#transport), fault) : null;
    const app = this.#newApp(faulty ? { broker: faulty } : {});
    fixtures.register(app, this.#files);
    const worker = app.worker({ queues: [DOOMED, SPARED], concurrency: CONCURRENCY });
    this.#workers.push(worker);
    await worker.start();
    return faulty;
  }

  /** Waits until no message of a task or of an actor is left. */
  async quiet(): Promise<void> {
    const { namespace } = this.#app;
    let left: readonly string[] = [];
    const isEmpty = async (): Promise<boolean> => {
      left = await this.#view.subjects([`${namespace}_TASKS`, `${namespace}_ACTORS`]);
      return left.length === 0;
    };
    await eventually(() => `nothing is left of ${left.join(", ")}`, isEmpty, DEADLINE_MS);
  }

  /** How many final records there are of a task. */
  recordsOf(id: string): Promise<number> {
    const { namespace } = this.#app;
    return this.#view.count(`${namespace}_RESULTS`, `${namespace}.result.${id}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
    await Promise.all(this.#workers.map((worker) => worker.stop({ mode: "cold" })));
    await Promise.all(this.#apps.map((app) => app.close()));
    await this.#view.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #newApp(settings: Partial<Settings> = {}): Troupe {
    const broker = natsTransport(this.#transport);
    const app = new Troupe("crash", { broker, errors: [ExpectedException], ...this.#app, ...settings });
    this.#apps.push(app);
    return app;
  }
}

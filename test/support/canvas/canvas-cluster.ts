// The canvas tasks on a real server: a client in the test's process, workers that are processes of their own.

import { join } from "node:path";
import { type Settings, Troupe } from "@troupe/core";
import type { NatsTransportOptions } from "@troupe/nats-transport";
import { Cluster } from "../cluster.ts";
import type { CanvasWorkerSettings } from "../programs/canvas-worker-settings.ts";
import type { TestProcess } from "../test-process.ts";
import { type CanvasTasks, fixtures } from "./canvas-fixtures.ts";
import { ExpectedException, ValueError } from "./errors.ts";
import type { CanvasFiles, CanvasFixtures } from "./fixture.ts";
import { Notes } from "./notes.ts";

const CONCURRENCY = 8;

/** See the top of the file. */
export class CanvasCluster<Tasks = CanvasTasks> {
  /** Server, processes and a plain look at the server. */
  readonly cluster: Cluster;
  /** The tasks, as the client calls them. */
  readonly tasks: Tasks;
  readonly files: CanvasFiles;
  readonly notes: Notes;
  readonly #settings: Partial<Settings>;
  readonly #transport: NatsTransportOptions;
  readonly #module: string;
  readonly #apps: Troupe[] = [];

  private constructor(
    cluster: Cluster,
    fixtures: CanvasFixtures<Tasks>,
    settings: Partial<Settings>,
    transport: NatsTransportOptions,
  ) {
    const { gates } = cluster.settings;
    this.cluster = cluster;
    this.files = { notes: join(gates, "..", "notes"), gates };
    this.notes = new Notes(this.files.notes);
    this.tasks = fixtures.register(cluster.client, this.files);
    this.#settings = settings;
    this.#transport = transport;
    this.#module = fixtures.module;
  }

  /** Starts a server, and a client that is connected to it; with the tasks of a module. */
  static async startWith<Tasks>(
    fixtures: CanvasFixtures<Tasks>,
    settings: Partial<Settings> = {},
    transport: NatsTransportOptions = {},
  ): Promise<CanvasCluster<Tasks>> {
    const cluster = await Cluster.start({ app: { errors: [ExpectedException, ValueError], ...settings }, transport });
    return new CanvasCluster(cluster, fixtures, settings, transport);
  }

  /** As `startWith`, with the usual tasks. */
  static start(settings: Partial<Settings> = {}, transport: NatsTransportOptions = {}): Promise<CanvasCluster> {
    return CanvasCluster.startWith(fixtures, settings, transport);
  }

  get client(): Troupe {
    return this.cluster.client;
  }

  /** Another application on the server, without tasks; closed with the cluster. */
  newApp(settings: Partial<Settings> = {}): Troupe {
    const broker = this.cluster.server.url;
    const app = new Troupe("other", { broker, logLevel: "silent", ...this.#settings, ...settings });
    this.#apps.push(app);
    return app;
  }

  /** Starts a worker process; resolves when it takes tasks. */
  async worker(start: Pick<Partial<CanvasWorkerSettings>, "concurrency" | "fault"> = {}): Promise<TestProcess> {
    const process = this.run("canvas-worker", { concurrency: CONCURRENCY, ...start });
    await process.hear("ready");
    return process;
  }

  /** Starts a program with the tasks. */
  run(program: string, settings: object): TestProcess {
    const { url } = this.cluster.server;
    const own = {
      url,
      files: this.files,
      fixtures: this.#module,
      app: this.#settings,
      transport: this.#transport,
    };
    return this.cluster.run(program, { ...own, ...settings });
  }

  /** Waits until no message of a task or of an actor is left. */
  async quiet(): Promise<void> {
    await this.cluster.emptied();
    const isQuiet = async (): Promise<boolean> =>
      (await this.cluster.view.count("troupe_ACTORS", "troupe.actor.>")) === 0;
    // A chord whose client has died is open for 30 s.
    await this.cluster.waitFor("no actor is open", isQuiet, 90_000);
    await this.cluster.emptied();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#apps.map((app) => app.close()));
    await this.cluster[Symbol.asyncDispose]();
  }
}

// Brokers for end-to-end tests: the same test runs over each. A world has a broker, an application that calls and one that
// has the tasks, each with a connection of its own where the transport has connections.

import { type Settings, Troupe, type Worker, type WorkerOptions } from "@troupe/core";
import { eventually } from "@troupe/core/testing";
import { memoryTransport, type Transport } from "@troupe/core/transport";
import { type NatsTransportOptions, natsTransport } from "@troupe/nats-transport";
import { NatsServer } from "./nats-server.ts";

/** A kind of broker. */
export type BrokerName = "memory" | "nats";

/** All kinds, for `describe.each`. */
export const BROKERS: readonly BrokerName[] = ["memory", "nats"];

/** How a world differs from the usual one. */
export interface WorldOptions {
  /** Most bytes of waiting tasks. */
  readonly maxTaskBytes?: number;
  /** Most bytes of stored outcomes, where the broker bounds them. */
  readonly maxResultBytes?: number;
  /** Settings of both applications. */
  readonly settings?: Partial<Settings>;
}

const LETTERS = 100;
const ENOUGH_BYTES = 64 * 1024 * 1024;

/** See the top of the file. */
export class World {
  readonly broker: BrokerName;
  /** The client's connection. */
  readonly transport: Transport;
  /** Calls tasks and awaits results; knows no task. */
  readonly client: Troupe;
  /** Has the tasks, and its workers run them. */
  readonly service: Troupe;
  readonly #server: NatsServer | null;
  readonly #memory: Transport;
  readonly #options: WorldOptions;
  readonly #apps: Troupe[] = [];
  readonly #workers: Worker[] = [];

  private constructor(broker: BrokerName, server: NatsServer | null, options: WorldOptions) {
    this.broker = broker;
    this.#server = server;
    this.#options = options;
    this.#memory = memoryTransport({ maxStoredBytes: options.maxTaskBytes ?? ENOUGH_BYTES });
    this.service = this.app();
    this.transport = this.newTransport();
    this.client = this.app({ broker: this.transport });
  }

  /** Starts a broker of that kind, and connects to it. */
  static async open(broker: BrokerName, options: WorldOptions = {}): Promise<World> {
    return World.#connected(broker, broker === "nats" ? await NatsServer.start() : null, options);
  }

  /** Connects to a server that a test has started and restarts. Stopped with the world. */
  static on(server: NatsServer, options: WorldOptions = {}): Promise<World> {
    return World.#connected("nats", server, options);
  }

  static async #connected(broker: BrokerName, server: NatsServer | null, options: WorldOptions): Promise<World> {
    const world = new World(broker, server, options);
    try {
      await Promise.all([world.service.connect(), world.client.connect()]);
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
    return world;
  }

  /** Another transport to the broker; the same object where the broker is in it. */
  newTransport(options: NatsTransportOptions = {}): Transport {
    if (!this.#server) return this.#memory;
    const tasks = this.#options.maxTaskBytes ?? ENOUGH_BYTES;
    const results = this.#options.maxResultBytes ?? ENOUGH_BYTES;
    return natsTransport({ servers: this.#server.url, maxBytes: { tasks, results }, pullExpires: 1_000, ...options });
  }

  /** Another application on the broker; closed with the world. */
  app(settings: Partial<Settings> = {}): Troupe {
    const usual = { broker: this.newTransport(), logLevel: "silent" } as const;
    const app = new Troupe("test", { ...usual, ...this.#options.settings, ...settings });
    this.#apps.push(app);
    return app;
  }

  /** Starts a worker; of the service, unless told otherwise. Stopped with the world. */
  async worker(options: WorkerOptions = {}, app: Troupe = this.service): Promise<Worker> {
    const worker = app.worker(options);
    this.#workers.push(worker);
    await worker.start();
    return worker;
  }

  /** Waits until a queue holds nothing, waiting or delivered. */
  async emptied(queue = "default"): Promise<void> {
    await eventually(`queue "${queue}" is empty`, async () => {
      const { waiting, unsettled } = await this.transport.tasks.count(queue);
      return waiting === 0 && unsettled === 0;
    });
  }

  /** Reasons of the dead letters of a queue, newest first. */
  async reported(queue = "default"): Promise<string[]> {
    const query = { queue, reason: null, before: null, limit: LETTERS };
    const { letters } = await this.transport.deadLetters.list(query);
    return letters.map((letter) => letter.reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop({ mode: "cold" })));
    await Promise.all(this.#apps.map((app) => app.close()));
    await this.#server?.[Symbol.asyncDispose]();
  }
}

// What a run is made of: the broker, both contenders, and how long to measure.

import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { Contender } from "./contender.ts";
import { type BenchServer, startServer } from "./nats-server.ts";
import { rawCaller } from "./raw-caller.ts";
import { troupeCaller } from "./troupe-app.ts";

// Who has which shard: key-value buckets, and numbers of owners that must never be given out twice.
const LASTING = /^KV_|_EPOCHS$/;

/** How much is measured. */
export interface Extent {
  /** Recorded rounds of each measure. */
  readonly rounds: number;
  /** Tasks per round and side where throughput is measured. */
  readonly tasks: number;
  /** Round trips per round and side. */
  readonly roundTrips: number;
  /** Tasks over which the worker's memory is watched. */
  readonly memoryTasks: number;
}

/** Ends within about ten minutes on two cores. */
export const QUICK: Extent = { rounds: 5, tasks: 20_000, roundTrips: 500, memoryTasks: 1_000_000 };
/** For numbers that are to be recorded. */
export const FULL: Extent = { rounds: 11, tasks: 50_000, roundTrips: 2_000, memoryTasks: 1_000_000 };

/** A broker with Troupe and the raw loop on it, both idle. */
export class BenchRun implements AsyncDisposable {
  readonly troupe: Contender;
  readonly raw: Contender;
  readonly server: BenchServer;
  readonly extent: Extent;
  readonly #nats: NatsConnection;
  readonly #manager: JetStreamManager;

  private constructor(
    parts: Pick<BenchRun, "troupe" | "raw" | "server" | "extent">,
    nats: NatsConnection,
    manager: JetStreamManager,
  ) {
    this.troupe = parts.troupe;
    this.raw = parts.raw;
    this.server = parts.server;
    this.extent = parts.extent;
    this.#nats = nats;
    this.#manager = manager;
  }

  static async start(extent: Extent): Promise<BenchRun> {
    const server = await startServer();
    const { url } = server;
    const troupe = await Contender.start(await troupeCaller(url), "./troupe-worker.ts", url);
    const raw = await Contender.start(await rawCaller(url), "./raw-worker.ts", url);
    const nats = await connect({ servers: url });
    return new BenchRun({ troupe, raw, server, extent }, nats, await jetstreamManager(nats));
  }

  /** Empties all streams of tasks and results, so that no round pays for what earlier ones left behind. */
  async clean(): Promise<void> {
    for await (const { config } of this.#manager.streams.list())
      if (!LASTING.test(config.name)) await this.#manager.streams.purge(config.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.troupe[Symbol.asyncDispose]();
    await this.raw[Symbol.asyncDispose]();
    await this.#nats.close();
    await this.server[Symbol.asyncDispose]();
  }
}

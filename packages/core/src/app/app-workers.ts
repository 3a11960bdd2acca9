// The workers of one application: makes them, connects them, and opens the application in their children.

import path from "node:path";
import { pathToFileURL } from "node:url";
import { threadId } from "node:worker_threads";
import { durationMs } from "../model/duration.ts";
import type { Logger } from "../platform/logger.ts";
import type { WorkerPorts } from "../worker/delivered-tasks.ts";
import type { ChildSetup } from "../worker/pools/child-messages.ts";
import type { ChildApp } from "../worker/pools/child-tasks.ts";
import { safeInspector } from "../worker/safe-inspector.ts";
import { Worker } from "../worker/worker.ts";
import { resolveWorkerOptions, type WorkerOptions } from "../worker/worker-options.ts";
import type { AppParts } from "./app-parts.ts";
import { childOrigin, isChild, isWithinProcess, noBrokerInChild, workerInChild } from "./child-setup.ts";
import { includeModule } from "./include-module.ts";
import { reportText } from "./report-text.ts";
import { workerDefaultsOf } from "./worker-defaults.ts";

/** The executing side of one application. */
export class AppWorkers {
  readonly #name: string;
  readonly #parts: AppParts;
  #module: string | null = null;
  #loader: string | null = null;
  #includeBase: string | URL = pathToFileURL(process.argv[1] ?? path.join(process.cwd(), "index.js"));

  constructor(name: string, parts: AppParts) {
    this.#name = name;
    this.#parts = parts;
  }

  /** @throws {InvalidArgumentError | UnsupportedError | QueueNotFound} */
  make(options: WorkerOptions): Worker {
    const { conf, connection } = this.#parts;
    const config = resolveWorkerOptions(options, workerDefaultsOf(conf));
    const onError = (error: unknown): void =>
      connection.logger.error({ err: error }, `the inspector of worker ${config.hostname} failed`);
    const inspect = config.inspect && safeInspector(config.inspect, onError);
    return new Worker({ ...config, inspect }, (signal, worker) => this.#open(signal, worker));
  }

  /** Where the application's module is, and what its children import first. */
  includeFrom(module: string | URL, loader: string | URL | undefined): void {
    this.#includeBase =
      typeof module === "string" && !module.includes("://") ? pathToFileURL(path.resolve(module)) : module;
    this.#module = String(this.#includeBase);
    this.#loader = loader === undefined ? null : String(loader);
  }

  async #open(signal: AbortSignal, worker: Worker): Promise<WorkerPorts> {
    if (isChild()) throw workerInChild();
    const { conf, connection, registry, extensions, ports, canvases } = this.#parts;
    for (const module of conf.include) await includeModule(module, this.#includeBase);
    const { transport } = await connection.connectPatiently(signal);
    return {
      transport,
      tasks: registry,
      outgoing: extensions.outgoing,
      clock: ports.clock,
      logical: this.#parts.logical,
      random: Math.random,
      logger: connection.logger,
      within: ports.within,
      accepted: new Set(conf.acceptContent),
      maxDeliveries: conf.maxDeliveries,
      actorMaxAgeMs: durationMs(conf.actorMaxAge, "actorMaxAge"),
      freeze: ports.freeze,
      compile: (signature, newId) => canvases.freezeUnder(signature, newId),
      commands: this.#parts.commands.rowsFor(worker),
      settings: (withDefaults) => conf.censored({ withDefaults }),
      report: () => reportText(this.#name, conf),
      children: () => childOrigin(this.#name, this.#place(), conf),
    };
  }

  #place(): Parameters<typeof childOrigin>[1] {
    return { module: this.#module, base: String(this.#includeBase), loader: this.#loader };
  }

  /** Runs tasks of a worker whose child this thread or process is. */
  openInChild({ settings, shards, hostname }: ChildSetup, logger: Logger, close: () => Promise<void>): ChildApp {
    const { conf, connection, extensions, registry, ports, canvases } = this.#parts;
    const { hooks } = extensions;
    const child = { hostname, pid: process.pid, threadId };
    conf.update({ ...settings, logger: conf.logger ?? logger });
    this.#parts.shards = shards;
    if (isWithinProcess(conf.broker)) connection.refuse(noBrokerInChild(hostname));
    return {
      tasks: registry,
      within: ports.within,
      freeze: ports.freeze,
      dataOf: (signature) => canvases.dataOf(signature),
      logger,
      begin: () => hooks.emit("workerProcessInit", hostname, child),
      close: async () => {
        await hooks.emit("workerProcessShutdown", hostname, child);
        await close();
      },
    };
  }
}

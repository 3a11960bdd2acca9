// The pool that a worker's options name.

import { LOG_LEVELS } from "../../platform/logger.ts";
import type { WorkerPorts } from "../delivered-tasks.ts";
import { asyncPool, type Pool } from "../pool.ts";
import type { WorkerConfig } from "../worker-options.ts";
import { ChildPool } from "./child-pool.ts";
import { startProcess } from "./child-process.ts";
import { startThread } from "./child-thread.ts";

/** @throws {ConfigError} there is no module that children could import. */
export function makePool(config: WorkerConfig, ports: WorkerPorts): Pool {
  const { pool, concurrency, hostname, children: limits } = config;
  if (pool === "async" || pool === "solo") return asyncPool(ports.within);
  const { clock, logger, transport } = ports;
  const { entry, source } = ports.children();
  const start = pool === "threads" ? startThread : startProcess;
  const setup = {
    ...source,
    shards: transport.mailboxes.shards,
    hostname,
    levels: LOG_LEVELS.filter((level) => logger.isLevelEnabled?.(level) ?? true),
    measuresMemory: limits.maxMemoryBytes !== null,
  };
  return new ChildPool({ startChild: (events) => start(entry, events), setup, limits, clock, logger }, concurrency);
}

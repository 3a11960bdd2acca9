// What the children of a worker have to know to run its application's tasks. What does not travel – classes, functions, a logger –
// they have from the application's own module.

import { fileURLToPath } from "node:url";
import { isMainThread, workerData } from "node:worker_threads";
import { checkValue } from "../codec/check-value.ts";
import { ConfigError, UnsupportedError } from "../model/errors.ts";
import type { ChildOrigin } from "../worker/pools/child-messages.ts";
import { CHILD_THREAD } from "../worker/pools/parent-port.ts";
import type { Settings } from "./config.ts";

/** Module of Troupe that children run. */
const CHILD_ENTRY: URL = import.meta.url.endsWith(".ts")
  ? new URL("./child-main.ts", import.meta.url)
  : new URL("./child-main.js", import.meta.url);

/** Where the application's modules are. */
export interface ModulePlace {
  /** The application's module, where it is known. */
  readonly module: string | null;
  /** Where relative names of `include` start. */
  readonly base: string;
  /** Module that teaches Node to read them, or null. */
  readonly loader: string | null;
}

/** @throws {ConfigError} there is no module that children could import. */
export function childOrigin(app: string, { module, base, loader }: ModulePlace, settings: Settings): ChildOrigin {
  const modules = [...(module === null ? [] : [module]), ...settings.include];
  if (modules.length > 0)
    return { entry: CHILD_ENTRY, source: { app, modules, base, loader, settings: plainSettings(settings) } };
  throw new ConfigError(
    `threads and processes import the module that makes application "${app}", and it is not known: write app.includeFrom(import.meta.url) ` +
      "there, and start the worker in another module",
  );
}

/** Whether this thread or process is a child of a worker. */
export function isChild(): boolean {
  return isMainThread ? process.argv[1] === fileURLToPath(CHILD_ENTRY) : workerData === CHILD_THREAD;
}

export function workerInChild(): Error {
  return new UnsupportedError(
    "a worker was started in a thread or process of another worker, which imported the module that does so; start workers in a module " +
      "that neither the application's module nor include imports",
  );
}

export function noBrokerInChild(hostname: string): Error {
  return new UnsupportedError(
    `a task in a thread or process of worker ${hostname} cannot call tasks or read results, for the broker memory: lives in the worker's ` +
      'own thread; use the pool "async", or a broker that others reach: nats://127.0.0.1:4222',
  );
}

function plainSettings(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => name !== "include" && isPlain(value)));
}

function isPlain(value: unknown): boolean {
  try {
    checkValue(value, { beyondJson: true }, "setting");
    return true;
  } catch {
    return false;
  }
}

/** Whether a broker lives in the process that uses it, so that no other can reach it. */
export function isWithinProcess(broker: Settings["broker"]): boolean {
  if (typeof broker === "object" && "address" in broker) return broker.address.startsWith("memory:");
  return [broker].flat().every((url) => url.trim().toLowerCase().startsWith("memory:"));
}

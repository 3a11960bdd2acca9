// Starts the progress thread. Its entry lies beside this file: `.js` when built, `.ts` when run from source.

import { Worker, type WorkerOptions } from "node:worker_threads";
import type { ThreadData } from "./thread-messages.ts";

/** Starts it; it connects by itself. */
export function startThread(data: ThreadData): Worker {
  const options: WorkerOptions = { workerData: data, name: data.dial.name };
  const fromSource = import.meta.url.endsWith(".ts");
  if (!fromSource) return new Worker(new URL("./progress-thread.js", import.meta.url), options);
  // While Troupe itself is developed: a thread does not inherit the loader for TypeScript of the test runner.
  const loader = import.meta.resolve("tsx/esm/api");
  const entry = new URL("./progress-thread.ts", import.meta.url).href;
  const load = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}); })`;
  return new Worker(load, { ...options, eval: true });
}

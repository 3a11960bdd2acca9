// A child that is a thread: cheaper than a process, and still ended by force. It shares the memory limit and the fate of the process.

import { Worker } from "node:worker_threads";
import type { Child, ChildEvents } from "./child.ts";
import { type FromChild, isChildMessage } from "./child-messages.ts";
import { CHILD_THREAD } from "./parent-port.ts";

/**
 * Starts one.
 *
 * @param entry - Module of Troupe that children run.
 */
export function startThread(entry: URL, { onMessage, onEnd }: ChildEvents): Child {
  const thread = openThread(entry);
  let reason = "";
  thread.on("message", (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a child is of the same version as its worker
    if (isChildMessage(message)) onMessage(message as FromChild);
  });
  thread.on("error", (error: NodeJS.ErrnoException) => {
    reason = ` (${error.code ?? error.name}: ${error.message})`;
  });
  const ended = new Promise<void>((resolve) => {
    thread.once("exit", (code) => {
      onEnd(`exitcode ${code}${reason}`);
      resolve();
    });
  });
  return {
    id: thread.threadId,
    ended,
    send: (message) => thread.postMessage(message),
    kill: () => void thread.terminate(),
  };
}

function openThread(entry: URL): Worker {
  if (!entry.href.endsWith(".ts")) return new Worker(entry, { workerData: CHILD_THREAD });
  // While Troupe itself is developed: a thread does not get the loader for TypeScript of the test runner.
  const loader = import.meta.resolve("tsx/esm/api");
  const load = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry.href)}); })`;
  return new Worker(load, { eval: true, workerData: CHILD_THREAD, execArgv: ["--conditions=troupe-source"] });
}

// What a worker does at this moment, as lines for its log: for one that seems to hang.

import type { Worker } from "@troupe/core";

const MEGABYTE = 1_048_576;

/** Lines about a worker and its process. @param now - Milliseconds since the epoch. */
export function stateLines(worker: Pick<Worker, "hostname" | "active" | "actor">, now: number): readonly string[] {
  const tasks = worker.active();
  const { rss, heapUsed } = process.memoryUsage();
  const state = String(worker.actor.getSnapshot().value);
  return [
    `worker: ${worker.hostname} is ${state}; running tasks: ${tasks.length}; memory: ${mb(rss)}, heap ${mb(heapUsed)}`,
    ...tasks.map(
      ({ id, name, args, kwargs, timeStart }) =>
        `worker:   ${name}[${id}] for ${((now - timeStart) / 1_000).toFixed(1)} s, args ${args}, kwargs ${kwargs}`,
    ),
    `worker:   the process waits for: ${counted(process.getActiveResourcesInfo())}`,
  ];
}

function mb(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`;
}

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} × ${count}`).join(", ") || "nothing";
}

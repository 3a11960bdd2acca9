// The commands that every worker obeys: one row each.

import type { ActiveTask, ScheduledTask, WorkerStats } from "../model/control-command.ts";
import type { TaskHost } from "./task-host.ts";
import { plainCommand, type WorkerCommand } from "./worker-command.ts";

/** What the commands ask the worker. */
export interface Inspected {
  active(): ActiveTask[];
  scheduled(): ScheduledTask[];
  stats(): WorkerStats;
}

/** The table of commands of a worker. */
export function workerCommands(host: TaskHost, inspected: Inspected): readonly WorkerCommand[] {
  return [
    plainCommand("ping", () => ({ ok: "pong" })),
    plainCommand("active", () => inspected.active()),
    plainCommand("scheduled", () => inspected.scheduled()),
    plainCommand("registered", () => host.tasks.names()),
    plainCommand("stats", () => inspected.stats()),
  ];
}

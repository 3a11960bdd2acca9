// The commands that ask a worker about itself.

import type { OptionRule } from "../model/check-options.ts";
import type {
  ActiveQueue,
  ActiveTask,
  QueriedTask,
  ReservedTask,
  ScheduledTask,
  WorkerMemory,
  WorkerStats,
} from "../model/inspect-replies.ts";
import { isTaskId } from "../model/names.ts";
import * as rule from "../model/option-rules.ts";
import { heapSnapshot } from "./heap-snapshot.ts";
import { describeRegistered, TASK_ATTRIBUTES } from "./registered-text.ts";
import type { TaskHost } from "./task-host.ts";
import { commandWith, plainCommand, type WorkerCommand } from "./worker-command.ts";

/** What is asked. */
export interface Inspected {
  active(): ActiveTask[];
  scheduled(): ScheduledTask[];
  reserved(): ReservedTask[];
  these(ids: readonly string[]): Record<string, QueriedTask>;
  revoked(): string[];
  queues(): ActiveQueue[];
  stats(): WorkerStats;
  /** The application's settings without secrets: those that differ from their defaults, or all. */
  settings(withDefaults: boolean): Readonly<Record<string, unknown>>;
  /** Versions, platform and changed settings, as text. */
  report(): string;
}

const MAX_IDS = 1_000;
const IDS: OptionRule = {
  wants: `a list of task ids, at most ${MAX_IDS}`,
  is: (value) => Array.isArray(value) && value.length <= MAX_IDS && value.every(isTaskId),
};

interface QueryArguments {
  readonly ids: readonly string[];
}

interface RegisteredArguments {
  readonly attributes?: readonly string[];
}

interface ConfArguments {
  readonly withDefaults?: boolean;
}

/** Their rows in the table of commands. */
export function inspectCommands(host: TaskHost, inspected: Inspected): readonly WorkerCommand[] {
  return [
    plainCommand("ping", () => ({ ok: "pong" })),
    plainCommand("active", () => inspected.active()),
    plainCommand("scheduled", () => inspected.scheduled()),
    plainCommand("reserved", () => inspected.reserved()),
    plainCommand("revoked", () => inspected.revoked()),
    plainCommand("active_queues", () => inspected.queues()),
    plainCommand("stats", () => inspected.stats()),
    plainCommand("report", () => ({ ok: inspected.report() })),
    plainCommand("clock", () => ({ clock: host.transport.now() })),
    plainCommand("memory", memory),
    plainCommand("objgraph", () => ({ filename: heapSnapshot(host) })),
    commandWith<QueryArguments>("query_task", { rules: { ids: IDS }, needed: ["ids"] }, ({ ids }) =>
      inspected.these(ids),
    ),
    commandWith<RegisteredArguments>(
      "registered",
      { rules: { attributes: rule.someOf(TASK_ATTRIBUTES) } },
      ({ attributes = [] }) => describeRegistered(host, attributes),
    ),
    commandWith<ConfArguments>("conf", { rules: { withDefaults: rule.flag } }, ({ withDefaults = false }) =>
      inspected.settings(withDefaults),
    ),
  ];
}

function memory(): WorkerMemory {
  return { ...process.memoryUsage() };
}

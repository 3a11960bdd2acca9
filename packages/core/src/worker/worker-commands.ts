// The commands that every worker obeys: one row each.

import type { ActiveTask, ScheduledTask, WorkerStats } from "../model/control-command.ts";
import type { Revocation } from "../model/revocation.ts";
import type { Capacity } from "./capacity.ts";
import { capacityCommands } from "./capacity-commands.ts";
import { limitCommands } from "./limit-commands.ts";
import {
  REVOKE,
  REVOKE_STAMPED,
  type RevokeArguments,
  type RevokeStampedArguments,
  revoke,
  revokeStamped,
} from "./revoke-commands.ts";
import type { TaskHost } from "./task-host.ts";
import { commandWith, plainCommand, type WorkerCommand } from "./worker-command.ts";

/** What the commands ask the worker. */
export interface Inspected {
  active(): ActiveTask[];
  scheduled(): ScheduledTask[];
  stats(): WorkerStats;
  revoked(): string[];
  readonly capacity: Capacity;
  /** Decides what was revoked; gives the ids of those tasks that were terminated here, now or a moment ago. */
  revoke(ids: readonly string[] | null, revocation: Revocation): string[];
}

/** The table of commands of a worker. */
export function workerCommands(host: TaskHost, inspected: Inspected): readonly WorkerCommand[] {
  return [
    plainCommand("ping", () => ({ ok: "pong" })),
    plainCommand("active", () => inspected.active()),
    plainCommand("scheduled", () => inspected.scheduled()),
    plainCommand("registered", () => host.tasks.names()),
    plainCommand("stats", () => inspected.stats()),
    plainCommand("revoked", () => inspected.revoked()),
    commandWith<RevokeArguments>("revoke", REVOKE, (args) => revoke(args, inspected)),
    commandWith<RevokeStampedArguments>("revoke_by_stamped_headers", REVOKE_STAMPED, (args) =>
      revokeStamped(args, inspected),
    ),
    ...limitCommands(host),
    ...capacityCommands(inspected.capacity),
  ];
}

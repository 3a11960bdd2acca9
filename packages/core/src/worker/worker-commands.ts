// The commands that every worker obeys, and those of its application: the whole table.

import type { Revocation } from "../model/revocation.ts";
import type { Capacity } from "./capacity.ts";
import { capacityCommands } from "./capacity-commands.ts";
import { type Inspected, inspectCommands } from "./inspect-commands.ts";
import { type Changed, lifeCommands } from "./life-commands.ts";
import { limitCommands } from "./limit-commands.ts";
import { revokeCommands } from "./revoke-commands.ts";
import type { TaskHost } from "./task-host.ts";
import type { WorkerCommand } from "./worker-command.ts";
import type { WorkerEvents } from "./worker-events.ts";

/** What the commands ask the worker, and do to it. */
export interface Commanded extends Inspected, Changed {
  readonly capacity: Pick<Capacity, "grow" | "setBounds">;
  readonly events: Pick<WorkerEvents, "commands">;
  /** Decides what was revoked; gives the ids of those tasks that were terminated here, now or a moment ago. */
  revoke(ids: readonly string[] | null, revocation: Revocation): string[];
}

/** The table of commands of a worker. */
export function workerCommands(host: TaskHost, worker: Commanded): readonly WorkerCommand[] {
  return [
    ...inspectCommands(host, worker),
    ...revokeCommands(worker),
    ...limitCommands(host),
    ...capacityCommands(worker.capacity),
    ...lifeCommands(worker),
    ...worker.events.commands(),
  ];
}

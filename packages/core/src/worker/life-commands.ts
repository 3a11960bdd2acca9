// The commands that change what a worker is: its queues, its children, whether it runs at all.

import type { Duration } from "../model/duration.ts";
import * as rule from "../model/option-rules.ts";
import type { StopOptions } from "./stop-options.ts";
import { commandWith, plainCommand, type WorkerCommand } from "./worker-command.ts";

/** What the commands do to the worker. */
export interface Changed {
  /** @throws {QueueNotFound | LimitReachedError} */
  addQueue(queue: string): Promise<void>;
  cancelQueue(queue: string): Promise<void>;
  /** @throws {InvalidArgumentError} its pool has no children. @throws {ConfigError} new ones cannot run tasks. */
  restartPool(): Promise<void>;
  stop(options: StopOptions): void;
}

interface QueueArguments {
  readonly queue: string;
}

interface ShutdownArguments {
  readonly mode?: "warm" | "soft" | "cold";
  readonly timeout?: Duration;
}

const QUEUE = { rules: { queue: rule.queueName }, needed: ["queue"] } as const;

/** Their rows in the table of commands. */
export function lifeCommands(worker: Changed): readonly WorkerCommand[] {
  return [
    commandWith<QueueArguments>("add_consumer", QUEUE, async ({ queue }) => {
      await worker.addQueue(queue);
      return { ok: `add consumer ${queue}` };
    }),
    commandWith<QueueArguments>("cancel_consumer", QUEUE, async ({ queue }) => {
      await worker.cancelQueue(queue);
      return { ok: `no longer consuming from ${queue}` };
    }),
    plainCommand("pool_restart", async () => {
      await worker.restartPool();
      return { ok: "pool restarted" };
    }),
    commandWith<ShutdownArguments>(
      "shutdown",
      { rules: { mode: rule.oneOf(["warm", "soft", "cold"]), timeout: rule.duration } },
      ({ mode = "warm", timeout }) => {
        worker.stop({ mode, timeout });
        return { ok: `${mode} shutdown` };
      },
    ),
  ];
}

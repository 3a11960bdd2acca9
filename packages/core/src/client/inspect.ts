// Asks workers about themselves.

import { checkOptions, type OptionTable } from "../model/check-options.ts";
import type { ActiveTask, ScheduledTask, WorkerStats } from "../model/control-command.ts";
import { type Duration, durationMs } from "../model/duration.ts";
import * as rule from "../model/option-rules.ts";
import { type AskPorts, askWorkers, type Replies } from "./ask-workers.ts";

/** Whom to ask, and how long to wait. */
export interface InspectOptions {
  /** Names of the workers that shall answer. @default all */
  readonly destination?: readonly string[] | undefined;
  /** Longest wait; it ends early when all of `destination` have answered. @default 1 s */
  readonly timeout?: Duration | undefined;
}

const INSPECT_OPTION_TABLE: OptionTable = {
  destination: { ...rule.texts, wants: "a list of worker names" },
  timeout: rule.duration,
  pattern: "later",
};

/** Questions to workers. Each rejects with `BrokerUnreachableError` when the broker does not answer within the timeout. */
export class Inspect {
  readonly #ports: AskPorts;
  readonly #destination: readonly string[] | null;
  readonly #timeoutMs: number;

  constructor(ports: AskPorts, options?: InspectOptions) {
    checkOptions(options, INSPECT_OPTION_TABLE, { what: "inspect option", kind: "argument" });
    this.#ports = ports;
    this.#destination = options?.destination ?? null;
    this.#timeoutMs = durationMs(options?.timeout ?? 1_000, "timeout");
  }

  /** Who is there: `{ ok: "pong" }` of each worker. */
  ping(): Promise<Replies<{ readonly ok: "pong" }>> {
    return this.#ask("ping");
  }

  /** Tasks that run now. */
  active(): Promise<Replies<readonly ActiveTask[]>> {
    return this.#ask("active");
  }

  /** Tasks that each worker holds until they are due, which is within a second. For those that wait longer: `app.delayed`. */
  scheduled(): Promise<Replies<readonly ScheduledTask[]>> {
    return this.#ask("scheduled");
  }

  /** Names of the tasks that each worker knows. */
  registered(): Promise<Replies<readonly string[]>> {
    return this.#ask("registered");
  }

  /**
   * What is revoked, as each worker keeps it: ids of tasks, and stamps as `header=value`. The newest 5,000; none of tasks where more than
   * 50,000 are revoked.
   */
  revoked(): Promise<Replies<readonly string[]>> {
    return this.#ask("revoked");
  }

  /** Figures of each worker. */
  stats(): Promise<Replies<WorkerStats>> {
    return this.#ask("stats");
  }

  #ask<T>(command: string): Promise<Replies<T>> {
    const destination = this.#destination;
    return askWorkers<T>({ command, destination, timeoutMs: this.#timeoutMs }, this.#ports);
  }
}

// A task as the worker knows it: handler and resolved options.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { SerializerName } from "../codec/serializer.ts";
import type { ErrorClass } from "../model/failure.ts";
import type { RateRule } from "../model/rate-limit.ts";
import type { RetryRules } from "../model/retry-policy.ts";
import type { TaskHooks } from "../model/task-options.ts";
import type { TimeLimits } from "../model/time-limits.ts";
import type { UniqueRule } from "../model/unique-options.ts";
import type { Surroundings } from "./run-surrounded.ts";
import type { TaskContext } from "./task-context.ts";

/** A handler, as the runtime calls it. */
export type Handler = (this: TaskContext, ...args: unknown[]) => unknown;

/** Options of a task with all settings filled in. */
export interface TaskConfig {
  readonly ignoreResult: boolean;
  readonly storeErrorsEvenIfIgnored: boolean;
  readonly trackStarted: boolean;
  readonly acksLate: boolean;
  readonly acksOnFailure: boolean;
  readonly acksOnTimeout: boolean;
  readonly rejectOnWorkerLost: boolean;
  readonly expiresMs: number | null;
  /** Null: its worker's. */
  readonly timeLimits: TimeLimits | null;
  /** Null: none. */
  readonly rateLimit: RateRule | null;
  readonly serializer: SerializerName;
  readonly retry: RetryRules;
  readonly throws: readonly ErrorClass[];
  readonly params: readonly string[] | null;
  readonly input: StandardSchemaV1<unknown[], unknown[]> | null;
  readonly unique: UniqueRule | null;
  /** Whether events tell of it. */
  readonly sendEvents: boolean;
  /** Null when it has none. */
  readonly hooks: TaskHooks | null;
}

/** A task of the registry. */
export interface RegisteredTask {
  readonly name: string;
  readonly handler: Handler;
  readonly config: TaskConfig;
  /** What surrounds the runs of all tasks of its application; left out: nothing. */
  readonly around?: Surroundings | undefined;
}

/** Finds tasks by name. */
export interface TaskSource {
  get(name: string): RegisteredTask | undefined;
  names(): string[];
}

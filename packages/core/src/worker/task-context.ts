// What a handler sees of its run, as `this` or as `app.currentTask`.

import { checkValue } from "../codec/check-value.ts";
import { InvalidArgumentError } from "../model/errors.ts";
import { shown } from "../model/names.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { isBuiltInState } from "../model/task-state.ts";
import type { Logger } from "../platform/logger.ts";

/** Where a message came from. */
export interface DeliveryInfo {
  readonly queue: string;
  /** Delivered before, so that it may have been started before. */
  readonly redelivered: boolean;
  /** The task runs in the caller's process (`apply`, a direct call). */
  readonly isEager: boolean;
}

/** What the worker does for a context. */
export interface ContextPorts {
  readonly hostname: string;
  readonly logger: Logger;
  readonly saveState: (state: string, meta: unknown) => Promise<void>;
  /** Made when a handler asks for it. */
  readonly signal: () => AbortSignal;
}

/** The run of a task, seen from inside. */
export class TaskContext {
  readonly #message: TaskMessage;
  readonly #ports: ContextPorts;
  readonly deliveryInfo: DeliveryInfo;
  #log: Logger | null = null;

  constructor(message: TaskMessage, deliveryInfo: DeliveryInfo, ports: ContextPorts) {
    this.#message = message;
    this.#ports = ports;
    this.deliveryInfo = deliveryInfo;
  }

  get id(): string {
    return this.#message.id;
  }

  /** Registered name of the task. */
  get name(): string {
    return this.#message.name;
  }

  get args(): readonly unknown[] {
    return this.#message.args;
  }

  get kwargs(): Readonly<Record<string, unknown>> {
    return this.#message.kwargs;
  }

  /** Retries so far. */
  get retries(): number {
    return this.#message.retries;
  }

  /** First task of the tree that this one belongs to. */
  get rootId(): string {
    return this.#message.rootId;
  }

  /** Task that called this one, or null. */
  get parentId(): string | null {
    return this.#message.parentId;
  }

  /** The caller's own headers. */
  get headers(): Readonly<Record<string, unknown>> {
    return this.#message.headers;
  }

  /** Name of the worker. */
  get hostname(): string {
    return this.#ports.hostname;
  }

  /** Latest start, or null. */
  get expires(): Date | null {
    return this.#message.expires === null ? null : new Date(this.#message.expires);
  }

  /** Aborted when the worker is stopped cold; the task goes back to its queue. */
  get signal(): AbortSignal {
    return this.#ports.signal();
  }

  /** Logger that names the task and its id in each line. */
  get log(): Logger {
    this.#log ??= this.#ports.logger.child({ task: this.#message.name, taskId: this.#message.id });
    return this.#log;
  }

  /**
   * Records a state of the task's own, for `result.state()` and `result.info()`.
   *
   * @param state - Any name that Troupe does not use itself, for example `"PROGRESS"`.
   * @param meta - Plain data for `info().meta`.
   * @throws {InvalidArgumentError} a built-in state.
   * @throws {SerializationError} `meta` cannot travel.
   */
  async updateState(state: string, meta: unknown = null): Promise<void> {
    if (typeof state !== "string" || state === "" || state.length > 64 || isBuiltInState(state)) {
      throw new InvalidArgumentError(
        `state ${shown(state)} cannot be set by a task; use a name of its own, for example "PROGRESS"`,
      );
    }
    checkValue(meta, { beyondJson: true }, "meta");
    await this.#ports.saveState(state, meta);
  }

  /** Records how far the task is: `updateState("PROGRESS", { done, total })`. */
  async progress(done: number, total: number): Promise<void> {
    await this.updateState("PROGRESS", { done, total });
  }
}

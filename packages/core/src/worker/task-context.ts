// What a handler sees of its run, as `this` or as `app.currentTask`.

import { CALLED } from "../client/running-task.ts";
import type { AnySignature, ResultOf } from "../client/signature.ts";
import { checkValue } from "../codec/check-value.ts";
import { InvalidArgumentError, InvalidCanvasError } from "../model/errors.ts";
import type { EventFields } from "../model/event-map.ts";
import { type Flow, MAX_REPLACEMENTS } from "../model/flow.ts";
import { NO_KEYWORDS } from "../model/kw.ts";
import { shown } from "../model/names.ts";
import { MAX_CHILD_IDS, type NodeRef } from "../model/result-ref.ts";
import { Retry, type RetryOptions } from "../model/retry.ts";
import type { TaskMessage } from "../model/task-message.ts";
import { isBuiltInState } from "../model/task-state.ts";
import type { Logger } from "../platform/logger.ts";
import { Replacement } from "./replacement.ts";

/** What the handler called, in order; no more than a record lists. No part of what a handler sees. */
export const CHILDREN: unique symbol = Symbol("children");
/** Tells a context that its handler has ended, or is not heard any more. */
export const ENDED: unique symbol = Symbol("ended");

/** Where a message came from. */
export interface DeliveryInfo {
  readonly queue: string;
  /** From 0 to 9; null: it was called without one. */
  readonly priority: number | null;
  /** Delivered before, so that it may have been started before. */
  readonly redelivered: boolean;
  /** The task runs in the caller's process (`apply`, a direct call). */
  readonly isEager: boolean;
}

/** What the worker does for a context. */
export interface ContextPorts {
  readonly hostname: string;
  readonly logger: Logger;
  /** Freezes a canvas whose last step gets the id of the running task. */
  readonly freeze: (signature: unknown) => Flow;
  /** Adds the `k`-th member that this task adds to its chord. */
  readonly addToChord: (signature: unknown, k: number) => Promise<void>;
  readonly saveState: (state: string, meta: unknown) => Promise<void>;
  readonly sendEvent: (type: string, fields: unknown) => Promise<void>;
  /** Made when a handler asks for it. */
  readonly signal: () => AbortSignal;
}

/** The run of a task, seen from inside. */
export class TaskContext {
  readonly #message: TaskMessage;
  readonly #ports: ContextPorts;
  readonly deliveryInfo: DeliveryInfo;
  readonly [CHILDREN]: NodeRef[] = [];
  #log: Logger | null = null;
  #added = 0;
  #hasEnded = false;

  constructor(message: TaskMessage, deliveryInfo: DeliveryInfo, ports: ContextPorts) {
    this.#message = message;
    this.#ports = ports;
    this.deliveryInfo = deliveryInfo;
  }

  [CALLED](child: NodeRef): void {
    const children = this[CHILDREN];
    if (children.length < MAX_CHILD_IDS) children.push(child);
  }

  [ENDED](): void {
    this.#hasEnded = true;
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

  /** Group that this task is a member of, or null. */
  get groupId(): string | null {
    return this.#message.canvas?.group?.id ?? null;
  }

  /** Place in the group, or null. */
  get groupIndex(): number | null {
    return this.#message.canvas?.group?.index ?? null;
  }

  /** Labels that the canvas was stamped with. */
  get stamps(): Readonly<Record<string, unknown>> {
    return this.#message.canvas?.stamps ?? NO_KEYWORDS;
  }

  /** Names of the stamps. */
  get stampedHeaders(): readonly string[] {
    return Object.keys(this.stamps);
  }

  /** How often a task was replaced on the way to this one. */
  get replacedTaskNesting(): number {
    return this.#message.canvas?.nesting ?? 0;
  }

  /** The caller's own headers. */
  get headers(): Readonly<Record<string, unknown>> {
    return this.#message.headers;
  }

  /** Name of the worker. */
  get hostname(): string {
    return this.#ports.hostname;
  }

  /** When it was due, where it had to wait, or null. */
  get eta(): Date | null {
    return this.#message.eta === null ? null : new Date(this.#message.eta);
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

  /**
   * Ends this run and runs the task again later, under the same id. Never returns: it throws `Retry`, which must not be caught.
   *
   * @throws {InvalidArgumentError} an option is unknown or wrong.
   * @see Celery `Task.retry`
   */
  retry(options?: RetryOptions): never {
    throw new Retry(options);
  }

  /**
   * Ends this task and puts a canvas in its place: the canvas's value becomes the task's, and what was to follow the task follows it.
   * Never returns; typed as the value, so that `return this.replace(sig)` types the task.
   *
   * @throws {InvalidCanvasError} it is no signature, or an empty chain; or the task was replaced 100 times on the way here.
   * @see Celery `Task.replace`
   */
  replace<S extends AnySignature>(signature: S): ResultOf<S> {
    const nesting = this.replacedTaskNesting;
    if (nesting < MAX_REPLACEMENTS) throw new Replacement(this.#ports.freeze(signature));
    throw new InvalidCanvasError(
      `task ${this.id} (${this.name}) was replaced ${nesting} times, one replacement by the next, which is the limit; look for one that always replaces itself`,
    );
  }

  /**
   * Adds a member to the chord that this task is a header member of: the body waits for it and gets its value after those of the
   * written members, in the order of adding. Resolves when the broker has it durably.
   *
   * @throws {InvalidCanvasError} the task is no member of a chord, or has ended; or it is no signature.
   * @see Celery `Task.add_to_chord`
   */
  async addToChord(signature: AnySignature): Promise<void> {
    if (this.#hasEnded)
      throw new InvalidCanvasError(
        `task ${this.id} (${this.name}) has ended, and its chord does not wait for what it adds now; write await this.addToChord(…), and await all that calls it, before the handler returns`,
      );
    await this.#ports.addToChord(signature, this.#added++);
  }

  /**
   * Sends an event of one's own, with the task's id in `uuid`, whoever listens. Resolves when it is on its way; it may be lost.
   *
   * @param type - A prefix, a dash and a name: `"order-paid"`.
   * @throws {InvalidArgumentError | SerializationError | PayloadTooLargeError} it is none that can be sent.
   * @see Celery `Task.send_event`
   */
  async sendEvent<const Name extends string>(type: Name, fields: EventFields<Name>): Promise<void> {
    await this.#ports.sendEvent(type, fields);
  }

  /** Records how far the task is: `updateState("PROGRESS", { done, total })`; where events tell of tasks, `task-progress` is sent. */
  async progress(done: number, total: number): Promise<void> {
    await this.updateState("PROGRESS", { done, total });
  }
}

// The run of one delivered task's handler: in its pool, with what it sees of its worker, its abort signal and its time limits.
// Decides nothing about the task.

import type { TimeLimitExceeded } from "../model/errors.ts";
import type { NodeRef } from "../model/result-ref.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Delivery } from "../transport/task-queue.ts";
import { deliveredContext } from "./delivered-context.ts";
import type { Outcome } from "./outcome.ts";
import type { Begins } from "./pool.ts";
import type { RegisteredTask } from "./registered-task.ts";
import { CHILDREN, ENDED, type TaskContext } from "./task-context.ts";
import { tellStarted } from "./task-events.ts";
import type { TaskHost } from "./task-host.ts";
import { TimedRun, type TimedSteps } from "./timed-run.ts";

const NO_CHILDREN: readonly NodeRef[] = [];

/** What a run needs of its task. */
export interface RunSteps extends TimedSteps {
  saveState(state: string, meta: unknown): Promise<void>;
}

/** One run; nothing happens before `start`. */
export class TaskRun implements Begins {
  readonly #message: TaskMessage;
  readonly #delivery: Delivery;
  readonly #host: TaskHost;
  #aborter: AbortController | null = null;
  #timed: TimedRun | null = null;
  #context: TaskContext | null = null;
  #startedAt: number | null = null;
  #runtimeMs = 0;

  constructor(message: TaskMessage, delivery: Delivery, host: TaskHost) {
    this.#message = message;
    this.#delivery = delivery;
    this.#host = host;
  }

  /** When the handler was started, or its wait for a child: the process's monotonic clock; null before. */
  get startedAt(): number | null {
    return this.#startedAt;
  }

  /** How long it ran, in milliseconds; 0 before its end. */
  get runtimeMs(): number {
    return this.#runtimeMs;
  }

  /** What its handler called. */
  get children(): readonly NodeRef[] {
    return this.#context?.[CHILDREN] ?? NO_CHILDREN;
  }

  /** Calls the handler. */
  start(task: RegisteredTask, steps: RunSteps): Outcome | Promise<Outcome> {
    const { clock, timeLimits, pool } = this.#host;
    this.#startedAt = clock.monotonic();
    const limits = timeLimits.of(task, this.#message);
    if (limits) this.#timed = new TimedRun(this.#message, limits, clock, steps);
    const context = deliveredContext(this.#message, this.#delivery, this.#host, {
      saveState: (state, meta) => steps.saveState(state, meta),
      signal: () => {
        this.#timed?.look();
        return this.#signal();
      },
    });
    this.#context = context;
    this.#host.onStarted(task);
    if (this.#host.tellsTasks) tellStarted(this.#message, this.#host);
    return pool.run(task, this.#message, context, this);
  }

  /** The handler starts, after a wait for a child that takes the place of a lost one: its time counts from now on. */
  begin(): void {
    this.#startedAt = this.#host.clock.monotonic();
    this.#timed?.begin();
  }

  /** Tells the handler to end; also one that is started later. */
  abort(reason: Error): void {
    this.#signal();
    this.#aborter?.abort(reason);
  }

  /** Tells the handler to end, and ends it where the pool can. */
  kill(reason: Error): void {
    this.abort(reason);
    this.#host.pool.kill(this.#message);
    this.#noteEnd();
  }

  /** The handler has ended. @returns what it has met when it ended too late. */
  end(): TimeLimitExceeded | null {
    this.#noteEnd();
    return this.#timed?.end() ?? null;
  }

  /** Its time limits count no more, also when its handler starts only now. */
  leave(): void {
    this.#timed?.cancel();
    this.#timed = null;
  }

  #noteEnd(): void {
    this.#context?.[ENDED]();
    const now = this.#host.clock.monotonic();
    this.#runtimeMs = Math.round((now - (this.#startedAt ?? now)) * 1_000) / 1_000;
  }

  // Most handlers never ask for it.
  #signal(): AbortSignal {
    this.#aborter ??= new AbortController();
    return this.#aborter.signal;
  }
}

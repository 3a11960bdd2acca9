// The end of one delivered task: stores its outcome, or the decision what comes next; tells hooks; sends what follows, or keeps for
// people what cannot be ended otherwise.

import { Abandoned, isRefusal } from "../client/persist.ts";
import { failureOf } from "../model/failure.ts";
import { decideNext, type StoredDecision } from "./decide-task.ts";
import { logEnd } from "./log-task.ts";
import { type FinalVerdict, isProblem, type NextOutcome } from "./outcome.ts";
import { reportBroken, reportRetry, reportStored } from "./report-outcome.ts";
import {
  adoptOutcome,
  type Ended,
  EVENT_OF_STATE,
  finishDecision,
  finishTask,
  LOOK_AGAIN_MS,
  releaseTask,
  type StoredOutcome,
  setAside,
  storeOutcome,
} from "./settle-task.ts";
import { tellEnded, tellRetried } from "./task-events.ts";
import type { TaskHost } from "./task-host.ts";
import type { TaskEvent } from "./task-machine.ts";

/** Whose end it is. */
export interface EndingTask {
  /** What is known about it now. */
  ended(): Ended;
  /** It needs nothing of its worker any more. */
  leave(): void;
  /** Its outcome, or its decision, is stored. */
  send(event: TaskEvent): void;
}

/** The end of one task. */
export class TaskEnd {
  readonly #task: EndingTask;
  readonly #host: TaskHost;
  #stored: StoredOutcome | null = null;
  #next: StoredDecision | null = null;
  #telling: Promise<void> | undefined;

  constructor(task: EndingTask, host: TaskHost) {
    this.#task = task;
    this.#host = host;
  }

  /** Stores how it ended. */
  store(verdict: FinalVerdict): void {
    const { logger, logsTasks } = this.#host;
    const ended = this.#task.ended();
    if (logsTasks || isProblem(verdict.outcome)) logEnd(ended.message, verdict.outcome, ended.runtimeMs, logger);
    this.after(storeOutcome(ended, verdict, this.#host), (stored) => {
      this.#telling = reportStored(ended, verdict, stored, this.#host);
      if (this.#host.tellsTasks) tellEnded(ended, verdict, stored, this.#host);
      this.#decided(stored);
    });
  }

  /** It had ended before. */
  adopt(stored: StoredOutcome): void {
    this.after(adoptOutcome(this.#task.ended(), stored, this.#host), () => this.#decided(stored));
  }

  #decided(stored: StoredOutcome): void {
    this.#task.leave();
    if (this.#host.abandoned) return;
    this.#stored = stored;
    this.#task.send(EVENT_OF_STATE[stored.record.state]);
  }

  /** Stores what comes in its place. */
  decideNext(outcome: NextOutcome): void {
    const ended = this.#task.ended();
    decideNext(ended.message, ended.delivery, outcome, this.#host).then(
      (stored) => {
        if (outcome.state === "RETRY" && !stored.isAdopted) this.#tellRetry(ended, outcome.error);
        this.proceed(stored);
      },
      (error: unknown) => {
        if (isRefusal(error)) this.#refused(error);
        else this.broken(error);
      },
    );
  }

  #refused(error: unknown): void {
    this.#task.leave();
    if (!this.#host.abandoned) this.store({ outcome: { state: "FAILURE", error, expected: false }, deadLetter: null });
  }

  #tellRetry({ message, config }: Ended, reason: unknown): void {
    if (this.#host.tellsTasks) tellRetried(message, reason, this.#host);
    this.#telling = reportRetry({ hooks: this.#host.hooks, own: config?.hooks ?? null }, message, reason);
  }

  /** What comes in its place is stored. */
  proceed(next: StoredDecision): void {
    this.#task.leave();
    if (this.#host.abandoned) return;
    this.#next = next;
    this.#task.send({ type: next.decision.kind === "RETRY" ? "RETRY" : "REPLACE" });
  }

  /** Does what follows from what is stored, then acknowledges. */
  finish(): void {
    const ended = this.#task.ended();
    const finished = (): void => this.#onFinished(ended);
    const finishing = this.#finish(ended);
    if (finishing)
      finishing.then(finished, (error: unknown) => {
        this.#onUnfinished(ended, error);
        finished();
      });
    else finished();
  }

  #finish(ended: Ended): Promise<void> | undefined {
    if (this.#next) return finishDecision(ended, this.#next, this.#host);
    return this.#stored ? finishTask(ended, this.#stored, this.#host) : undefined;
  }

  #onFinished({ delivery }: Ended): void {
    const settled = (): void => this.#host.onSettled(delivery);
    if (this.#telling) void this.#telling.then(settled);
    else settled();
  }

  // The outcome is stored; what follows from it is done again with the next delivery.
  #onUnfinished({ message: { id, name }, delivery }: Ended, error: unknown): void {
    if (error instanceof Abandoned || this.#host.abandoned) return;
    this.#host.logger.error({ err: error, taskId: id }, `what follows from task ${id} (${name}) could not be sent`);
    releaseTask(delivery, LOOK_AGAIN_MS);
  }

  /** Does a step of the task. What it throws must not reach the machine: it would end the process. */
  guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.broken(error);
    }
  }

  /** Goes on when `value` is there. */
  after<T>(value: T | Promise<T>, proceed: (value: T) => void): void {
    if (value instanceof Promise)
      value.then(
        (settled) => this.guard(() => proceed(settled)),
        (error: unknown) => this.broken(error),
      );
    else proceed(value);
  }

  /**
   * Troupe itself failed: the task fails with that error. If even that cannot be stored, because what is stored cannot be read, the
   * message is kept for people.
   */
  broken(error: unknown): void {
    this.#task.leave();
    if (error instanceof Abandoned || this.#host.abandoned) return;
    const ended = this.#task.ended();
    const { id, name } = ended.message;
    this.#host.logger.error({ err: error, taskId: id }, `task ${id} (${name}) could not be handled`);
    reportBroken(ended.message, error, this.#host);
    const broken = { outcome: { state: "FAILURE", error, expected: false }, deadLetter: "internal-error" } as const;
    storeOutcome(ended, broken, this.#host).then(
      (stored) => {
        if (this.#host.tellsTasks) tellEnded(ended, broken, stored, this.#host);
        this.#decided(stored);
      },
      () => this.#setAside(ended, failureOf(error).message),
    );
  }

  #setAside({ delivery }: Ended, detail: string): void {
    setAside(delivery, "invalid-record", detail, this.#host)
      .catch(() => releaseTask(delivery, LOOK_AGAIN_MS))
      .finally(() => this.#host.onSettled(delivery));
  }
}

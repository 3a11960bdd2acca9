// Provides the actions of the task machine for one delivery: check, run, finish, release.

import { Abandoned, isRefusal } from "../client/persist.ts";
import type { SoftTimeLimitExceeded, TimeLimitExceeded } from "../model/errors.ts";
import { failureOf } from "../model/failure.ts";
import type { NodeRef } from "../model/result-ref.ts";
import type { Revocation } from "../model/revocation.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Delivery } from "../transport/task-queue.ts";
import { type Check, checkTask, type Decided, type StartKind } from "./check-task.ts";
import { decideNext, type StoredDecision } from "./decide-task.ts";
import { deliveredContext } from "./delivered-context.ts";
import { logEnd, logLimit, logReceived } from "./log-task.ts";
import { isProblem, LONG_PAUSE_MS, type NextOutcome, type Outcome, type Verdict } from "./outcome.ts";
import { type Prepared, prepareStart } from "./prepare-start.ts";
import type { RegisteredTask } from "./registered-task.ts";
import { reportBroken, reportReceived, reportRetry, reportStored } from "./report-outcome.ts";
import { revokedVerdict } from "./revoked-verdict.ts";
import { noteStarted, saveState } from "./save-state.ts";
import {
  adoptOutcome,
  type Ended,
  EVENT_OF_STATE,
  finishDecision,
  finishTask,
  giveBack,
  LOOK_AGAIN_MS,
  releaseTask,
  type StoredOutcome,
  setAside,
  storeOutcome,
} from "./settle-task.ts";
import type { TaskActorRef } from "./spawn-task.ts";
import { CHILDREN } from "./task-context.ts";
import type { TaskHost } from "./task-host.ts";
import type { TaskSteps } from "./task-machine.ts";
import { TaskTurn, type Waiter } from "./task-turn.ts";
import { TimedRun, type TimedSteps } from "./timed-run.ts";
import { type Ran, verdictOf, verdictOfTimeout } from "./verdict.ts";

const NO_CHILDREN: readonly NodeRef[] = [];

/** The actor of one delivered task. */
export class TaskActor implements TaskSteps, Waiter, TimedSteps {
  readonly message: TaskMessage;
  readonly delivery: Delivery;
  readonly #host: TaskHost;
  readonly #actor: TaskActorRef;
  readonly #turn: TaskTurn;
  #task: RegisteredTask | null = null;
  #aborter: AbortController | null = null;
  #timed: TimedRun | null = null;
  #stored: StoredOutcome | null = null;
  #next: StoredDecision | null = null;
  #children: readonly NodeRef[] = NO_CHILDREN;
  // Came while it could not be decided at once.
  #revocation: Revocation | null = null;
  #kind: StartKind = "first";
  #releaseDelayMs = 0;
  #starts = 1;
  #left = false;
  #madeRoom = false;
  #startedAt = 0;
  #runtimeMs = 0;
  #telling: Promise<void> | undefined;

  constructor(message: TaskMessage, delivery: Delivery, host: TaskHost) {
    this.message = message;
    this.delivery = delivery;
    this.#host = host;
    this.#actor = host.spawn(this, message.id);
    this.#turn = new TaskTurn(host, this);
  }

  /** Begins with the task. */
  receive(): void {
    this.#actor.start();
    if (this.#host.logsTasks) logReceived(this.message, this.#host.logger);
    reportReceived(this.message, this.#host);
    this.#actor.send({ type: "RECEIVE" });
  }

  /** Whether the handler runs now. */
  get isRunning(): boolean {
    return this.#startedAt > 0 && !this.#left;
  }

  /** When the handler was started: the process's monotonic clock; 0 before. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Tells the handler that the worker stops. */
  abort(reason: Error): void {
    this.#signal();
    this.#aborter?.abort(reason);
  }

  /**
   * Decides a running task from outside: it is out of time, or was terminated. Its handler is told, and ended where the pool can;
   * what it does from now on is not heard.
   *
   * @returns whether it was running.
   */
  overrule(verdict: Verdict, reason: Error): boolean {
    if (!this.isRunning) return false;
    this.abort(reason);
    this.#host.pool.kill(this.message);
    this.#noteRuntime();
    this.#decide(verdict);
    return true;
  }

  /** It is revoked: ended at once if it waits or is to be terminated, else not run again. @returns whether it was terminated. */
  revoke(revocation: Revocation): boolean {
    if (this.isRunning && revocation.terminate) {
      const verdict = revokedVerdict(this.message, revocation, true);
      return this.overrule(verdict, verdict.outcome.error);
    }
    this.#revocation = revocation;
    if (this.#turn.giveUp()) this.#decideRevoked(revocation);
    return false;
  }

  #decideRevoked(revocation: Revocation): void {
    this.#decide(revokedVerdict(this.message, revocation, false));
  }

  onSoftLimit(error: SoftTimeLimitExceeded): void {
    logLimit(this.message, error, this.#host.logger);
    this.abort(error);
  }

  onHardLimit(error: TimeLimitExceeded): void {
    this.overrule(this.#outOfTime(error), error);
  }

  #outOfTime(error: TimeLimitExceeded): Verdict {
    logLimit(this.message, error, this.#host.logger);
    return verdictOfTimeout(error, this.#ran(), this.#host.maxDeliveries);
  }

  // Most handlers never ask for it.
  #signal(): AbortSignal {
    this.#aborter ??= new AbortController();
    return this.#aborter.signal;
  }

  check(): void {
    this.#guard(() =>
      this.#await(checkTask(this.message, this.delivery, this.#host), (check) => this.#onChecked(check)),
    );
  }

  #onChecked(check: Check): void {
    if (check.type === "stored")
      this.#await(adoptOutcome(this.#ended(), check, this.#host), () => this.#decided(check));
    else if (check.type === "decided") this.#decide(check.verdict);
    else if (check.type === "decision") this.#continued({ decision: check.decision, isAdopted: true });
    else this.#wait(check.task, check.kind);
  }

  #wait(task: RegisteredTask, kind: StartKind): void {
    this.#task = task;
    this.#kind = kind;
    if (this.#revocation) return this.#decideRevoked(this.#revocation);
    const earlyMs = this.message.eta === null ? 0 : this.message.eta - this.#host.transport.now();
    if (this.#host.draining) this.#giveBack(0);
    else this.#turn.wait({ task, kind, queue: this.delivery.queue }, earlyMs);
  }

  onTurn(): void {
    if (this.#madeRoom) this.#host.onResumed();
    this.#madeRoom = false;
    this.#guard(() =>
      this.#await(prepareStart(this.message, this.#kind, this.#host), (prepared) => this.#onPrepared(prepared)),
    );
  }

  #onPrepared(prepared: Prepared | Decided): void {
    if (prepared.type === "decided") {
      this.#decide(prepared.verdict);
      return;
    }
    this.#starts = prepared.starts;
    if (this.#revocation) this.#decideRevoked(this.#revocation);
    else this.#actor.send({ type: "START" });
  }

  /** Gives the task back if it waits for its turn. */
  releaseIfWaiting(delayMs: number): void {
    if (this.#turn.giveUp()) this.#giveBack(delayMs);
  }

  #giveBack(delayMs: number): void {
    this.#leave();
    if (this.#kind === "first" && delayMs < LONG_PAUSE_MS)
      void this.#noteStarts(0).finally(() => this.#release(delayMs));
    else this.#release(delayMs);
  }

  /** Takes back that a running task was started: a stop of its worker is not its fault. */
  async uncountStart(): Promise<void> {
    if (this.isRunning && this.#kind !== "claim") await this.#noteStarts(this.#starts - 1);
  }

  // Nothing depends on it but how often a task may be started that never comes to an end.
  async #noteStarts(starts: number): Promise<void> {
    this.#starts = starts;
    await this.#saveState("RECEIVED", null).catch(() => {});
  }

  run(): void {
    const task = this.#task;
    if (task) this.#guard(() => this.#run(task));
  }

  #run(task: RegisteredTask): void {
    this.#startedAt = this.#host.clock.monotonic();
    const limits = this.#host.timeLimits.of(task, this.message);
    if (limits) this.#timed = new TimedRun(this.message, limits, this.#host.clock, this);
    const context = deliveredContext(this.message, this.delivery, this.#host, {
      saveState: (state, meta) => this.#saveState(state, meta),
      signal: () => {
        this.#timed?.look();
        return this.#signal();
      },
    });
    this.#children = context[CHILDREN];
    this.#host.onStarted(task);
    if (task.config.trackStarted && this.#starts === 1) noteStarted(this.message.id, this.#host);
    const outcome = this.#host.pool.run(task, this.message, context);
    this.#await(outcome, (ended) => {
      if (!this.#left) this.#onRan(ended);
    });
  }

  #saveState(state: string, meta: unknown): Promise<void> {
    return saveState({ id: this.message.id, state, meta, starts: this.#starts }, this.#host);
  }

  #onRan(outcome: Outcome): void {
    this.#noteRuntime();
    const late = this.#timed?.end() ?? null;
    this.#decide(late ? this.#outOfTime(late) : verdictOf(outcome, this.#ran()));
  }

  #ran(): Ran {
    return { config: this.#task?.config ?? null, kind: this.#kind, starts: this.#starts };
  }

  #noteRuntime(): void {
    this.#runtimeMs = Math.round((this.#host.clock.monotonic() - this.#startedAt) * 1_000) / 1_000;
  }

  #decide({ outcome, deadLetter }: Verdict): void {
    this.#leave();
    if (this.#host.abandoned) return;
    if (outcome.state === "RELEASED") {
      if (outcome.neverBegan) void this.#noteStarts(this.#starts - 1).finally(() => this.#release(outcome.delayMs));
      else this.#release(outcome.delayMs);
      return;
    }
    if (outcome.state === "REPLACED" || outcome.state === "RETRY") {
      if (this.#revocation) this.#decideRevoked(this.#revocation);
      else this.#decideNext(outcome);
      return;
    }
    if (this.#host.logsTasks || isProblem(outcome)) logEnd(this.message, outcome, this.#runtimeMs, this.#host.logger);
    const ended = this.#ended();
    const verdict = { outcome, deadLetter };
    this.#await(storeOutcome(ended, verdict, this.#host), (stored) => {
      this.#telling = reportStored(ended, verdict, stored, this.#host);
      this.#decided(stored);
    });
  }

  #decided(stored: StoredOutcome): void {
    this.#leave();
    if (this.#host.abandoned) return;
    this.#stored = stored;
    this.#actor.send(EVENT_OF_STATE[stored.record.state]);
  }

  #decideNext(outcome: NextOutcome): void {
    decideNext(this.message, this.delivery, outcome, this.#host).then(
      (stored) => {
        if (outcome.state === "RETRY" && !stored.isAdopted) this.#tellRetry(outcome.error);
        this.#continued(stored);
      },
      (error: unknown) => {
        if (isRefusal(error)) this.#decide({ outcome: { state: "FAILURE", error, expected: false }, deadLetter: null });
        else this.#onBroken(error);
      },
    );
  }

  #tellRetry(reason: unknown): void {
    const told = { hooks: this.#host.hooks, own: this.#task?.config.hooks ?? null };
    this.#telling = reportRetry(told, this.message, reason);
  }

  #continued(next: StoredDecision): void {
    this.#leave();
    if (this.#host.abandoned) return;
    this.#next = next;
    this.#actor.send({ type: next.decision.kind === "RETRY" ? "RETRY" : "REPLACE" });
  }

  finish(): void {
    const finishing = this.#finish()?.catch((error: unknown) => this.#onUnfinished(error));
    const settled = (): void => this.#host.onSettled(this.delivery);
    if (finishing || this.#telling) void Promise.all([finishing, this.#telling]).then(settled);
    else settled();
  }

  #finish(): Promise<void> | undefined {
    if (this.#next) return finishDecision(this.#ended(), this.#next, this.#host);
    return this.#stored ? finishTask(this.#ended(), this.#stored, this.#host) : undefined;
  }

  // The outcome is stored; what follows from it is done again with the next delivery.
  #onUnfinished(error: unknown): void {
    if (error instanceof Abandoned || this.#host.abandoned) return;
    const { id, name } = this.message;
    this.#host.logger.error({ err: error, taskId: id }, `what follows from task ${id} (${name}) could not be sent`);
    releaseTask(this.delivery, LOOK_AGAIN_MS);
  }

  #release(delayMs: number): void {
    this.#releaseDelayMs = delayMs;
    this.#actor.send({ type: "RELEASE" });
  }

  release(): void {
    const settled = (): void => this.#host.onSettled(this.delivery);
    void giveBack(this.message, this.delivery, this.#releaseDelayMs, this.#host).finally(settled);
  }

  // Frees what the task holds in this worker, once.
  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#timed?.cancel();
    this.#turn.leave();
    this.makeRoom();
  }

  makeRoom(): void {
    if (this.#madeRoom) return;
    this.#madeRoom = true;
    this.#host.onEnded();
  }

  #ended(): Ended {
    return {
      message: this.message,
      delivery: this.delivery,
      config: this.#task?.config ?? null,
      runtimeMs: this.#runtimeMs,
      children: this.#children,
    };
  }

  // What an action throws must not reach the machine: it would end the process.
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#onBroken(error);
    }
  }

  #await<T>(value: T | Promise<T>, proceed: (value: T) => void): void {
    if (value instanceof Promise) value.then(proceed).catch((error: unknown) => this.#onBroken(error));
    else proceed(value);
  }

  // Troupe itself failed: the task fails with that error. If even that cannot be stored, because what is stored cannot be
  // read, the message is kept for people.
  #onBroken(error: unknown): void {
    this.#leave();
    if (error instanceof Abandoned || this.#host.abandoned) return;
    const { id, name } = this.message;
    this.#host.logger.error({ err: error, taskId: id }, `task ${id} (${name}) could not be handled`);
    reportBroken(this.message, error, this.#host);
    const broken = { outcome: { state: "FAILURE", error, expected: false }, deadLetter: "internal-error" } as const;
    storeOutcome(this.#ended(), broken, this.#host).then(
      (stored) => this.#decided(stored),
      () => this.#setAside(failureOf(error).message),
    );
  }

  #setAside(detail: string): void {
    setAside(this.delivery, "invalid-record", detail, this.#host)
      .catch(() => releaseTask(this.delivery, LOOK_AGAIN_MS))
      .finally(() => this.#host.onSettled(this.delivery));
  }
}

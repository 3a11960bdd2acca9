// Provides the actions of the task machine for one delivery: check, wait, run, end, release. `task-turn.ts` waits, `task-run.ts`
// runs, `task-end.ts` ends; what is decided in between is decided here.

import type { SoftTimeLimitExceeded, TimeLimitExceeded } from "../model/errors.ts";
import type { Revocation } from "../model/revocation.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Delivery } from "../transport/task-queue.ts";
import { type Check, checkTask, type Decided, type StartKind } from "./check-task.ts";
import { logLimit, logReceived } from "./log-task.ts";
import { HELD_BACK_MS, LONG_PAUSE_MS, type Outcome, type Verdict } from "./outcome.ts";
import { type Prepared, prepareStart } from "./prepare-start.ts";
import type { RegisteredTask } from "./registered-task.ts";
import { reportReceived } from "./report-outcome.ts";
import { revokedVerdict } from "./revoked-verdict.ts";
import { noteStarted, saveState } from "./save-state.ts";
import { type Ended, giveBack } from "./settle-task.ts";
import type { TaskActorRef } from "./spawn-task.ts";
import { type EndingTask, TaskEnd } from "./task-end.ts";
import { tellReceived, tellRequeued } from "./task-events.ts";
import type { TaskHost } from "./task-host.ts";
import type { TaskEvent, TaskSteps } from "./task-machine.ts";
import { type RunSteps, TaskRun } from "./task-run.ts";
import { TaskTurn, type Waiter } from "./task-turn.ts";
import { type Ran, verdictOf, verdictOfTimeout } from "./verdict.ts";

/** The actor of one delivered task. */
export class TaskActor implements TaskSteps, Waiter, RunSteps, EndingTask {
  readonly message: TaskMessage;
  readonly delivery: Delivery;
  readonly #host: TaskHost;
  readonly #actor: TaskActorRef;
  readonly #turn: TaskTurn;
  readonly #run: TaskRun;
  readonly #end: TaskEnd;
  #task: RegisteredTask | null = null;
  // Came while it could not be decided at once.
  #revocation: Revocation | null = null;
  #kind: StartKind = "first";
  #releaseDelayMs = 0;
  #starts = 1;
  #left = false;
  #madeRoom = false;

  constructor(message: TaskMessage, delivery: Delivery, host: TaskHost) {
    this.message = message;
    this.delivery = delivery;
    this.#host = host;
    this.#actor = host.spawn(this, message.id);
    this.#turn = new TaskTurn(host, this);
    this.#run = new TaskRun(message, delivery, host);
    this.#end = new TaskEnd(this, host);
  }

  /** Begins with the task. */
  receive(): void {
    this.#actor.start();
    if (this.#host.logsTasks) logReceived(this.message, this.#host.logger);
    reportReceived(this.message, this.#host);
    if (this.#host.tellsTasks) tellReceived(this.message, this.delivery, this.#host);
    this.#actor.send({ type: "RECEIVE" });
  }

  /** Whether the handler runs now. */
  get isRunning(): boolean {
    return this.#run.startedAt !== null && !this.#left;
  }

  /** Whether it has not started and is not decided. */
  get isWaiting(): boolean {
    return this.#run.startedAt === null && !this.#left;
  }

  /** When the handler was started: the process's monotonic clock; null before. */
  get startedAt(): number | null {
    return this.#run.startedAt;
  }

  /** Tells the handler that the worker stops. */
  abort(reason: Error): void {
    this.#run.abort(reason);
  }

  /**
   * Decides a running task from outside: it is out of time, or was terminated. Its handler is told, and ended where the pool can;
   * what it does from now on is not heard.
   *
   * @returns whether it was running.
   */
  overrule(verdict: Verdict, reason: Error): boolean {
    if (!this.isRunning) return false;
    this.#run.kill(reason);
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

  check(): void {
    this.#end.guard(() =>
      this.#end.after(checkTask(this.message, this.delivery, this.#host), (check) => this.#onChecked(check)),
    );
  }

  #onChecked(check: Check): void {
    if (check.type === "stored") this.#end.adopt(check);
    else if (check.type === "decided") this.#decide(check.verdict);
    else if (check.type === "decision") this.#end.proceed({ decision: check.decision, isAdopted: true });
    else this.#wait(check.task, check.kind);
  }

  #wait(task: RegisteredTask, kind: StartKind): void {
    this.#task = task;
    this.#kind = kind;
    if (this.#revocation) return this.#decideRevoked(this.#revocation);
    const earlyMs = this.message.eta === null ? 0 : this.message.eta - this.#host.transport.now();
    if (this.#host.givingBack) this.#giveBack(0);
    else if (this.#host.holdsBack(this.delivery.queue)) this.#giveBack(HELD_BACK_MS);
    else this.#turn.wait({ task, kind, queue: this.delivery.queue }, earlyMs);
  }

  onTurn(): void {
    if (this.#madeRoom) this.#host.onResumed();
    this.#madeRoom = false;
    this.#end.guard(() =>
      this.#end.after(prepareStart(this.message, this.#kind, this.#host), (prepared) => this.#onPrepared(prepared)),
    );
  }

  #onPrepared(prepared: Prepared | Decided): void {
    if (prepared.type === "decided") {
      this.#decide(prepared.verdict);
      return;
    }
    this.#starts = prepared.starts;
    if (this.#host.abandoned) return;
    if (this.#revocation) this.#decideRevoked(this.#revocation);
    else this.#actor.send({ type: "START" });
  }

  /** Gives the task back if it waits for its turn. */
  releaseIfWaiting(delayMs: number): void {
    if (this.#turn.giveUp()) this.#giveBack(delayMs);
  }

  #giveBack(delayMs: number): void {
    this.leave();
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
    await this.saveState("RECEIVED", null).catch(() => {});
  }

  saveState(state: string, meta: unknown): Promise<void> {
    return saveState({ id: this.message.id, state, meta, starts: this.#starts }, this.#host);
  }

  run(): void {
    const task = this.#task;
    if (task) this.#end.guard(() => this.#start(task));
  }

  #start(task: RegisteredTask): void {
    if (task.config.trackStarted && this.#starts === 1) noteStarted(this.message.id, this.#host);
    this.#end.after(this.#run.start(task, this), (ended) => {
      if (!this.#left) this.#onRan(ended);
    });
  }

  #onRan(outcome: Outcome): void {
    const late = this.#run.end();
    this.#decide(late ? this.#outOfTime(late) : verdictOf(outcome, this.#ran()));
  }

  #ran(): Ran {
    return { config: this.#task?.config ?? null, kind: this.#kind, starts: this.#starts };
  }

  #decide({ outcome, deadLetter }: Verdict): void {
    this.leave();
    if (this.#host.abandoned) return;
    if (outcome.state === "RELEASED") {
      if (outcome.neverBegan) void this.#noteStarts(this.#starts - 1).finally(() => this.#release(outcome.delayMs));
      else {
        if (this.#host.tellsTasks) tellRequeued(this.message, this.#host);
        this.#release(outcome.delayMs);
      }
      return;
    }
    if (outcome.state === "REPLACED" || outcome.state === "RETRY") {
      if (this.#revocation) this.#decideRevoked(this.#revocation);
      else this.#end.decideNext(outcome);
      return;
    }
    this.#end.store({ outcome, deadLetter });
  }

  send(event: TaskEvent): void {
    this.#actor.send(event);
  }

  finish(): void {
    this.#end.finish();
  }

  #release(delayMs: number): void {
    this.#releaseDelayMs = delayMs;
    this.#actor.send({ type: "RELEASE" });
  }

  release(): void {
    const settled = (): void => this.#host.onSettled(this.delivery);
    void giveBack(this.message, this.delivery, this.#releaseDelayMs, this.#host).finally(settled);
  }

  /** Frees what the task holds in this worker, once. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#run.leave();
    this.#turn.leave();
    this.makeRoom();
  }

  makeRoom(): void {
    if (this.#madeRoom) return;
    this.#madeRoom = true;
    this.#host.onEnded();
  }

  ended(): Ended {
    return {
      message: this.message,
      delivery: this.delivery,
      config: this.#task?.config ?? null,
      runtimeMs: this.#run.runtimeMs,
      children: this.#run.children,
    };
  }
}

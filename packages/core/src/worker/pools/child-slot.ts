// One place in a pool. Provides the actions of the child machine: starts a child, gives it one task after the other, and lets
// another take its place when it is worn out or lost. One that cannot be started is reported once, and tried again ever more seldom.

import { type Actor, createActor } from "xstate";
import { ClosedError, ConfigError } from "../../model/errors.ts";
import { carriedError, type Failure } from "../../model/failure.ts";
import type { Clock, Timer } from "../../platform/clock.ts";
import { type Deferred, deferred } from "../../platform/deferred.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Child, StartChild } from "./child.ts";
import { type ChildSteps, childMachine } from "./child-machine.ts";
import type { ChildCall, ChildSetup, FromChild, RunEnd } from "./child-messages.ts";
import type { ChildRun } from "./child-run.ts";

/** When a child has done enough, and how long its start may take. */
export interface ChildLimits {
  /** Tasks until another child takes its place; null: no limit. */
  readonly maxTasks: number | null;
  /** Memory after a task above which another child takes its place, in bytes; null: no limit. */
  readonly maxMemoryBytes: number | null;
  readonly startMs: number;
}

/** What a place works with. */
export interface SlotPorts {
  readonly startChild: StartChild;
  readonly setup: ChildSetup;
  readonly limits: ChildLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A child was started. `again`: in the place of another one. */
  onStarted(child: Child, again: boolean): void;
  /** Can run a task. */
  onIdle(slot: ChildSlot): void;
  /** Cannot run a task for now. */
  onFailed(slot: ChildSlot, retryMs: number): void;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const MAX_DOUBLINGS = 5;
/** How long a child may take to end by itself. */
const FAREWELL_MS = 5_000;

/** See the top of the file. */
export class ChildSlot implements ChildSteps {
  readonly #ports: SlotPorts;
  readonly #actor: Actor<typeof childMachine>;
  readonly #opened: Deferred<void> = deferred();
  #child: Child | null = null;
  #run: ChildRun | null = null;
  #timer: Timer | null = null;
  #uncaught: Failure | null = null;
  #tasks = 0;
  #failures = 0;
  #wasStarted: boolean;
  #wasReady = false;
  #isReady = false;

  /** @param again - its first child takes the place of another one. */
  constructor(ports: SlotPorts, again: boolean = false) {
    this.#ports = ports;
    this.#wasStarted = again;
    this.#actor = createActor(childMachine, { input: this });
    this.#opened.promise.catch(() => {});
  }

  /** Starts the first child. @throws {ConfigError} it cannot run tasks. @throws {ClosedError} stopped meanwhile. */
  open(): Promise<void> {
    this.#actor.start();
    return this.#opened.promise;
  }

  /** Has the child run a task. It must be idle. */
  give(run: ChildRun): void {
    const child = this.#child;
    if (!child) return;
    this.#run = run;
    this.#actor.send({ type: "RUN" });
    run.begin(child);
  }

  /** Ends the child by force, and its task with it. */
  kill(): void {
    if (this.#run) this.#lost("it was ended by its worker", true);
  }

  /** Ends when its task has. */
  stop(): void {
    this.#actor.send({ type: "STOP" });
  }

  start(): void {
    const { startChild, limits, clock } = this.#ports;
    this.#tasks = 0;
    this.#uncaught = null;
    this.#isReady = false;
    this.#timer = clock.after(limits.startMs, () => this.#failed(`it was not ready within ${limits.startMs} ms`));
    const child: Child = startChild({
      onMessage: (message) => this.#child === child && this.#hear(message),
      onEnd: (how) => this.#child === child && this.#lost(how),
    });
    this.#child = child;
    this.#ports.onStarted(child, this.#wasStarted);
    this.#wasStarted = true;
    child.send({ troupe: "setup", setup: this.#ports.setup });
  }

  offer(): void {
    this.#ports.onIdle(this);
  }

  retire(): void {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    child.send({ troupe: "stop" });
    const timer = this.#ports.clock.after(FAREWELL_MS, () => child.kill());
    void child.ended.then(() => timer.cancel());
  }

  retryLater(): void {
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, MAX_DOUBLINGS), LONGEST_RETRY_MS);
    this.#failures++;
    this.#timer = this.#ports.clock.after(delayMs, () => this.#actor.send({ type: "RETRY" }));
    this.#ports.onFailed(this, delayMs);
  }

  end(): void {
    this.#timer?.cancel();
    this.#opened.reject(new ClosedError("the pool was closed before its children were ready"));
    if (this.#isReady) return this.retire();
    const child = this.#child;
    this.#child = null;
    child?.kill();
  }

  #hear(message: FromChild): void {
    const run = this.#run;
    if (message.troupe === "ready") this.#ready();
    else if (message.troupe === "refused")
      this.#failed(`${message.reason.type}: ${message.reason.message}`, message.reason);
    else if (message.troupe === "uncaught") this.#uncaught = message.error;
    else if (message.troupe === "log") this.#ports.logger[message.level](message.fields, message.text);
    else if (message.troupe !== "bye" && run?.isMeant(message)) this.#hearOfRun(run, message);
  }

  #hearOfRun(run: ChildRun, message: RunEnd | ChildCall): void {
    if (message.troupe === "call") run.answer(message);
    else this.#ended(run, message);
  }

  #ready(): void {
    this.#timer?.cancel();
    if (this.#failures > 0)
      this.#ports.logger.info({ child: this.#child?.id }, "a child of the pool could be started again");
    this.#wasReady = true;
    this.#isReady = true;
    this.#opened.resolve();
    this.#actor.send({ type: "READY" });
  }

  #ended(run: ChildRun, end: RunEnd): void {
    const { maxTasks, maxMemoryBytes } = this.#ports.limits;
    this.#run = null;
    this.#failures = 0;
    this.#tasks++;
    const isWorn =
      (maxTasks !== null && this.#tasks >= maxTasks) || (maxMemoryBytes !== null && end.memoryBytes > maxMemoryBytes);
    run.end(end);
    this.#actor.send({ type: isWorn ? "WORN" : "ENDED" });
  }

  #lost(how: string, isWanted = false): void {
    const [child, run] = [this.#child, this.#run];
    const uncaught = this.#uncaught ? `${how} (${this.#uncaught.type}: ${this.#uncaught.message})` : how;
    if (!run && this.#actor.getSnapshot().value === "starting") return this.#failed(uncaught);
    this.#child = null;
    this.#run = null;
    if (isWanted) child?.kill();
    else this.#reportLoss(child, run, uncaught);
    run?.lose(uncaught);
    this.#actor.send({ type: "LOST" });
  }

  #reportLoss(child: Child | null, run: ChildRun | null, how: string): void {
    const task = run ? { task: run.message.name, taskId: run.message.id } : {};
    this.#ports.logger.error(
      { child: child?.id, ...task },
      `a child of the pool was lost: ${how}; another takes its place`,
    );
  }

  // It never said that it is ready.
  #failed(why: string, cause?: Failure): void {
    const child = this.#child;
    this.#child = null;
    this.#timer?.cancel();
    child?.kill();
    const text = `a child of the pool could not be started: ${why}`;
    this.#opened.reject(new ConfigError(text, cause && { cause: carriedError(cause) }));
    if (this.#failures === 0 && this.#wasReady) this.#ports.logger.error({ err: cause }, `${text}; trying again`);
    this.#actor.send({ type: "FAILED" });
  }
}

// A task's wait for its turn in a worker: until it is due, until its rate limits let it, until no other further start runs, until a
// slot is free. Holds the places it was given until it leaves. Decides nothing about the task. In a worker that stops no turn comes.

import type { Timer } from "../platform/clock.ts";
import type { StartKind } from "./check-task.ts";
import type { LinePlace, RateLine } from "./rate-line.ts";
import type { RegisteredTask } from "./registered-task.ts";
import type { Slots } from "./slots.ts";
import type { TaskHost } from "./task-host.ts";

const RESTART_PATIENCE_MS = 1_000;
const RESTART_PAUSE_MS = 2_000;
/** What is delayed for longer comes when it is due, but for clocks that differ. */
const LONGEST_HOLD_MS = 1_000;

/** Who waits. */
export interface Waiter {
  /** It is its turn: it has a slot. */
  onTurn(): void;
  /** It waits without needing a place; another message may have that meanwhile. */
  makeRoom(): void;
  /** It has waited too long here, or too many do. */
  releaseIfWaiting(delayMs: number): void;
}

/** What is to run. */
export interface Start {
  readonly task: RegisteredTask;
  readonly kind: StartKind;
  readonly queue: string;
}

/** The turn of one delivered task. */
export class TaskTurn implements LinePlace {
  readonly #host: TaskHost;
  readonly #waiter: Waiter;
  // The slot, and the turn of a further start.
  readonly #places: Slots[] = [];
  #giveUps: (() => void)[] | null = null;
  #kind: StartKind = "first";
  #isWaiting = false;
  // Of its rate limits, and in how many of them it stands.
  #lines: readonly RateLine[] | null = null;
  #entered = 0;
  #patience: Timer | null = null;

  constructor(host: TaskHost, waiter: Waiter) {
    this.#host = host;
    this.#waiter = waiter;
  }

  /** Begins to wait. @param earlyMs - Time until the task is due. */
  wait(start: Start, earlyMs: number): void {
    this.#isWaiting = true;
    this.#kind = start.kind;
    if (this.#host.draining) return;
    if (earlyMs > 0) this.#hold(start, Math.min(earlyMs, LONGEST_HOLD_MS));
    else this.#queueUp(start);
  }

  /** Waits no more. @returns whether it waited. */
  giveUp(): boolean {
    if (!this.#isWaiting) return false;
    this.#isWaiting = false;
    for (const giveUp of this.#giveUps ?? []) giveUp();
    this.#leaveLines();
    return true;
  }

  /** Frees its places. */
  leave(): void {
    this.#patience?.cancel();
    for (const places of this.#places.splice(0)) places.leave();
  }

  /** It is the first of a line: it goes to the next one, or tries to start. */
  go(): void {
    const next = this.#lines?.[this.#entered];
    if (!next) {
      this.#take();
      return;
    }
    this.#entered++;
    next.enter(this);
  }

  // What a stop finds waiting is given back, when the worker says so.
  get #mayStart(): boolean {
    return this.#isWaiting && !this.#host.draining;
  }

  // Short delays are nobody's but the worker's.
  #hold(start: Start, delayMs: number): void {
    this.#waiter.makeRoom();
    const timer = this.#host.clock.after(delayMs, () => {
      if (this.#mayStart) this.#queueUp(start);
    });
    this.#onGiveUp(() => timer.cancel());
  }

  #queueUp({ task, queue }: Start): void {
    const { rateLimits } = this.#host;
    this.#lines = rateLimits.linesOf(task, queue);
    if (this.#lines === null) {
      this.#take();
      return;
    }
    const pauseMs = rateLimits.pauseMs(this.#lines);
    if (pauseMs > 0) {
      this.#waiter.releaseIfWaiting(pauseMs);
      return;
    }
    this.go();
    // Whoever waits for a limit leaves its place to others.
    if (this.#isWaiting) this.#waiter.makeRoom();
  }

  #take(): void {
    const { slots, restarts } = this.#host;
    if (this.#kind !== "again") {
      this.#enter(slots, () => this.#onSlot());
      return;
    }
    this.#enter(restarts, () => this.#enter(slots, () => this.#onSlot()));
    if (this.#isWaiting && this.#places.length < 2) this.#limitWait();
  }

  #enter(places: Slots, proceed: () => void): void {
    const giveUp = places.enter(() => {
      this.#places.push(places);
      proceed();
    });
    if (this.#isWaiting) this.#onGiveUp(giveUp);
  }

  #onSlot(): void {
    this.#patience?.cancel();
    if (this.#lines) this.#takeRights(this.#lines, 0);
    else this.#start();
  }

  // With a slot in hand, the right to start: it is not taken before, or it would be too old when there is a slot.
  #takeRights(lines: readonly RateLine[], from: number): void {
    const line = lines[from];
    if (!line) {
      this.#start();
      return;
    }
    const taken = line.take();
    const go = (isTaken: boolean): void => {
      if (!this.#mayStart) return;
      if (isTaken) this.#takeRights(lines, from + 1);
      else this.#goBack(line);
    };
    if (typeof taken === "boolean") go(taken);
    else void taken.then(go);
  }

  #goBack(line: RateLine): void {
    this.leave();
    this.#giveUps = null;
    line.fail();
  }

  #start(): void {
    this.#isWaiting = false;
    this.#waiter.onTurn();
    this.#leaveLines();
  }

  #leaveLines(): void {
    for (const line of this.#lines?.slice(0, this.#entered) ?? []) line.leave(this);
  }

  // Further starts take turns; another worker may have its turn free.
  #limitWait(): void {
    this.#patience = this.#host.clock.after(RESTART_PATIENCE_MS, () => {
      if (this.#mayStart) this.#waiter.releaseIfWaiting(RESTART_PAUSE_MS);
    });
  }

  #onGiveUp(giveUp: () => void): void {
    this.#giveUps ??= [];
    this.#giveUps.push(giveUp);
  }
}

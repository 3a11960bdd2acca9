// A task's wait for its turn in a worker: until it is due, until no other further start runs, until a slot is free. Holds the
// places it was given until it leaves. Decides nothing about the task.

import type { StartKind } from "./check-task.ts";
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
  /** It has waited too long here. */
  releaseIfWaiting(delayMs: number): void;
}

/** The turn of one delivered task. */
export class TaskTurn {
  readonly #host: TaskHost;
  readonly #waiter: Waiter;
  // The slot, and the turn of a further start.
  readonly #places: Slots[] = [];
  #giveUps: (() => void)[] | null = null;
  #isWaiting = false;

  constructor(host: TaskHost, waiter: Waiter) {
    this.#host = host;
    this.#waiter = waiter;
  }

  /** Begins to wait. @param earlyMs - Time until the task is due. */
  wait(kind: StartKind, earlyMs: number): void {
    this.#isWaiting = true;
    if (earlyMs > 0) this.#hold(Math.min(earlyMs, LONGEST_HOLD_MS), kind);
    else this.#take(kind);
  }

  /** Waits no more. @returns whether it waited. */
  giveUp(): boolean {
    if (!this.#isWaiting) return false;
    this.#isWaiting = false;
    for (const giveUp of this.#giveUps ?? []) giveUp();
    return true;
  }

  /** Frees its places; once. */
  leave(): void {
    for (const places of this.#places) places.leave();
  }

  // Short delays are nobody's but the worker's.
  #hold(delayMs: number, kind: StartKind): void {
    this.#waiter.makeRoom();
    const timer = this.#host.clock.after(delayMs, () => {
      if (this.#isWaiting && !this.#host.abandoned) this.#take(kind);
    });
    this.#onGiveUp(() => timer.cancel());
  }

  #take(kind: StartKind): void {
    const { slots, restarts } = this.#host;
    if (kind !== "again") {
      this.#enter(slots, () => this.#onSlot());
      return;
    }
    this.#enter(restarts, () => this.#enter(slots, () => this.#onSlot()));
    if (this.#isWaiting) this.#limitWait();
  }

  #enter(places: Slots, proceed: () => void): void {
    const giveUp = places.enter(() => {
      this.#places.push(places);
      proceed();
    });
    if (this.#isWaiting) this.#onGiveUp(giveUp);
  }

  #onSlot(): void {
    this.#isWaiting = false;
    this.#waiter.onTurn();
  }

  // Further starts take turns; another worker may have its turn free.
  #limitWait(): void {
    this.#host.clock.after(RESTART_PATIENCE_MS, () => this.#waiter.releaseIfWaiting(RESTART_PAUSE_MS));
  }

  #onGiveUp(giveUp: () => void): void {
    this.#giveUps ??= [];
    this.#giveUps.push(giveUp);
  }
}

// Runs handlers in children, threads or processes: one task at a time in each. A child that is lost takes only its task with it.
//
// Bounds (I7): as many children as slots, and those that are ending; tasks that wait for a child ≤ slots of the worker.

import { InvalidArgumentError } from "../../model/errors.ts";
import type { TaskMessage } from "../../model/task-message.ts";
import type { Outcome } from "../outcome.ts";
import type { Begins, Pool, PoolInfo } from "../pool.ts";
import type { RegisteredTask } from "../registered-task.ts";
import type { TaskContext } from "../task-context.ts";
import type { Child } from "./child.ts";
import { ChildRun } from "./child-run.ts";
import { ChildSlot, type SlotPorts } from "./child-slot.ts";

/** What a pool works with. */
export type ChildPoolPorts = Omit<SlotPorts, "onStarted" | "onIdle" | "onFailed">;

/** See the top of the file. */
export class ChildPool implements Pool {
  readonly #ports: SlotPorts;
  readonly #slots = new Set<ChildSlot>();
  readonly #idle = new Set<ChildSlot>();
  readonly #waiting = new Set<ChildRun>();
  readonly #running = new Map<TaskMessage, ChildSlot>();
  readonly #children = new Set<Child>();
  #runs = 0;
  #restarts = 0;
  #size: number;
  #isRestarting = false;

  constructor(ports: ChildPoolPorts, size: number) {
    this.#size = size;
    this.#ports = {
      ...ports,
      onStarted: (child, again) => this.#onStarted(child, again),
      onIdle: (slot) => this.#onIdle(slot),
      onFailed: (slot, retryMs) => this.#onFailed(slot, retryMs),
    };
  }

  /** Starts all children at the same time. @throws {ConfigError} one of them cannot run tasks. */
  async start(): Promise<void> {
    await Promise.all(this.#grow(this.#size));
  }

  async run(task: RegisteredTask, message: TaskMessage, context: TaskContext, told: Begins): Promise<Outcome> {
    const run = new ChildRun(this.#runs++, task, message, { context, told });
    const [slot] = this.#idle;
    if (slot) this.#begin(run, slot);
    else this.#waiting.add(run);
    const outcome = await run.outcome;
    this.#running.delete(message);
    return outcome;
  }

  kill(message: TaskMessage): void {
    this.#running.get(message)?.kill();
    for (const run of this.#waiting) {
      if (run.message !== message) continue;
      this.#waiting.delete(run);
      run.lose("it had not begun");
    }
  }

  resize(size: number): void {
    this.#size = size;
    if (this.#isRestarting) return;
    if (size > this.#slots.size) void Promise.allSettled(this.#grow(size - this.#slots.size));
    const idleFirst = [...new Set([...this.#idle, ...this.#slots])];
    for (const slot of idleFirst.slice(0, Math.max(idleFirst.length - size, 0))) this.#dismiss(slot);
  }

  async restart(): Promise<void> {
    if (this.#isRestarting)
      throw new InvalidArgumentError("the pool replaces its children already; wait until it has, then ask again");
    this.#isRestarting = true;
    const all = [...this.#slots];
    try {
      for (const old of all) if (this.#slots.has(old)) await this.#replace(old);
    } finally {
      this.#isRestarting = false;
      this.resize(this.#size);
    }
  }

  // The new one is ready before the old one goes.
  async #replace(old: ChildSlot): Promise<void> {
    const slot = new ChildSlot(this.#ports, true);
    this.#slots.add(slot);
    try {
      await slot.open();
    } catch (error) {
      if (this.#slots.has(slot)) this.#dismiss(slot);
      throw error;
    }
    this.#dismiss(old);
  }

  info(): PoolInfo {
    return { children: [...this.#children].map(({ id }) => id), restarts: this.#restarts };
  }

  async close(): Promise<void> {
    this.#size = 0;
    for (const slot of this.#slots) {
      this.#dismiss(slot);
      slot.kill();
    }
    this.#waiting.clear();
    await Promise.all([...this.#children].map((child) => child.ended));
  }

  #grow(count: number): Promise<void>[] {
    const added = Array.from({ length: count }, () => new ChildSlot(this.#ports));
    for (const slot of added) this.#slots.add(slot);
    return added.map((slot) => slot.open());
  }

  #dismiss(slot: ChildSlot): void {
    this.#slots.delete(slot);
    this.#idle.delete(slot);
    slot.stop();
  }

  #begin(run: ChildRun, slot: ChildSlot): void {
    this.#idle.delete(slot);
    this.#running.set(run.message, slot);
    slot.give(run);
  }

  #onStarted(child: Child, again: boolean): void {
    if (again) this.#restarts++;
    this.#children.add(child);
    void child.ended.then(() => this.#children.delete(child));
  }

  #onIdle(slot: ChildSlot): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#idle.add(slot);
      return;
    }
    this.#waiting.delete(next);
    this.#begin(next, slot);
  }

  // Another worker may have a child for the task; and here it would wait as long as no child starts.
  #onFailed(slot: ChildSlot, retryMs: number): void {
    this.#idle.delete(slot);
    for (const run of this.#waiting) {
      if (!run.giveBack(retryMs)) continue;
      this.#waiting.delete(run);
      return;
    }
  }
}

// One queue of the in-process broker: the tasks in it, the keys they hold, and the consumers that have credits.
//
// Tasks are handed out by a pump of its own turn of the event loop, so that whoever publishes or requests is never called
// back from within. A turn delivers a bounded batch, so that timers and sockets get theirs. Consumers take turns.

import type { Clock } from "../../platform/clock.ts";
import { PriorityTurns } from "../priority-turns.ts";
import type { OutgoingTask } from "../task-queue.ts";
import { copyBytes } from "./copy-bytes.ts";
import { type Linked, LinkedList } from "./linked-list.ts";
import { moveTo, type QueuedTask } from "./queued-task.ts";

const BATCH = 256;

/** What a queue tells the store it belongs to. */
export interface QueueOwner {
  readonly clock: Clock;
  /** A task left the store for good. */
  removed(task: QueuedTask): void;
  /** The queue holds nothing, nobody consumes it, and nobody did since it was last forgotten: it can go. */
  idle(name: string): void;
}

/** A task and where it is. */
export interface PlacedTask {
  readonly task: QueuedTask;
  /** Tasks of its priority before it. */
  readonly ahead: number;
  /** A consumer has it. */
  readonly delivered: boolean;
}

/** A consumer as its queue sees it. */
export interface Receiver extends Linked<Receiver> {
  /** What was delivered to it and is not settled. */
  readonly unsettled: Iterable<QueuedTask>;
  /** Uses one credit. @returns how many are left. */
  spendCredit(): number;
  deliver(task: QueuedTask): void;
}

interface Level {
  readonly priority: number;
  readonly tasks: LinkedList<QueuedTask>;
}

/** Tasks and consumers of one queue name. */
export class MemoryQueue {
  readonly name: string;
  readonly #owner: QueueOwner;
  // By priority, the highest first; only those that are used.
  readonly #waiting: Level[] = [];
  readonly #turns = new PriorityTurns();
  readonly #delayed = new LinkedList<QueuedTask>();
  readonly #keys = new Set<string>();
  readonly #consumers = new Set<Receiver>();
  readonly #ready = new LinkedList<Receiver>();
  /** Who has consumed it may come back: until it is forgotten, it is one of the queues that there are. */
  #isKept = false;
  #pumpDue = false;

  constructor(name: string, owner: QueueOwner) {
    this.name = name;
    this.#owner = owner;
  }

  /** Tasks that wait, also for the end of the delay they were handed back with. */
  get waiting(): number {
    return this.#pending + this.#delayed.size;
  }

  get unsettled(): number {
    return this.#keys.size - this.waiting;
  }

  /** Whether a task with this key waits or runs. */
  holds(key: string): boolean {
    return this.#keys.has(key);
  }

  /** All that is in it, while nothing changes. */
  *all(): Generator<PlacedTask> {
    for (const { tasks } of this.#waiting) {
      let ahead = 0;
      for (const task of tasks) yield { task, ahead: ahead++, delivered: false };
    }
    for (const task of this.#delayed) yield { task, ahead: 0, delivered: true };
    for (const { unsettled } of this.#consumers)
      for (const task of unsettled) yield { task, ahead: 0, delivered: true };
  }

  add(message: OutgoingTask): void {
    this.#keys.add(message.key);
    const body = copyBytes(message.body);
    const task: QueuedTask = { message, body, delivered: false, place: null, holder: null, previous: null, next: null };
    this.#wait(task);
  }

  remove(task: QueuedTask): void {
    moveTo(task, null);
    this.#keys.delete(task.message.key);
    this.#owner.removed(task);
    this.#dropIfIdle();
  }

  giveBack(task: QueuedTask, delayMs: number): void {
    if (!(delayMs > 0)) return this.#wait(task);
    moveTo(task, this.#delayed);
    this.#owner.clock.after(delayMs, () => {
      if (task.place === this.#delayed) this.#wait(task);
    });
  }

  /** Removes what waits. @returns how many tasks that were. */
  purge(): number {
    const purged = this.waiting;
    for (const list of [...this.#waiting.map(({ tasks }) => tasks), this.#delayed]) {
      for (let task = list.first; task !== null; task = list.first) this.remove(task);
    }
    return purged;
  }

  /** Removes what waits, and the queue with its last consumer. */
  forget(): void {
    this.#isKept = false;
    this.purge();
    this.#dropIfIdle();
  }

  join(consumer: Receiver): void {
    this.#isKept = true;
    this.#consumers.add(consumer);
  }

  /** The consumer has credits now. */
  markReady(consumer: Receiver): void {
    this.#ready.append(consumer);
    this.#wakePump();
  }

  /** The consumer had credits and has none any more. */
  markUnready(consumer: Receiver): void {
    this.#ready.remove(consumer);
  }

  leave(consumer: Receiver): void {
    this.#consumers.delete(consumer);
    this.#dropIfIdle();
  }

  #wait(task: QueuedTask): void {
    moveTo(task, this.#level(task.message.priority ?? 0).tasks);
    this.#wakePump();
  }

  #level(priority: number): Level {
    const found = this.#waiting.find((level) => level.priority === priority);
    if (found !== undefined) return found;
    const level: Level = { priority, tasks: new LinkedList() };
    this.#waiting.push(level);
    this.#waiting.sort((one, other) => other.priority - one.priority);
    return level;
  }

  get #pending(): number {
    let sum = 0;
    for (const { tasks } of this.#waiting) sum += tasks.size;
    return sum;
  }

  // Nearly every queue has one priority only.
  #first(): QueuedTask | null {
    if (this.#waiting.length < 2) return this.#waiting[0]?.tasks.first ?? null;
    const priorities = this.#waiting.filter(({ tasks }) => tasks.size > 0).map(({ priority }) => priority);
    return priorities.length === 0 ? null : this.#level(this.#turns.next(priorities, 1).priority).tasks.first;
  }

  #wakePump(): void {
    if (this.#pumpDue || this.#ready.size === 0 || this.#pending === 0) return;
    this.#pumpDue = true;
    setImmediate(this.#pump);
  }

  readonly #pump = (): void => {
    this.#pumpDue = false;
    for (let room = BATCH; room > 0; room -= 1) {
      const consumer = this.#ready.first;
      const task = consumer === null ? null : this.#first();
      if (task === null || consumer === null) return;
      this.#ready.remove(consumer);
      if (consumer.spendCredit() > 0) this.#ready.append(consumer);
      consumer.deliver(task);
    }
    this.#wakePump();
  };

  #dropIfIdle(): void {
    if (!this.#isKept && this.#keys.size === 0 && this.#consumers.size === 0) this.#owner.idle(this.name);
  }
}

// Delayed tasks of the in-process broker: in the order of their times, with one timer for the earliest, which runs as long as
// somebody moves.

import { PayloadTooLargeError, QueueFullError } from "../../model/errors.ts";
import { shown } from "../../model/names.ts";
import type { Clock, Timer } from "../../platform/clock.ts";
import { type DelayedTask, type DelayedTasks, hasToWait, type TaskMover } from "../delayed-tasks.ts";
import type { OutgoingTask, Stored } from "../task-queue.ts";
import { copyBytes } from "./copy-bytes.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { type HeapEntry, MemoryDelayedHeap } from "./memory-delayed-heap.ts";
import type { MemoryLimits } from "./memory-options.ts";
import type { MemoryTaskQueue } from "./memory-task-queue.ts";

interface WaitingTask extends HeapEntry {
  readonly task: DelayedTask;
  /** When it is moved: when it is due, or later if its queue was full. */
  readonly at: number;
}

/** What the delayed tasks are part of. */
export interface MemoryDelayedParts {
  readonly connection: MemoryConnection;
  readonly tasks: MemoryTaskQueue;
  readonly limits: MemoryLimits;
  readonly clock: Clock;
}

const FULL_PAUSE_MS = 5_000;
/** Tasks moved in one turn, so that others get theirs. */
const BATCH = 1_000;

/** Tasks until they are due and somebody moves them, as long as the process lives. */
export class MemoryDelayedTasks implements DelayedTasks {
  readonly #parts: MemoryDelayedParts;
  readonly #waiting = new Map<string, WaitingTask>();
  readonly #order = new MemoryDelayedHeap<WaitingTask>();
  readonly #movers = new Set<TaskMover>();
  #timer: Timer | null = null;
  #bytes = 0;

  constructor(parts: MemoryDelayedParts) {
    this.#parts = parts;
  }

  async schedule(task: OutgoingTask, dueAt: number): Promise<Stored> {
    const { connection, clock, tasks } = this.#parts;
    connection.check("schedule");
    if (!hasToWait(dueAt, clock.now())) return tasks.store(task);
    this.#checkSize(task);
    if (this.#waiting.has(task.key)) return "exists";
    this.#checkRoom(task);
    const { key, queue, priority = 0, contentType } = task;
    const at = Math.ceil(dueAt);
    this.#add({ task: { key, queue, priority, contentType, dueAt: at, body: copyBytes(task.body) }, at, place: 0 });
    this.#arm();
    return "stored";
  }

  async move(): Promise<TaskMover> {
    this.#parts.connection.check("move");
    const mover: TaskMover = {
      close: async () => {
        this.#movers.delete(mover);
        this.#arm();
      },
    };
    this.#movers.add(mover);
    this.#arm();
    return mover;
  }

  async list(limit: number): Promise<readonly DelayedTask[]> {
    this.#parts.connection.check("list");
    const all = [...this.#waiting.values()].toSorted((one, other) => one.task.dueAt - other.task.dueAt);
    return all.slice(0, Math.max(0, limit)).map(({ task }) => copyOf(task));
  }

  async find(key: string): Promise<DelayedTask | null> {
    this.#parts.connection.check("find");
    const found = this.#waiting.get(key);
    return found === undefined ? null : copyOf(found.task);
  }

  async cancel(key: string): Promise<DelayedTask | null> {
    this.#parts.connection.check("cancel");
    const found = this.#waiting.get(key);
    if (found === undefined) return null;
    this.#remove(found);
    this.#arm();
    return copyOf(found.task);
  }

  /** Ends all moving; what waits stays. */
  close(): void {
    this.#movers.clear();
    this.#arm();
  }

  #arm(): void {
    const { clock } = this.#parts;
    const { first } = this.#order;
    this.#timer?.cancel();
    const idle = first === null || this.#movers.size === 0;
    this.#timer = idle ? null : clock.after(first.at - clock.now(), () => this.#moveDue());
  }

  #moveDue(): void {
    const now = this.#parts.clock.now();
    for (let left = BATCH; left > 0; left -= 1) {
      const { first } = this.#order;
      if (first === null || first.at > now) break;
      this.#moveOne(first, now);
    }
    this.#arm();
  }

  #moveOne(waiting: WaitingTask, now: number): void {
    const { key, queue, priority, contentType, body } = waiting.task;
    this.#remove(waiting);
    try {
      this.#parts.tasks.store({ key, queue, priority, contentType, body, exclusive: true, repeat: true, moved: true });
    } catch {
      // There is no room in the queues: nothing else is refused.
      this.#add({ ...waiting, at: now + FULL_PAUSE_MS });
    }
  }

  #add(waiting: WaitingTask): void {
    this.#waiting.set(waiting.task.key, waiting);
    this.#order.add(waiting);
    this.#bytes += waiting.task.body.byteLength;
  }

  #remove(waiting: WaitingTask): void {
    this.#waiting.delete(waiting.task.key);
    this.#order.remove(waiting);
    this.#bytes -= waiting.task.body.byteLength;
  }

  #checkSize({ queue, body }: OutgoingTask): void {
    const { maxMessageBytes } = this.#parts.limits;
    if (body.byteLength <= maxMessageBytes) return;
    throw new PayloadTooLargeError(`delayed message to queue ${shown(queue)}`, body.byteLength, maxMessageBytes);
  }

  #checkRoom({ body }: OutgoingTask): void {
    const { maxMessages, maxStoredBytes } = this.#parts.limits;
    if (this.#waiting.size < maxMessages && this.#bytes + body.byteLength <= maxStoredBytes) return;
    throw new QueueFullError(
      `the memory transport is full of delayed tasks: ${this.#waiting.size} of ${this.#bytes} bytes, it takes ` +
        `${maxMessages} of ${maxStoredBytes}; wait until some are due, or raise maxMessages or maxStoredBytes`,
    );
  }
}

function copyOf(task: DelayedTask): DelayedTask {
  return { ...task, body: copyBytes(task.body) };
}

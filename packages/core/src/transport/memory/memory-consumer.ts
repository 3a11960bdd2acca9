// One consumer of a queue of the in-process broker: its credits, and the deliveries it has not settled.

import type { Clock } from "../../platform/clock.ts";
import type { ConsumeOptions, QueueConsumer } from "../task-queue.ts";
import { LinkedList } from "./linked-list.ts";
import { MemoryCredits } from "./memory-credits.ts";
import { MemoryDelivery } from "./memory-delivery.ts";
import type { MemoryQueue, Receiver } from "./memory-queue.ts";
import { moveTo, type QueuedTask } from "./queued-task.ts";

/** How a consumer's requests end. */
export interface ConsumerSettings {
  readonly clock: Clock;
  /** How long a request lasts without being used, in milliseconds. */
  readonly requestExpiresMs: number;
  /** Called once, when the consumer is closed. */
  readonly onClosed: (consumer: MemoryConsumer) => void;
}

/** In the queue's list of ready consumers exactly while it has credits. */
export class MemoryConsumer implements QueueConsumer, Receiver {
  previous: Receiver | null = null;
  next: Receiver | null = null;
  readonly #queue: MemoryQueue;
  readonly #options: ConsumeOptions;
  readonly #onClosed: (consumer: MemoryConsumer) => void;
  readonly #credits: MemoryCredits;
  readonly #unsettled = new LinkedList<QueuedTask>();
  #stopped = false;
  #closed = false;

  constructor(queue: MemoryQueue, options: ConsumeOptions, settings: ConsumerSettings) {
    this.#queue = queue;
    this.#options = options;
    this.#onClosed = settings.onClosed;
    this.#credits = new MemoryCredits(settings.clock, settings.requestExpiresMs, (count) => {
      if (this.#credits.available === 0) queue.markUnready(this);
      options.onUnused(count);
    });
  }

  get unsettled(): Iterable<QueuedTask> {
    return this.#unsettled;
  }

  request(count: number): void {
    if (this.#stopped || !(count > 0)) return;
    const had = this.#credits.available;
    this.#credits.add(count);
    if (had === 0) this.#queue.markReady(this);
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#credits.available > 0) this.#queue.markUnready(this);
    this.#credits.clear();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.stop();
    for (let task = this.#unsettled.first; task !== null; task = this.#unsettled.first) {
      task.holder = null;
      this.#queue.giveBack(task, 0);
    }
    this.#queue.leave(this);
    this.#onClosed(this);
  }

  spendCredit(): number {
    this.#credits.spend();
    return this.#credits.available;
  }

  deliver(task: QueuedTask): void {
    const delivery = new MemoryDelivery(task, this.#queue);
    task.delivered = true;
    task.holder = delivery;
    moveTo(task, this.#unsettled);
    this.#options.onDelivery(delivery);
  }
}

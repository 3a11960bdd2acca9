// The queues of one worker: opens them, hands over what they deliver, and stops and resumes those that are paused.

import type { AnyActorRef } from "xstate";
import type { DeliveredTasks } from "./delivered-tasks.ts";
import { PausedQueues } from "./paused-queues.ts";
import { QueueConsumerActor } from "./queue-consumer.ts";

/** See the top of the file. */
export class WorkerQueues {
  readonly #names: readonly string[];
  readonly #tasks: DeliveredTasks;
  readonly #consumers: readonly QueueConsumerActor[];
  readonly #pauses: PausedQueues;

  constructor(names: readonly string[], tasks: DeliveredTasks, parent: AnyActorRef) {
    this.#names = names;
    this.#tasks = tasks;
    this.#consumers = names.map(
      (queue, index) =>
        new QueueConsumerActor(
          queue,
          tasks,
          {
            onDelivery: (delivery) => tasks.accept(delivery, index),
            onUnused: (count) => tasks.unused(index, count),
            onPaused: () => tasks.holdBack(queue),
            unsettled: tasks.unsettled,
          },
          parent,
        ),
    );
    this.#pauses = new PausedQueues(tasks, names, (queue, isPaused) => this.#onPause(queue, isPaused));
  }

  /** Those that are paused: nothing can arrive from them any more. */
  get paused(): readonly string[] {
    return this.#consumers.filter(({ isPaused }) => isPaused).map(({ queue }) => queue);
  }

  /** Those that are not to be paused. */
  get open(): readonly string[] {
    return this.#names.filter((name) => !this.#pauses.names.includes(name));
  }

  /** Resolves when all are open, and those that are paused are known. */
  async start(): Promise<void> {
    await this.#pauses.start();
    await Promise.all(this.#consumers.map((consumer) => consumer.start()));
  }

  /** Asks a queue, by its number, for more messages. */
  request(queue: number, count: number): void {
    this.#consumers[queue]?.grant(count);
  }

  /** Takes no more messages. Resolves when none can arrive. */
  async drain(): Promise<void> {
    this.#pauses.stop();
    await Promise.allSettled(this.#consumers.map((consumer) => consumer.drain()));
  }

  /** Ends for good; gives back what was delivered and not settled. */
  async close(): Promise<void> {
    this.#pauses.stop();
    await Promise.allSettled(this.#consumers.map((consumer) => consumer.close()));
  }

  #onPause(queue: string, isPaused: boolean): void {
    const index = this.#names.indexOf(queue);
    const { hostname, logger } = this.#tasks;
    logger.info(
      { queue },
      `queue "${queue}" is ${isPaused ? "paused" : "resumed"}: worker ${hostname} ${isPaused ? "takes no more of it" : "goes on with it"}`,
    );
    if (isPaused) {
      this.#consumers[index]?.pause();
      this.#tasks.pause(index);
    } else {
      this.#consumers[index]?.resume();
      this.#tasks.resume(index, queue);
    }
  }
}

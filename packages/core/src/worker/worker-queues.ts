// The queues of one worker, each under the name that it is declared by: those it begins with, and those that are added and cancelled while it runs. Opens them, hands over what
// they deliver, and stops and resumes those that are paused.

import type { AnyActorRef } from "xstate";
import { LimitReachedError } from "../model/errors.ts";
import type { ActiveQueue } from "../model/inspect-replies.ts";
import type { DeliveredTasks } from "./delivered-tasks.ts";
import { PausedQueues } from "./paused-queues.ts";
import { QueueConsumerActor } from "./queue-consumer.ts";

// Of one worker (I7).
const MAX_QUEUES = 1_000;
const MAX_CANCELLED = 100;

/** How the worker's queues are made. */
export interface QueuesOwner {
  /** The worker's actor, from which the consumers' hang. */
  readonly actor: AnyActorRef;
  /** The queue that is consumed for a name: of a broadcast queue, this worker's own. */
  readonly placeOf: (name: string) => string;
}

interface Place {
  readonly number: number;
  readonly consumer: QueueConsumerActor;
}

/** See the top of the file. */
export class WorkerQueues {
  readonly #tasks: DeliveredTasks;
  readonly #owner: QueuesOwner;
  /** By queue. */
  readonly #places = new Map<string, Place>();
  /** By number; also those that are cancelled, until nothing can arrive any more. */
  readonly #consumers = new Map<number, QueueConsumerActor>();
  /** Nothing arrives any more, but there may be tasks to give back when the worker stops cold. */
  readonly #cancelled = new Set<QueueConsumerActor>();
  readonly #pauses: PausedQueues;

  constructor(names: readonly string[], tasks: DeliveredTasks, owner: QueuesOwner) {
    this.#tasks = tasks;
    this.#owner = owner;
    this.#pauses = new PausedQueues(tasks, names, (queue, isPaused) => this.#onPause(queue, isPaused));
    for (const [number, queue] of names.entries()) this.#make(queue, number);
  }

  /** What is consumed. */
  get all(): ActiveQueue[] {
    return [...this.#places].map(([name, { consumer }]) => {
      const { isConsuming, isPaused } = consumer;
      return { name, consuming: isConsuming, paused: isPaused };
    });
  }

  get names(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** Those that are paused: nothing can arrive from them any more. */
  get paused(): readonly string[] {
    return this.all.filter(({ paused }) => paused).map(({ name }) => name);
  }

  /** What the broker calls those that are not to be paused. */
  get open(): readonly string[] {
    return [...this.#places].filter(([name]) => !this.#isToPause(name)).map(([, { consumer }]) => consumer.queue);
  }

  /** What the broker calls all of them. */
  get consumed(): readonly string[] {
    return [...this.#places.values()].map(({ consumer }) => consumer.queue);
  }

  /** Resolves when all are open, and those that are paused are known. */
  async start(): Promise<void> {
    await this.#pauses.start();
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.start()));
  }

  /** Asks a queue, by its number, for more messages. */
  request(queue: number, count: number): void {
    this.#consumers.get(queue)?.grant(count);
  }

  /**
   * Consumes a queue too; does nothing when it is consumed already. Resolves when it is open.
   *
   * @throws {LimitReachedError} there are too many.
   * @throws {TopologyError | BrokerRefusedError} the broker refuses it.
   */
  async add(queue: string): Promise<void> {
    if (this.#places.has(queue)) return;
    this.#forget();
    if (this.#places.size >= MAX_QUEUES || this.#cancelled.size >= MAX_CANCELLED)
      throw new LimitReachedError(
        `queue "${queue}" is not added: this worker consumes ${this.#places.size} queues, and ${this.#cancelled.size} are cancelled whose ` +
          "tasks still run; cancel one, or wait for them",
      );
    const number = this.#tasks.addQueue();
    const { consumer } = this.#make(queue, number);
    await this.#pauses.add(queue);
    if (this.#places.get(queue)?.consumer !== consumer) return;
    if (!this.#isToPause(queue)) this.#tasks.beginQueue(number);
    try {
      await consumer.start();
    } catch (error) {
      if (this.#places.get(queue)?.consumer === consumer) await this.cancel(queue);
      throw error;
    }
  }

  /** Consumes a queue no longer; what is here of it is finished. @returns whether it was consumed. */
  async cancel(queue: string): Promise<boolean> {
    const place = this.#places.get(queue);
    if (!place) return false;
    const { number, consumer } = place;
    this.#places.delete(queue);
    this.#pauses.drop(queue);
    this.#cancelled.add(consumer);
    this.#tasks.endQueue(number, consumer.queue);
    await consumer.drain();
    this.#consumers.delete(number);
    this.#tasks.removeQueue(number);
    this.#forget();
    return true;
  }

  /** Takes no more messages. Resolves when none can arrive. */
  async drain(): Promise<void> {
    this.#pauses.stop();
    await Promise.allSettled([...this.#consumers.values()].map((consumer) => consumer.drain()));
  }

  /** Ends for good; gives back what was delivered and not settled. */
  async close(): Promise<void> {
    this.#pauses.stop();
    const all = new Set([...this.#consumers.values(), ...this.#cancelled]);
    await Promise.allSettled([...all].map((consumer) => consumer.close()));
  }

  #isToPause(queue: string): boolean {
    return this.#pauses.names.includes(queue);
  }

  #make(name: string, number: number): Place {
    const tasks = this.#tasks;
    const { actor, placeOf } = this.#owner;
    const queue = placeOf(name);
    const consumer = new QueueConsumerActor(
      queue,
      tasks,
      {
        onDelivery: (delivery) => tasks.accept(delivery, number),
        onUnused: (count) => tasks.unused(number, count),
        onPaused: () => tasks.holdBack(queue),
        unsettled: tasks.unsettled,
      },
      actor,
    );
    const place = { number, consumer };
    this.#places.set(name, place);
    this.#consumers.set(number, consumer);
    return place;
  }

  #onPause(queue: string, isPaused: boolean): void {
    const place = this.#places.get(queue);
    if (!place) return;
    const { hostname, logger } = this.#tasks;
    logger.info(
      { queue },
      `queue "${queue}" is ${isPaused ? "paused" : "resumed"}: worker ${hostname} ${isPaused ? "takes no more of it" : "goes on with it"}`,
    );
    if (isPaused) {
      place.consumer.pause();
      this.#tasks.pause(place.number);
    } else {
      place.consumer.resume();
      this.#tasks.resume(place.number, place.consumer.queue);
    }
  }

  // Those whose tasks are settled.
  #forget(): void {
    const open = new Set([...this.#tasks.unsettled.keys()].map((delivery) => delivery.queue));
    for (const consumer of this.#cancelled) {
      if (open.has(consumer.queue) || !consumer.isStopped) continue;
      this.#cancelled.delete(consumer);
      void consumer.close().catch(() => {});
    }
  }
}

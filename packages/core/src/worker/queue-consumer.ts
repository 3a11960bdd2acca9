// Provides the actions of the consumer machine for one queue.

import { type Actor, type AnyActorRef, createActor } from "xstate";
import { BrokerRefusedError, TopologyError } from "../model/errors.ts";
import type { Timer } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Delivery, QueueConsumer as TransportConsumer } from "../transport/task-queue.ts";
import { type ConsumerSteps, consumerMachine } from "./consumer-machine.ts";
import type { TaskHost } from "./task-host.ts";

const REOPEN_MS = 2_000;

/** What a consumer tells its worker. */
export interface ConsumerEvents {
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onUnused: (count: number) => void;
}

/** The actor of one consumed queue. */
export class QueueConsumerActor implements ConsumerSteps {
  readonly queue: string;
  readonly #host: TaskHost;
  readonly #events: ConsumerEvents;
  readonly #actor: Actor<typeof consumerMachine>;
  readonly #opened = deferred();
  #consumer: TransportConsumer | null = null;
  #retry: Timer | null = null;
  #credits = 0;
  #closed = false;

  constructor(queue: string, host: TaskHost, events: ConsumerEvents, parent: AnyActorRef) {
    this.queue = queue;
    this.#host = host;
    this.#events = events;
    this.#actor = createActor(consumerMachine, { input: this, parent, id: `queue ${queue}` });
  }

  /** Begins to consume. Resolves when the queue is open, rejects when the broker refuses that for good. */
  start(): Promise<void> {
    this.#actor.start();
    return this.#opened.promise;
  }

  /** Asks for more messages; before the queue is open: as soon as it is. */
  grant(credits: number): void {
    this.#credits += credits;
    if (this.#actor.getSnapshot().value === "consuming") this.request();
  }

  /** Takes no more messages. Resolves when none can arrive any more. */
  async drain(): Promise<void> {
    const stopped = deferred();
    this.#actor.subscribe({ complete: () => stopped.resolve() });
    this.#actor.send({ type: "DRAIN" });
    await stopped.promise;
  }

  /** Ends for good; gives back what was delivered and not settled. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    await this.#consumer?.close();
  }

  open(): void {
    const { queue } = this;
    if (this.#closed) return;
    this.#host.transport.tasks.consume({ queue, ...this.#events }).then(
      (consumer) => this.#onOpened(consumer),
      (error: unknown) => this.#onFailed(error),
    );
  }

  #onOpened(consumer: TransportConsumer): void {
    this.#consumer = consumer;
    if (this.#closed) {
      void consumer.close().catch(() => {});
      return;
    }
    this.#opened.resolve();
    this.#actor.send({ type: "OPENED" });
  }

  #onFailed(error: unknown): void {
    if (error instanceof TopologyError || error instanceof BrokerRefusedError) {
      this.#opened.reject(error);
      this.#actor.send({ type: "REFUSED" });
    } else {
      this.#host.logger.warn(
        { err: error },
        `queue "${this.queue}" could not be opened; it is tried again in ${REOPEN_MS} ms`,
      );
      this.#actor.send({ type: "FAILED" });
    }
  }

  request(): void {
    const credits = this.#credits;
    this.#credits = 0;
    if (credits > 0) this.#consumer?.request(credits);
  }

  retryLater(): void {
    const retry = (): void => this.#actor.send({ type: "RETRY" });
    if (!this.#closed) this.#retry = this.#host.clock.after(REOPEN_MS, retry, { keepAlive: true });
  }

  stop(): void {
    const stopped = (): void => this.#actor.send({ type: "STOPPED" });
    if (this.#consumer) this.#consumer.stop().then(stopped, stopped);
    else queueMicrotask(stopped);
  }
}

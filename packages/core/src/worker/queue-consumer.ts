// Provides the actions of the consumer machine for one queue.

import { type Actor, type AnyActorRef, createActor } from "xstate";
import { BrokerRefusedError, TopologyError } from "../model/errors.ts";
import type { Timer } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Delivery, QueueConsumer as TransportConsumer } from "../transport/task-queue.ts";
import { type ConsumerSteps, consumerMachine } from "./consumer-machine.ts";
import type { TaskHost } from "./task-host.ts";

const REOPEN_MS = 2_000;

/** What a consumer tells its worker, and has to know of it. */
export interface ConsumerEvents {
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onUnused: (count: number) => void;
  /** It is paused: nothing is delivered any more. */
  readonly onPaused: () => void;
  /** Deliveries of all queues that are not settled. */
  readonly unsettled: ReadonlyMap<Delivery, unknown>;
}

/** A consumer that was stopped by a pause, and what it had delivered. */
interface Retired {
  readonly consumer: TransportConsumer;
  readonly deliveries: readonly Delivery[];
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
  // No more than there are unsettled deliveries, and one.
  #retired: readonly Retired[] = [];
  #credits = 0;
  #mustPause = false;
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
    if (this.isConsuming) this.request();
  }

  /** Whether the broker has opened it, and it is neither paused nor to end. */
  get isConsuming(): boolean {
    return this.#state === "consuming";
  }

  /** Whether it is at its end. */
  get isStopped(): boolean {
    return this.#actor.getSnapshot().status === "done";
  }

  /** Whether nothing can arrive until it is resumed. */
  get isPaused(): boolean {
    return this.#state === "paused";
  }

  get #state(): string {
    return this.#actor.getSnapshot().value;
  }

  /** Takes no more messages until it is resumed; what was granted and not used is forgotten. */
  pause(): void {
    this.#mustPause = true;
    this.#credits = 0;
    if (this.isConsuming) this.#actor.send({ type: "PAUSE" });
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#mustPause = false;
    if (this.isPaused) this.#actor.send({ type: "RESUME" });
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
    await Promise.all([this.#consumer?.close(), ...this.#retired.map(({ consumer }) => consumer.close())]);
  }

  open(): void {
    const { queue } = this;
    const { onDelivery, onUnused } = this.#events;
    if (this.#closed) return;
    this.#host.transport.tasks.consume({ queue, onDelivery, onUnused }).then(
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
    if (this.#mustPause) this.#actor.send({ type: "PAUSE" });
  }

  #onFailed(error: unknown): void {
    if (error instanceof TopologyError || error instanceof BrokerRefusedError) {
      this.#host.logger.error({ err: error }, `queue "${this.queue}" is not consumed: the broker refuses it`);
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
    const stopped = (): void => {
      this.#actor.send({ type: "STOPPED" });
      if (!this.#mustPause) this.resume(); // it was, meanwhile
    };
    if (this.#consumer) this.#consumer.stop().then(stopped, stopped);
    else queueMicrotask(stopped);
  }

  retire(): void {
    const consumer = this.#consumer;
    const { unsettled } = this.#events;
    const isOver = ({ deliveries }: Retired): boolean => !deliveries.some((delivery) => unsettled.has(delivery));
    const deliveries = [...unsettled.keys()].filter(({ queue }) => queue === this.queue);
    this.#consumer = null;
    for (const retired of this.#retired) if (isOver(retired)) void retired.consumer.close().catch(() => {});
    this.#retired = this.#retired.filter((retired) => !isOver(retired));
    if (consumer) this.#retired = [...this.#retired, { consumer, deliveries }];
    if (this.#mustPause) this.#events.onPaused();
  }
}

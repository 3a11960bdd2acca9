// What the tests of task queues do all the time: publish, consume and wait for deliveries, see that nothing more comes.

import { randomUUID } from "node:crypto";
import type { Delivery, OutgoingTask, QueueConsumer, Stored } from "../../transport/task-queue.ts";
import type { Transport } from "../../transport/transport.ts";
import { TestProbe } from "../test-probe.ts";
import { bytesOf, textOf } from "./expectations.ts";

/** A message with a body that is its key, unless it is given. */
export function taskOf(queue: string, key: string, rest: Partial<OutgoingTask> = {}): OutgoingTask {
  const plain = { exclusive: false, repeat: false, contentType: "text/plain", body: bytesOf(key) };
  return { queue, key, ...plain, ...rest };
}

/** Publishes messages `<prefix>0`, `<prefix>1` … */
export async function publishMany(transport: Transport, queue: string, count: number, prefix = "k"): Promise<Stored[]> {
  const keys = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return Promise.all(keys.map((key) => transport.tasks.publish(taskOf(queue, key))));
}

/** A consumer whose deliveries can be waited for. What of its requests ends unused it requests again, unless told not to. */
export class TestConsumer {
  readonly #consumer: QueueConsumer;
  readonly #deliveries: TestProbe<Delivery>;
  readonly #unused: TestProbe<number>;

  private constructor(consumer: QueueConsumer, deliveries: TestProbe<Delivery>, unused: TestProbe<number>) {
    this.#consumer = consumer;
    this.#deliveries = deliveries;
    this.#unused = unused;
  }

  static async open(
    transport: Transport,
    queue: string,
    deadlineMs: number,
    asksAgain: boolean = true,
  ): Promise<TestConsumer> {
    const deliveries = new TestProbe<Delivery>(deadlineMs);
    const unused = new TestProbe<number>(deadlineMs);
    const consumer = await transport.tasks.consume({
      queue,
      onDelivery: (delivery) => deliveries.add(delivery),
      onUnused: (count) => {
        unused.add(count);
        if (asksAgain) consumer.request(count);
      },
    });
    return new TestConsumer(consumer, deliveries, unused);
  }

  /** Bodies of all deliveries so far, as text. */
  get bodies(): (string | null)[] {
    return this.#deliveries.items.map((delivery) => textOf(delivery.body));
  }

  /** How many deliveries came so far. */
  get delivered(): number {
    return this.#deliveries.items.length;
  }

  /** How many requested messages were reported unused so far. */
  get unused(): number {
    return this.#unused.items.reduce((sum, count) => sum + count, 0);
  }

  request(count: number): void {
    this.#consumer.request(count);
  }

  /** Waits for the next delivery. */
  next(what: string): Promise<Delivery> {
    return this.#deliveries.next(what);
  }

  /** Waits for `count` more deliveries. */
  take(count: number, what: string): Promise<Delivery[]> {
    return this.#deliveries.take(count, what);
  }

  stop(): Promise<void> {
    return this.#consumer.stop();
  }

  close(): Promise<void> {
    return this.#consumer.close();
  }
}

/**
 * Passes messages through a queue of their own. What the broker had sent to this transport before has arrived afterwards,
 * so that "nothing came" can be told without waiting for time to pass.
 */
export async function fence(transport: Transport, deadlineMs: number): Promise<void> {
  const queue = "fence";
  const consumer = await TestConsumer.open(transport, queue, deadlineMs);
  for (const nth of ["first", "second"]) {
    consumer.request(1);
    await transport.tasks.publish(taskOf(queue, randomUUID()));
    const delivery = await consumer.next(`delivery of the ${nth} message of the fence`);
    await delivery.confirmAck();
  }
  await consumer.close();
}

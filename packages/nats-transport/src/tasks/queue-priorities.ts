// Which priorities a queue has. Each has a consumer of its own, so that a plain queue has one: that of priority 0. Whoever first sends
// with another priority makes its consumer, tells the workers of the queue, and then sends.

import { MAX_PRIORITY } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { ticks } from "../connection/ticker.ts";
import { consumerNames } from "../topology/consumer-names.ts";
import { ensureConsumer } from "../topology/ensure-topology.ts";
import { queueConsumerSpec } from "../topology/topology.ts";
import { reasonOf } from "../wire/nats-errors.ts";

const MOST_KNOWN = 10_000;
/** What was told may not have been heard. */
const LOOK_AGAIN_TICKS = ticks(60_000);

/** Told of the priorities of a queue. */
export interface PriorityWatch {
  /** Ends it. */
  end(): void;
  /** Looks after deadlines. */
  onTick(): void;
  /** There is a connection again. */
  onUp(): void;
}

/** See the top of the file. */
export class QueuePriorities {
  readonly #link: Link;
  /** By consumer. */
  readonly #made = new Map<string, Promise<void>>();

  constructor(link: Link) {
    this.#link = link;
    link.connection.observe({ onUp: () => this.#made.clear() });
  }

  /** Resolves when workers of the queue will get messages of a priority. */
  ensure(queue: string, priority: number): Promise<void> {
    const key = this.#link.names.queueConsumer(queue, priority);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    if (this.#made.size >= MOST_KNOWN) this.#made.clear();
    const made = this.#make(queue, priority);
    this.#made.set(key, made);
    made.catch(() => this.#made.delete(key));
    return made;
  }

  /** Remembers of what was made only what is there: a queue may have been forgotten. */
  keep(consumers: readonly string[]): void {
    const there = new Set(consumers);
    for (const key of this.#made.keys()) if (!there.has(key)) this.#made.delete(key);
  }

  /** Those above 0 that a queue has. */
  async above0(queue: string): Promise<number[]> {
    const { api, names } = this.#link;
    const all = await consumerNames(api, names.streamOf(queue));
    return all.flatMap((name) => names.priorityOfConsumer(name, queue) ?? []).filter((priority) => priority > 0);
  }

  /** Tells the priorities above 0 that a queue has, again and again, and those that it gets. `onPriority` does not reject. */
  async watch(queue: string, onPriority: (priority: number) => Promise<void>): Promise<PriorityWatch> {
    const { connection, names, ticker, logger } = this.#link;
    let nextTick = ticker.now + LOOK_AGAIN_TICKS;
    const subscription = connection.subscribe(names.prioritySubject(queue), ({ data }) => {
      const priority = Number(Buffer.from(data).toString("latin1"));
      if (Number.isInteger(priority) && priority > 0 && priority <= MAX_PRIORITY) void onPriority(priority);
    });
    const look = async (): Promise<void> => void (await Promise.all((await this.above0(queue)).map(onPriority)));
    const lookAgain = (): void => {
      nextTick = ticker.now + LOOK_AGAIN_TICKS;
      look().catch((error: unknown) =>
        logger.debug({ queue, reason: reasonOf(error) }, "the priorities of a queue could not be read"),
      );
    };
    await connection.current?.flush().catch(() => undefined);
    await look();
    return {
      end: () => subscription.end(),
      onUp: lookAgain,
      onTick: () => {
        if (ticker.now >= nextTick && connection.current !== null) lookAgain();
      },
    };
  }

  async #make(queue: string, priority: number): Promise<void> {
    const { api, names, settings, logger, connection } = this.#link;
    await ensureConsumer(api, queueConsumerSpec(names, queue, settings.ackWaitMs, priority), logger);
    connection.current?.publish(names.prioritySubject(queue), String(priority));
  }
}

// One process's part in consuming a queue of any number of priorities.
//
// With one priority its pull consumer does it all. With several, each has two: one that asks for what is there and is told at once
// that there is no more, and one that waits for a message where there was none. What is requested goes to the highest priority
// that may have messages, but for one in ten (`PriorityTurns`). A message that was waited for and comes when nothing more is
// requested is held until something is: at most one of each priority, but for those that were requested when the second came up.

import { type ConsumeOptions, type Delivery, PriorityTurns, type QueueConsumer } from "@troupe/core/transport";
import { Fifo } from "../publish/fifo.ts";
import type { PullConsumer } from "./pull-consumer.ts";

/** Opens a pull consumer of one priority. `atOnce`: it does not wait for messages. */
export type OpenPull = (options: ConsumeOptions, priority: number, atOnce: boolean) => Promise<PullConsumer>;

interface Level {
  readonly priority: number;
  readonly waiting: PullConsumer;
  /** Null while there is one priority. */
  readonly taking: PullConsumer | null;
  readonly held: Fifo<Delivery>;
  /** Asked for and waited for, not yet come: while there is any, there is nothing to take. */
  awaited: number;
}

/** See the top of the file. */
export class PriorityConsumer implements QueueConsumer {
  readonly #options: ConsumeOptions;
  readonly #open: OpenPull;
  readonly #turns = new PriorityTurns();
  readonly #adding = new Set<number>();
  /** The highest priority first. */
  #levels: readonly Level[] = [];
  #plain: Level | null = null;
  /** Requested, not asked for. While there is one priority: none. */
  #credits = 0;
  /** Asked for with what is taken, not yet come. */
  #taken = 0;
  #stopping: Promise<void> | null = null;
  #onStop: () => void = () => undefined;

  constructor(options: ConsumeOptions, open: OpenPull) {
    this.#options = options;
    this.#open = open;
  }

  /** Begins with priority 0. @param onStop - Called when it is stopped. */
  async start(onStop: () => void): Promise<void> {
    this.#onStop = onStop;
    this.#plain = await this.#openLevel(0, false);
    this.#levels = [this.#plain];
  }

  request(count: number): void {
    const plain = this.#plain;
    if (plain !== null) {
      plain.awaited += count;
      plain.waiting.request(count);
    } else if (this.#stopping === null) {
      this.#credits += count;
      this.#share();
    }
  }

  /** Consumes a further priority; does nothing when it is consumed already. */
  async add(priority: number): Promise<void> {
    const isKnown = this.#adding.has(priority) || this.#levels.some((level) => level.priority === priority);
    if (isKnown || this.#stopping !== null) return;
    this.#adding.add(priority);
    try {
      const taking = this.#plain === null ? null : await this.#openTaking(0);
      const level = await this.#openLevel(priority, true);
      const plain = this.#plain;
      if (plain !== null && taking !== null) this.#split(plain, taking);
      else await taking?.close();
      this.#levels = [...this.#levels, level].toSorted((one, other) => other.priority - one.priority);
      if (this.#stopping === null) this.#share();
      else await closeLevel(level);
    } finally {
      this.#adding.delete(priority);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async close(): Promise<void> {
    await this.stop();
    await Promise.all(this.#levels.map(closeLevel));
  }

  async #stop(): Promise<void> {
    this.#onStop();
    await Promise.all(this.#levels.flatMap(pullsOf).map((pull) => pull.stop()));
    for (const { held } of this.#levels) for (const delivery of held.takeAll()) delivery.handBack(0);
  }

  // What was requested is shared out anew; what is on its way for it is held when others are faster.
  #split(plain: Level, taking: PullConsumer): void {
    this.#plain = null;
    this.#credits = plain.awaited;
    this.#levels = [{ ...plain, taking }];
  }

  async #openLevel(priority: number, split: boolean): Promise<Level> {
    const { queue } = this.#options;
    const onDelivery = (delivery: Delivery): void => this.#onAwaited(priority, delivery);
    const onUnused = (count: number): void => this.#onNotCome(priority, count);
    const waiting = await this.#open({ queue, onDelivery, onUnused }, priority, false);
    return { priority, waiting, taking: split ? await this.#openTaking(priority) : null, held: new Fifo(), awaited: 0 };
  }

  #openTaking(priority: number): Promise<PullConsumer> {
    const { queue, onDelivery } = this.#options;
    const onTaken = (delivery: Delivery): void => {
      this.#taken -= 1;
      onDelivery(delivery);
      this.#share();
    };
    return this.#open(
      { queue, onDelivery: onTaken, onUnused: (count) => this.#onEmpty(priority, count) },
      priority,
      true,
    );
  }

  #onAwaited(priority: number, delivery: Delivery): void {
    const plain = this.#plain;
    if (plain !== null) {
      plain.awaited -= 1;
      this.#options.onDelivery(delivery);
      return;
    }
    const level = this.#level(priority);
    level.awaited -= 1;
    if (this.#credits > 0) {
      this.#credits -= 1;
      this.#options.onDelivery(delivery);
    } else level.held.push(delivery);
    this.#share();
  }

  #onNotCome(priority: number, count: number): void {
    const level = this.#plain ?? this.#level(priority);
    level.awaited -= count;
    // The lowest priority tells for all of them.
    const unused = this.#plain === null && this.#taken === 0 ? this.#credits : count;
    if (this.#plain === null && (priority > 0 || unused === 0)) return this.#share();
    if (this.#plain === null) this.#credits = 0;
    this.#options.onUnused(unused);
  }

  // There is nothing left of a priority: waits for the next message of it.
  #onEmpty(priority: number, count: number): void {
    const level = this.#level(priority);
    this.#taken -= count;
    this.#credits += count;
    if (level.awaited === 0) {
      level.awaited = 1;
      level.waiting.request(1);
    }
    this.#share();
  }

  #share(): void {
    while (this.#credits > 0 && this.#taken === 0 && this.#stopping === null) {
      const open = this.#levels.filter(({ held, awaited }) => held.size > 0 || awaited === 0);
      if (open.length === 0) return;
      const { priority, count } = this.#turns.next(
        open.map((level) => level.priority),
        this.#credits,
      );
      const level = this.#level(priority);
      const delivery = level.held.shift();
      if (delivery === undefined) {
        this.#taken = count;
        this.#credits -= count;
        level.taking?.request(count);
      } else {
        this.#credits -= 1;
        this.#options.onDelivery(delivery);
      }
    }
  }

  #level(priority: number): Level {
    const found = this.#levels.find((level) => level.priority === priority);
    if (found === undefined) throw new Error(`priority ${priority} of queue ${this.#options.queue} is not consumed`);
    return found;
  }
}

function pullsOf({ waiting, taking }: Level): PullConsumer[] {
  return taking === null ? [waiting] : [waiting, taking];
}

async function closeLevel(level: Level): Promise<void> {
  await Promise.all(pullsOf(level).map((pull) => pull.close()));
}

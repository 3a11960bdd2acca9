import fc from "fast-check";
import { expect, it } from "vitest";
import { Credits } from "../../src/worker/credits.ts";

/** Queues with messages, a broker that answers requests, and handlers: everything that moves credits. */
class Market {
  readonly slots: number;
  readonly waiting: number[];
  readonly asked: number[];
  readonly taken: number[];
  running = 0;
  readonly credits: Credits;

  constructor(slots: number, queues: number) {
    this.slots = slots;
    this.waiting = Array.from({ length: queues }, () => 0);
    this.asked = Array.from({ length: queues }, () => 0);
    this.taken = Array.from({ length: queues }, () => 0);
    this.credits = new Credits(queues, (queue, count) => {
      if (!(count > 0)) throw new Error(`queue ${queue} was asked for ${count} messages`);
      this.asked[queue] = (this.asked[queue] ?? 0) + count;
    });
    this.credits.grantAll(slots);
  }

  get total(): number {
    return this.asked.reduce((sum, count) => sum + count, this.running);
  }

  publish(queue: number, count: number): void {
    this.waiting[queue] = (this.waiting[queue] ?? 0) + count;
  }

  /** The broker delivers one message, if it was asked for one and has one. */
  deliver(queue: number): void {
    const waiting = this.waiting[queue] ?? 0;
    const asked = this.asked[queue] ?? 0;
    if (waiting === 0 || asked === 0) return;
    this.waiting[queue] = waiting - 1;
    this.asked[queue] = asked - 1;
    this.taken[queue] = (this.taken[queue] ?? 0) + 1;
    this.running += 1;
    this.credits.used(queue);
  }

  /** The broker's requests of a queue end unused. */
  expire(queue: number, count: number): void {
    const unused = Math.min(this.asked[queue] ?? 0, count);
    if (unused === 0 || (this.waiting[queue] ?? 0) > 0) return;
    this.asked[queue] = (this.asked[queue] ?? 0) - unused;
    this.credits.unused(queue, unused, 0);
  }

  /** A handler ends. */
  end(): void {
    if (this.running === 0) return;
    this.running -= 1;
    this.giveBack();
  }

  /** A credit is free. */
  giveBack(): void {
    this.credits.release();
  }
}

const steps = fc.array(
  fc.record({
    act: fc.constantFrom("publish", "deliver", "expire", "end", "end"),
    queue: fc.nat({ max: 5 }),
    count: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 200 },
);

function play(market: Market, { act, queue, count }: { act: string; queue: number; count: number }): void {
  const known = queue % market.waiting.length;
  if (act === "publish") market.publish(known, count);
  else if (act === "deliver") market.deliver(known);
  else if (act === "expire") market.expire(known, count);
  else market.end();
}

const sizes = fc.record({ slots: fc.integer({ min: 1, max: 12 }), queues: fc.integer({ min: 1, max: 6 }) });

it("never asks for more than the slots, or one message per queue, and never loses a credit", () => {
  fc.assert(
    fc.property(sizes, steps, ({ slots, queues }, played) => {
      const market = new Market(slots, queues);
      for (const step of played) {
        play(market, step);
        expect(market.total).toBe(Math.max(slots, queues));
      }
    }),
  );
});

it("comes to every message of every queue, whatever happened before", () => {
  fc.assert(
    fc.property(sizes, steps, ({ slots, queues }, played) => {
      const market = new Market(slots, queues);
      for (const step of played) play(market, step);
      // From now on the broker answers, requests of empty queues end, and handlers end.
      for (let round = 0; round < 2_000 && market.waiting.some((count) => count > 0); round++) {
        for (let queue = 0; queue < queues; queue++) market.deliver(queue);
        for (let queue = 0; queue < queues; queue++) market.expire(queue, Number.POSITIVE_INFINITY);
        market.end();
      }
      expect(market.waiting.every((count) => count === 0)).toBe(true);
    }),
  );
});

it("starves no queue: with all full, each gets its share", () => {
  for (const [slots, queues] of [
    [1, 3],
    [2, 3],
    [4, 2],
    [8, 3],
  ] as const) {
    const market = new Market(slots, queues);
    for (let queue = 0; queue < queues; queue++) market.publish(queue, 10_000);
    for (let round = 0; round < 600; round++) {
      for (let queue = 0; queue < queues; queue++) market.deliver(queue);
      market.end();
    }
    const least = Math.min(...market.taken);
    const most = Math.max(...market.taken);
    expect(most - least).toBeLessThanOrEqual(slots);
    expect(least).toBeGreaterThan(150);
  }
});

it("keeps one credit at an idle queue, and lends the others to a busy one", () => {
  const market = new Market(10, 2);
  market.publish(0, 1_000);
  market.deliver(0);
  market.expire(1, 5);
  expect(market.asked[1]).toBe(1);
  expect(market.total).toBe(10);
  for (let i = 0; i < 20; i++) market.deliver(0);
  expect(market.running).toBe(9);
  market.publish(1, 1);
  market.deliver(1);
  expect(market.taken).toEqual([9, 1]);
});

it("lets an idle queue take everything when all others are idle too", () => {
  const market = new Market(4, 2);
  market.expire(0, 2);
  market.expire(1, 2);
  expect(market.total).toBe(4);
  expect(market.asked.every((count) => count >= 1)).toBe(true);
});

it("takes a queue number that it does not know for nothing", () => {
  const credits = new Credits(1, () => {});
  credits.grantAll(1);
  credits.used(7);
  credits.unused(7, 3, 0);
  expect(() => credits.release()).not.toThrow();
});

it("gives up surplus credits that came back unused, but for one by which an idle queue is heard", () => {
  const asked = [0, 0];
  const credits = new Credits(2, (queue, count) => {
    asked[queue] = (asked[queue] ?? 0) + count;
  });
  credits.grantAll(8);
  expect(asked).toEqual([4, 4]);
  expect(credits.unused(0, 4, 6)).toBe(3);
  expect(asked).toEqual([5, 4]);
  expect(credits.unused(1, 2, 3)).toBe(2);
  expect(asked).toEqual([5, 4]);
  expect(credits.unused(1, 2, 0)).toBe(0);
  expect(asked.reduce((sum, count) => sum + count, 0)).toBe(11);
});

/** A market whose queues are paused and resumed, as a worker does it. */
class PausingMarket extends Market {
  readonly paused = new Set<number>();
  ahead = 0;

  pause(queue: number): void {
    if (this.paused.has(queue)) return;
    this.paused.add(queue);
    const freed = this.credits.pause(queue);
    if (freed !== this.asked[queue]) throw new Error(`queue ${queue} gave up ${freed} credits`);
    this.asked[queue] = 0;
    for (let left = freed; left > 0; left--) this.giveBack();
  }

  resume(queue: number): void {
    if (this.paused.delete(queue)) this.ahead += this.credits.resume(queue);
  }

  override giveBack(): void {
    if (this.ahead > 0) this.ahead -= 1;
    else super.giveBack();
  }
}

const pausingSteps = fc.array(
  fc.record({
    act: fc.constantFrom("publish", "deliver", "expire", "end", "end", "pause", "resume"),
    queue: fc.nat({ max: 5 }),
    count: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 200 },
);

it("asks paused queues for nothing, and comes to every message once they are resumed", () => {
  fc.assert(
    fc.property(sizes, pausingSteps, ({ slots, queues }, played) => {
      const market = new PausingMarket(slots, queues);
      for (const step of played) {
        const queue = step.queue % queues;
        if (step.act === "pause") market.pause(queue);
        else if (step.act === "resume") market.resume(queue);
        else play(market, step);
        for (const paused of market.paused) expect(market.asked[paused]).toBe(0);
        expect(market.total).toBeLessThanOrEqual(Math.max(slots, queues) + queues);
      }
      for (let queue = 0; queue < queues; queue++) market.resume(queue);
      for (let round = 0; round < 2_000 && market.waiting.some((count) => count > 0); round++) {
        for (let queue = 0; queue < queues; queue++) market.deliver(queue);
        for (let queue = 0; queue < queues; queue++) market.expire(queue, Number.POSITIVE_INFINITY);
        market.end();
      }
      expect(market.waiting.every((count) => count === 0)).toBe(true);
    }),
  );
});

it("gives what paused queues had to the others, and back when nobody else can use it", () => {
  const market = new PausingMarket(4, 2);
  market.pause(0);
  expect(market.asked).toEqual([0, 4]);
  market.pause(1);
  expect(market.asked).toEqual([0, 0]);
  market.resume(0);
  expect([market.asked, market.ahead]).toEqual([[4, 0], 0]);
  market.resume(1);
  expect([market.asked, market.ahead]).toEqual([[4, 1], 1]);
});

it("begins with the queues that are not paused", () => {
  const asked = [0, 0, 0];
  const credits = new Credits(3, (queue, count) => {
    asked[queue] = (asked[queue] ?? 0) + count;
  });
  expect(credits.pause(1)).toBe(0);
  credits.grantAll(4);
  expect(asked).toEqual([2, 0, 2]);
});

/** A market whose queues are added and cancelled, as a worker does it. */
class ChangingMarket extends Market {
  readonly live = new Set<number>(this.taken.keys());
  readonly #extra = new Set<number>();
  ahead = 0;

  add(): number {
    const queue = this.credits.add();
    for (const counts of [this.waiting, this.asked, this.taken]) counts[queue] = 0;
    this.live.add(queue);
    if (this.credits.resume(queue) > 0) this.#extra.add(queue);
    return queue;
  }

  cancel(queue: number): void {
    if (!this.live.delete(queue)) return;
    const freed = this.credits.pause(queue);
    const surplus = this.#extra.delete(queue) ? 1 : 0;
    this.asked[queue] = 0;
    this.waiting[queue] = 0;
    if (freed < surplus) this.ahead += 1;
    for (let left = freed - surplus; left > 0; left--) this.giveBack();
    this.credits.remove(queue);
  }

  override giveBack(): void {
    if (this.ahead > 0) this.ahead -= 1;
    else super.giveBack();
  }
}

it("asks no queue that was cancelled, and neither gains nor loses credits by queues that come and go", () => {
  const changes = fc.array(fc.record({ isAdded: fc.boolean(), queue: fc.nat({ max: 7 }), played: steps }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(sizes, changes, ({ slots, queues }, changed) => {
      const market = new ChangingMarket(slots, queues);
      const most = Math.max(slots, queues);
      for (const { isAdded, queue, played } of changed) {
        if (isAdded) market.add();
        else market.cancel(queue % market.waiting.length);
        for (const step of played) {
          if (market.live.has(step.queue % market.waiting.length)) play(market, step);
          else if (step.act === "end") market.end();
        }
        expect(market.asked.filter((count, asked) => count > 0 && !market.live.has(asked))).toEqual([]);
        expect(market.total).toBeLessThanOrEqual(most + market.live.size + market.ahead);
      }
      for (const queue of market.live) market.cancel(queue);
      while (market.running > 0) market.end();
      const again = market.add();
      expect(market.asked[again]).toBeGreaterThanOrEqual(1);
      expect(market.asked[again]).toBeLessThanOrEqual(most);
    }),
  );
});

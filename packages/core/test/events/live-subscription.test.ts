import { expect, it } from "vitest";
import { LiveSubscription } from "../../src/events/live-subscription.ts";
import type { UnknownEvent } from "../../src/model/event-map.ts";
import { deferred } from "../../src/platform/deferred.ts";

const eventOf = (n: number): UnknownEvent => ({
  type: "x-y",
  hostname: "h",
  timestamp: 0,
  utcoffset: 0,
  pid: 1,
  clock: n,
  localReceived: 0,
});
const events = (from: number, to: number): UnknownEvent[] =>
  Array.from({ length: to - from }, (_, n) => eventOf(from + n));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function subscription(handle: (n: number) => unknown, queueSize = 10_000) {
  const failures: unknown[] = [];
  const drops: number[] = [];
  const live = new LiveSubscription({
    queueSize,
    handle: ({ clock }) => handle(clock),
    failed: ({ clock }, error) => void failures.push([clock, String(error)]),
    dropped: (count) => void drops.push(count),
  });
  return { live, failures, drops };
}

it("hands events over in order, one after the other", async () => {
  const heard: string[] = [];
  const { live } = subscription(async (n) => {
    heard.push(`begin ${n}`);
    await turn();
    heard.push(`end ${n}`);
  });
  live.hear(events(1, 3));
  live.hear(events(3, 4));
  for (let turns = 0; turns < 10; turns += 1) await turn();
  expect(heard).toEqual([1, 2, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]));
});

it("drops the oldest when too much waits, and tells how many", async () => {
  const first = deferred();
  const heard: number[] = [];
  const { live, drops } = subscription((n) => {
    heard.push(n);
    return n === 0 ? first.promise : undefined;
  }, 100);
  live.hear(events(0, 1));
  for (let n = 1; n < 100_000; n += 10) live.hear(events(n, n + 10));
  first.resolve();
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(heard).toHaveLength(101);
  expect(heard.slice(1)).toEqual(events(99_901, 100_001).map(({ clock }) => clock));
  expect(drops.reduce((sum, count) => sum + count, 0)).toBe(100_001 - 101);
});

it("lets others have their turn", async () => {
  let handled = 0;
  const { live } = subscription(() => {
    handled += 1;
  });
  live.hear(events(0, 1_000));
  expect(handled).toBeLessThan(1_000);
  for (let turns = 0; turns < 10; turns += 1) await turn();
  expect(handled).toBe(1_000);
});

it("goes on after a handler that throws or rejects", async () => {
  const { live, failures } = subscription((n) => {
    if (n === 1) throw new Error("one");
    return n === 2 ? Promise.reject(new Error("two")) : undefined;
  });
  live.hear(events(1, 4));
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(failures).toEqual([
    [1, "Error: one"],
    [2, "Error: two"],
  ]);
});

it("hands over nothing when it is closed", () => {
  const { live, failures } = subscription(() => {
    throw new Error("handed over");
  });
  live.close();
  live.hear(events(0, 3));
  expect(failures).toEqual([]);
});

// The broker's clock does not follow ours.

import { beforeEach, expect, it } from "vitest";
import { BrokerClock, type ClockLink } from "../src/connection/broker-clock.ts";

const EPOCH = 1_700_000_000_000;

let wall = EPOCH;
let monotonic = 500.25;
let broker = EPOCH + 60_000;
let warnings = 0;
let reads = 0;
let onUp: () => void = () => {};
let onTick: () => void = () => {};
let ticker = 0;

const clock = {
  now: () => wall,
  monotonic: () => monotonic,
  after: () => ({ cancel: () => {} }),
};

function pass(ms: number): void {
  monotonic += ms;
  broker += ms;
}

const link: ClockLink = {
  names: { leases: "LEASES", clockSubject: () => "clock" },
  connection: { current: {}, observe: (observer) => void (onUp = observer.onUp) },
  ticker: {
    get now() {
      return ticker;
    },
    onTick: (listener) => {
      onTick = listener;
      return () => {};
    },
  },
  logger: { warn: () => void (warnings += 1), debug: () => {} },
  publisher: {
    publish: async () => {
      pass(10); // to the broker and back
      return 1;
    },
  },
  api: {
    leaderRead: async () => {
      reads += 1;
      return { storedAtMs: broker - 5 };
    },
  },
};

beforeEach(() => {
  [wall, monotonic, broker, warnings, reads, ticker] = [EPOCH, 500.25, EPOCH + 60_000, 0, 0, 0];
});

it("is ours until it was measured", () => {
  expect(new BrokerClock(link, clock).now()).toBe(EPOCH);
});

it("gives whole milliseconds, of which the last has begun", async () => {
  const broken = new BrokerClock(link, clock);
  await broken.measure();
  pass(0.9);
  expect(broken.now()).toBe(Math.floor(broker));
  pass(999.5);
  expect(broken.now()).toBe(Math.floor(broker));
  expect(Number.isInteger(broken.now())).toBe(true);
});

it("goes on when somebody sets our clock", async () => {
  const steady = new BrokerClock(link, clock);
  await steady.measure();
  for (const wrong of [EPOCH + 3_600_000, 0]) {
    wall = wrong;
    pass(250);
    expect(steady.now()).toBe(Math.floor(broker));
  }
});

it("is measured again when the connection is back, and believes a jump when it is measured twice", async () => {
  const jumping = new BrokerClock(link, clock);
  await jumping.measure();
  broker += 3_600_000;
  onUp();
  onTick();
  await new Promise((resolve) => setImmediate(resolve));
  expect(jumping.now()).toBe(Math.floor(broker));
  expect([reads, warnings]).toEqual([3, 1]);
});

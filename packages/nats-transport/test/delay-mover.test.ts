// Which buckets a mover has open, and when it closes them.

import { beforeEach, describe, expect, it } from "vitest";
import { DelayMover } from "../src/delayed/delay-mover.ts";
import { MoveTask } from "../src/delayed/move-task.ts";
import { DelayBroker, turn } from "./delay-broker.ts";

/** The bucket that the broker's clock begins with; it begins in this moment. */
const NOW = 170_000_000;
const IDLE = { num_pending: 0, num_ack_pending: 0 };

let broker: DelayBroker;
let movers: DelayMover[];
beforeEach(() => {
  broker = new DelayBroker();
  movers = [];
});

async function startMover(holder = "a"): Promise<DelayMover> {
  const { link, leases, clock } = broker;
  const now = (): number => clock.now();
  const move = new MoveTask({
    link,
    now,
    tasks: { publish: async () => "stored" },
    deadLetters: { put: async () => undefined },
  });
  const mover = new DelayMover({ link, leases, move, now, holder, onEnd: () => undefined });
  movers.push(mover);
  await mover.start();
  return mover;
}

function pass(durationMs: number): Promise<void> {
  return broker.pass(durationMs, () => movers.forEach((mover) => mover.onTick()));
}

function named(...buckets: number[]): string[] {
  return buckets.map((bucket) => `d-${bucket}`);
}

describe("buckets of this time", () => {
  it("are open from a second before they begin", async () => {
    await startMover();
    expect(broker.names).toEqual(named(NOW - 3, NOW - 2, NOW - 1, NOW));
    await pass(8_750);
    expect(broker.names).not.toContain(`d-${NOW + 1}`);
    await pass(250);
    expect(broker.names).toContain(`d-${NOW + 1}`);
    expect(broker.sentTo(`$JS.API.CONSUMER.MSG.NEXT.troupe_DELAYED.d-${NOW + 1}`)).toHaveLength(1);
  });

  it("are closed when they are empty, 30 seconds after their end", async () => {
    await startMover();
    await pass(39_500);
    expect(broker.names).toContain(`d-${NOW}`);
    await pass(1_000);
    expect(broker.names).toEqual(named(NOW + 1, NOW + 2, NOW + 3, NOW + 4));
    expect(broker.changes.filter((change) => change.endsWith(`d-${NOW}`))).toEqual([`+d-${NOW}`, `-d-${NOW}`]);
  });

  it.each(["num_pending", "num_ack_pending"] as const)("are kept while the broker counts %s", async (count) => {
    const counts = { ...IDLE, [count]: 1 };
    broker.work.set(`d-${NOW}`, counts);
    await startMover();
    await pass(60_000);
    expect(broker.names).toContain(`d-${NOW}`);
    counts[count] = 0;
    await pass(1_000);
    expect(broker.names).not.toContain(`d-${NOW}`);
  });

  it("are opened again when somebody deletes their consumers", async () => {
    await startMover();
    broker.consumers.delete(`d-${NOW}`);
    broker.say(`d-${NOW}`, 409, "Consumer Deleted");
    await pass(500);
    expect(broker.names).toContain(`d-${NOW}`);
    expect(broker.sentTo(`$JS.API.CONSUMER.MSG.NEXT.troupe_DELAYED.d-${NOW}`)).toHaveLength(2);
  });

  it("are opened anew by a mover that begins: what a lost one was given comes at once", async () => {
    broker.consumers.set(`d-${NOW}`, { ...IDLE });
    await startMover();
    expect(broker.changes.filter((change) => change.endsWith(`d-${NOW}`))).toEqual([`-d-${NOW}`, `+d-${NOW}`]);
  });

  it("are opened anew when the connection was lost", async () => {
    const mover = await startMover();
    broker.isConnected = false;
    mover.onDown();
    broker.changes.length = 0;
    await pass(1_000);
    expect(broker.changes).toEqual([]);
    broker.isConnected = true;
    mover.onUp(false);
    await pass(250);
    expect(broker.changes.toSorted()).toEqual(
      [NOW - 3, NOW - 2, NOW - 1, NOW].flatMap((bucket) => [`+d-${bucket}`, `-d-${bucket}`]).toSorted(),
    );
  });

  it("are tried again when they cannot be opened, and not at once", async () => {
    broker.failing = /CREATE/;
    await startMover();
    expect(broker.warnings).toHaveLength(4);
    await pass(2_000);
    expect(broker.warnings.length).toBeLessThan(20);
    broker.failing = null;
    await pass(2_000);
    expect(broker.names).toEqual(named(NOW - 3, NOW - 2, NOW - 1, NOW));
  });

  it("are deleted and opened again when their consumer keeps messages back for long", async () => {
    broker.work.set(`d-${NOW}`, { num_pending: 1, num_ack_pending: 0 });
    await startMover();
    await pass(89_000);
    expect(broker.changes).not.toContain(`-d-${NOW}`);
    broker.work.delete(`d-${NOW}`);
    await pass(4_000);
    expect(broker.changes.filter((change) => change.endsWith(`d-${NOW}`))).toEqual([
      `+d-${NOW}`,
      `-d-${NOW}`,
      `+d-${NOW}`,
      `-d-${NOW}`,
    ]);
  });
});

describe("former buckets", () => {
  const FORMER = NOW - 1_000;

  it("are opened when they hold messages or have a consumer, and closed when they are empty", async () => {
    broker.subjects.push(`troupe.delay.${FORMER}.a-0`, `troupe.delay.${NOW + 99}.b-0`, `troupe.delay.${NOW}.c-0`);
    broker.consumers.set(`d-${FORMER + 1}`, { ...IDLE });
    await startMover();
    await pass(2_000);
    expect(broker.names).toEqual(named(NOW - 3, NOW - 2, NOW - 1, NOW));
    expect(broker.changes.filter((change) => change.includes(`d-${FORMER}`))).toEqual([`+d-${FORMER}`, `-d-${FORMER}`]);
    expect(broker.changes).toContain(`-d-${FORMER + 1}`);
    expect(broker.changes).not.toContain(`+d-${NOW + 99}`);
  });

  it("are opened a few at once, the earliest first", async () => {
    const counts = Array.from({ length: 20 }, (_, index) => {
      const one = { num_pending: 1, num_ack_pending: 0 };
      broker.work.set(`d-${FORMER + index}`, one);
      broker.subjects.push(`troupe.delay.${FORMER + index}.k-0`);
      return one;
    });
    await startMover();
    await pass(2_000);
    const former = (): string[] => broker.names.filter((name) => name < `d-${NOW - 3}`);
    expect(former()).toEqual(named(...counts.slice(0, 8).map((_, index) => FORMER + index)));
    for (const one of counts.slice(0, 2)) one.num_pending = 0;
    await pass(2_000);
    expect(former()).toEqual(named(...counts.slice(0, 8).map((_, index) => FORMER + 2 + index)));
  });

  it("are looked for every ten minutes, and five seconds after the broker was restarted", async () => {
    const mover = await startMover();
    const isKnown = (): boolean => broker.changes.includes(`+d-${FORMER}`);
    await pass(1_000);
    broker.subjects.push(`troupe.delay.${FORMER}.late-0`);
    await pass(590_000);
    expect(isKnown()).toBe(false);
    await pass(12_000);
    expect(isKnown()).toBe(true);
    broker.changes.length = 0;
    mover.onUp(false);
    await pass(6_000);
    expect(isKnown()).toBe(false);
    mover.onUp(true);
    await pass(4_000);
    expect(isKnown()).toBe(false);
    await pass(2_000);
    expect(isKnown()).toBe(true);
  });

  it("are looked for again when that failed", async () => {
    broker.subjects.push(`troupe.delay.${FORMER}.a-0`);
    broker.failing = /STREAM.INFO/;
    await startMover();
    await pass(1_000);
    broker.failing = null;
    await pass(30_000);
    expect(broker.changes).toContain(`+d-${FORMER}`);
  });

  it("are looked for when the process stood still", async () => {
    await startMover();
    await pass(1_000);
    broker.subjects.push(`troupe.delay.${NOW + 10}.a-0`);
    broker.clock.advance(300_000);
    await pass(2_000);
    expect(broker.changes).toContain(`+d-${NOW + 10}`);
    expect(broker.changes).not.toContain(`+d-${NOW + 11}`);
  });

  it("are left when another mover has deleted their consumers", async () => {
    broker.work.set(`d-${FORMER}`, { num_pending: 1, num_ack_pending: 0 });
    broker.subjects.push(`troupe.delay.${FORMER}.a-0`);
    await startMover();
    await pass(1_000);
    broker.consumers.delete(`d-${FORMER}`);
    broker.say(`d-${FORMER}`, 409, "Consumer Deleted");
    await pass(10_000);
    expect(broker.names).not.toContain(`d-${FORMER}`);
  });
});

describe("seats", () => {
  it("are two; who has none opens nothing, until one is free", async () => {
    const first = await startMover("a");
    await startMover("b");
    broker.changes.length = 0;
    await startMover("c");
    await pass(500);
    expect(broker.changes).toEqual([]);
    expect([...broker.leases.held.values()]).toEqual(["a", "b"]);
    await first.close();
    await pass(2_000);
    expect([...broker.leases.held.values()].toSorted()).toEqual(["b", "c"]);
    expect(broker.changes).toContain(`+d-${NOW}`);
  });

  it("are renewed; whoever loses his lets go of his buckets, and leaves their consumers", async () => {
    const mover = await startMover("a");
    await pass(10_000);
    for (const seat of broker.leases.held.keys()) broker.leases.held.set(seat, "other");
    broker.leases.held.set("troupe-mover-2", "other");
    await pass(2_000);
    const { names } = broker;
    const requests = broker.sent.length;
    await pass(60_000);
    expect(broker.sent).toHaveLength(requests);
    expect(broker.names).toEqual(names);
    await mover.close();
    expect([...broker.leases.held.values()]).toEqual(["other", "other"]);
  });

  it("are kept while the leases do not answer", async () => {
    await startMover("a");
    broker.leases.fails = true;
    await pass(20_000);
    expect(broker.names).toContain(`d-${NOW + 2}`);
  });

  it("are given back by close, after which nothing is done", async () => {
    const mover = await startMover("a");
    await Promise.all([mover.close(), mover.close()]);
    expect([...broker.leases.held.keys()]).toEqual([]);
    const { length } = broker.sent;
    await pass(60_000);
    await turn();
    expect(broker.sent).toHaveLength(length);
    expect(broker.names).toContain(`d-${NOW}`);
  });
});

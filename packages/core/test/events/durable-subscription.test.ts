import { describe, expect, it } from "vitest";
import { DurableSubscription } from "../../src/events/durable-subscription.ts";
import type { UnknownEvent } from "../../src/model/event-map.ts";
import { deferred } from "../../src/platform/deferred.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const stoppable = { stop: async () => {} };

function scene(handle: (n: number) => unknown, maxDeliveries = 3) {
  const settled: string[] = [];
  const failures: unknown[] = [];
  const subscription = new DurableSubscription({
    maxDeliveries,
    // A message holds the numbers of its events.
    read: (body) =>
      [...body].map(
        (n): UnknownEvent => ({
          type: "x-y",
          hostname: "h",
          timestamp: 0,
          utcoffset: 0,
          pid: 1,
          clock: n,
          localReceived: 0,
        }),
      ),
    handle: ({ clock }) => handle(clock),
    failed: ({ clock }, error, { deliveries, isLast }) =>
      void failures.push([clock, deliveries, isLast, String(error)]),
  });
  const deliver = async (id: string, deliveries: number, ...numbers: readonly number[]): Promise<void> => {
    subscription.accept({
      id,
      deliveries,
      body: Uint8Array.from(numbers),
      ack: () => void settled.push(`${id} acked`),
      handBack: (delayMs) => void settled.push(`${id} back ${delayMs}`),
    });
    for (let turns = 0; turns < 10; turns += 1) await turn();
  };
  return { subscription, deliver, settled, failures };
}

describe("a durable subscription", () => {
  it("acknowledges a message when all its events are dealt with", async () => {
    const gate = deferred();
    const heard: number[] = [];
    const { deliver, settled } = scene((n) => {
      heard.push(n);
      return n === 2 ? gate.promise : undefined;
    });
    await deliver("m1", 1, 1, 2);
    await deliver("m2", 1, 3);
    expect([heard, settled]).toEqual([[1, 2], []]);
    gate.resolve();
    await turn();
    await turn();
    expect([heard, settled]).toEqual([
      [1, 2, 3],
      ["m1 acked", "m2 acked"],
    ]);
  });

  it("hands back what its handler threw at, and of that message handles only that again", async () => {
    const heard: number[] = [];
    const { deliver, settled, failures } = scene((n) => {
      heard.push(n);
      if (n === 2) throw new Error("no");
    });
    await deliver("m1", 1, 1, 2, 3);
    await deliver("m1", 2, 1, 2, 3);
    await deliver("m1", 3, 1, 2, 3);
    expect(heard).toEqual([1, 2, 3, 2, 2]);
    expect(settled).toEqual(["m1 back 1000", "m1 back 2000", "m1 acked"]);
    expect(failures).toEqual([1, 2, 3].map((deliveries) => [2, deliveries, deliveries === 3, "Error: no"]));
  });

  it("gives up what was handed over too often and never came to an end", async () => {
    const { deliver, settled, failures } = scene(() => {
      throw new Error("handled");
    });
    await deliver("m1", 4, 7);
    expect(settled).toEqual(["m1 acked"]);
    expect(failures).toEqual([[7, 4, true, expect.stringContaining("delivered 3 times")]]);
  });

  it("settles a message that holds nothing for it", async () => {
    const { deliver, settled } = scene(() => {});
    await deliver("m1", 1);
    expect(settled).toEqual(["m1 acked"]);
  });

  it("waits for its handler when it stops, and hands the rest back at once", async () => {
    const gate = deferred();
    const { subscription, deliver, settled } = scene(() => gate.promise);
    await deliver("m1", 1, 1, 2);
    await deliver("m2", 1, 3);
    let isStopped = false;
    const stopping = subscription.stop(stoppable).then(() => {
      isStopped = true;
    });
    await deliver("m3", 1, 4);
    expect([settled, isStopped]).toEqual([["m2 back 0", "m3 back 0"], false]);
    gate.resolve();
    await stopping;
    expect(settled).toEqual(["m2 back 0", "m3 back 0", "m1 back 0"]);
  });
});

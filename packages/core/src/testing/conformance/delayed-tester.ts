// What the tests of delayed tasks do all the time: schedule, and see what comes to a queue, and when.

import type { DelayedTask } from "../../transport/delayed-tasks.ts";
import type { Delivery } from "../../transport/task-queue.ts";
import type { Transport } from "../../transport/transport.ts";
import { TestProbe } from "../test-probe.ts";
import { textOf } from "./expectations.ts";
import type { TestContext } from "./suite.ts";

/** Little more than the shortest delay there is. */
export const DELAY_MS = 1_200;
export const YEAR_MS = 365 * 24 * 3_600_000;

/** A delivery, and the broker's time when it came. */
export interface Arrival {
  readonly delivery: Delivery;
  readonly at: number;
}

/** All that comes to a queue; nothing of it is settled. */
export class Arrivals {
  readonly probe: TestProbe<Arrival>;

  private constructor(deadlineMs: number) {
    this.probe = new TestProbe(deadlineMs);
  }

  /** @param deadlineMs - longest wait for one. */
  static async open(transport: Transport, queue: string, deadlineMs: number): Promise<Arrivals> {
    const arrivals = new Arrivals(deadlineMs);
    const consumer = await transport.tasks.consume({
      queue,
      onUnused: (count) => consumer.request(count),
      onDelivery: (delivery) => arrivals.probe.add({ delivery, at: transport.now() }),
    });
    consumer.request(10_000);
    return arrivals;
  }

  /** Bodies of all that came so far, as text. */
  get bodies(): (string | null)[] {
    return this.probe.items.map(({ delivery }) => textOf(delivery.body));
  }
}

/** Waits until the broker's clock has passed a time. */
export function untilPast({ transport, deadlineMs }: TestContext, time: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const until = performance.now() + deadlineMs + time - transport.now();
    const look = (): void => {
      if (transport.now() > time) resolve();
      else if (performance.now() > until) reject(new Error(`the broker's clock did not reach ${time}`));
      else setTimeout(look, 10);
    };
    look();
  });
}

/** A task without its body, which is told as text. */
export function withText(task: DelayedTask | null): object | null {
  return task && { ...task, body: textOf(task.body) };
}

// A subscriber under a name that keeps what it is given until the test settles it.

import { strict as assert } from "node:assert";
import type { EventConsumeOptions, EventConsumer, EventDelivery } from "../../transport/event-stream.ts";
import type { Transport } from "../../transport/transport.ts";
import { TestProbe } from "../test-probe.ts";
import { textOf } from "./expectations.ts";

const HOUR_MS = 3_600_000;

/** See the top of the file. */
export class EventTester {
  readonly #probe: TestProbe<EventDelivery>;
  readonly #acked: string[] = [];
  #consumer: EventConsumer | null = null;
  #settled = 0;

  private constructor(deadlineMs: number) {
    this.#probe = new TestProbe(deadlineMs);
  }

  static async open(
    { events }: Transport,
    options: Pick<EventConsumeOptions, "name" | "filter"> & Partial<EventConsumeOptions>,
    { deadlineMs }: { readonly deadlineMs: number },
  ): Promise<EventTester> {
    const tester = new EventTester(deadlineMs);
    const usual = { from: null, keepMs: HOUR_MS, batch: 16 };
    const onDelivery = (delivery: EventDelivery): void => tester.#probe.add(delivery);
    tester.#consumer = await events.consume({ ...usual, ...options, onDelivery });
    return tester;
  }

  /** Waits for the next message, which must be this one. */
  async expect(text: string, deliveries: number): Promise<EventDelivery> {
    const delivery = await this.#probe.next(`"${text}" is delivered`);
    this.#settled += 1;
    assert.deepEqual([textOf(delivery.body), delivery.deliveries], [text, deliveries]);
    return delivery;
  }

  /** Settles what came and was not expected one by one. @returns texts of all that were settled so. */
  ackAll(): readonly string[] {
    for (const delivery of this.#probe.items.slice(this.#settled)) {
      this.#settled += 1;
      delivery.ack();
      this.#acked.push(textOf(delivery.body) ?? "");
    }
    return this.#acked;
  }

  async stop(): Promise<void> {
    await this.#consumer?.stop();
  }
}

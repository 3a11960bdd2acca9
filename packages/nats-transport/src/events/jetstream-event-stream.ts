// Events on core subjects. The stream that captures them is made by the first subscription under a name: without one, nothing of them
// is stored.

import type {
  EventAddress,
  EventConsumeOptions,
  EventConsumer,
  EventFilter,
  EventStream,
} from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { subscribeNow } from "../connection/subscribe-now.ts";
import { CorePublisher } from "../publish/core-publisher.ts";
import { SharedEventConsumer } from "./shared-event-consumer.ts";

/** See the top of the file. */
export class JetStreamEventStream implements EventStream {
  readonly #link: Link;
  readonly #publisher: CorePublisher;
  readonly #consumers = new Set<SharedEventConsumer>();

  constructor(link: Link) {
    this.#link = link;
    this.#publisher = new CorePublisher(link, "messages with events");
    link.ticker.onTick(() => {
      for (const consumer of this.#consumers) consumer.onTick();
    });
  }

  get dropped(): number {
    return this.#publisher.dropped;
  }

  publish(address: EventAddress, body: Uint8Array): void {
    this.#publisher.publish(this.#link.names.eventSubject(address), body);
  }

  subscribe(filter: EventFilter, onMessage: (body: Uint8Array) => void): Promise<() => void> {
    return subscribeNow(this.#link, this.#link.names.eventFilter(filter), onMessage);
  }

  async consume(options: EventConsumeOptions): Promise<EventConsumer> {
    const consumer = new SharedEventConsumer(this.#link, options, () => this.#consumers.delete(consumer));
    await consumer.open();
    this.#consumers.add(consumer);
    return consumer;
  }

  /** Lets go of all that was not settled; names keep their places. */
  close(): void {
    for (const consumer of this.#consumers) consumer.end();
    this.#consumers.clear();
  }
}

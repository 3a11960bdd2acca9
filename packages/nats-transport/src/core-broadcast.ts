// Broadcast over core NATS: nothing is stored.

import type { Broadcast, Topic } from "@troupe/core/transport";
import type { Link } from "./connection/link.ts";
import { subscribeNow } from "./connection/subscribe-now.ts";
import { CorePublisher } from "./publish/core-publisher.ts";

/** See the top of the file. */
export class CoreBroadcast implements Broadcast {
  readonly #link: Link;
  readonly #publisher: CorePublisher;

  constructor(link: Link) {
    this.#link = link;
    this.#publisher = new CorePublisher(link, "broadcast messages");
  }

  publish(topic: Topic, body: Uint8Array): void {
    this.#publisher.publish(this.#link.names.topicSubject(topic), body);
  }

  async subscribe(topic: Topic, onMessage: (body: Uint8Array) => void): Promise<() => void> {
    return subscribeNow(this.#link, this.#link.names.topicSubject(topic), onMessage);
  }
}

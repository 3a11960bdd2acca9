// Which processes coordinate now: each tells that it is there, and hears the others. A hint only; who has a shard is settled by
// its lease, and what is done with it by the log.

import { openEnvelope } from "../codec/envelope.ts";
import { flagField, textField } from "../codec/read-fields.ts";
import { serializerNamed } from "../codec/serializer.ts";
import { MESSAGE_VERSION } from "../model/task-message.ts";
import type { Clock } from "../platform/clock.ts";
import type { Broadcast, Topic } from "../transport/broadcast.ts";

const TOPIC: Topic = ["coordinators"];
const MSGPACK = serializerNamed("msgpack");
const MAX_NAME = 256;
const MAX_MEMBERS = 10_000;

/** What the members of a namespace are told with. */
export interface MembershipPorts {
  readonly broadcast: Broadcast;
  readonly clock: Clock;
  /** Unique name of this process. */
  readonly holder: string;
  /** Who was not heard for this time is gone, in milliseconds. */
  readonly goneMs: number;
}

/** The members, as this process heard them. */
export class LiveCoordinators {
  readonly #ports: MembershipPorts;
  readonly #onNews: () => void;
  /** When each other member was heard last: monotonic clock. */
  readonly #heard = new Map<string, number>();
  #unsubscribe: (() => void) | null = null;

  /** @param onNews - Somebody came or went, or gave up shards. */
  constructor(ports: MembershipPorts, onNews: () => void) {
    this.#ports = ports;
    this.#onNews = onNews;
  }

  /** All that are there, this process included. */
  get members(): string[] {
    const { holder, clock, goneMs } = this.#ports;
    const deadline = clock.monotonic() - goneMs;
    for (const [member, at] of this.#heard) if (at < deadline) this.#heard.delete(member);
    return [holder, ...this.#heard.keys()].sort();
  }

  /** Begins to hear the others. */
  async join(): Promise<void> {
    this.#unsubscribe = await this.#ports.broadcast.subscribe(TOPIC, (body) => this.#onMessage(body));
  }

  /** Tells the others that this process is there. */
  tell(news: { readonly freed?: boolean; readonly leaving?: boolean } = {}): void {
    const { broadcast, holder } = this.#ports;
    broadcast.publish(TOPIC, MSGPACK.encode({ v: MESSAGE_VERSION, holder, ...news }));
  }

  leave(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.tell({ leaving: true });
  }

  #onMessage(body: Uint8Array): void {
    try {
      const fields = openEnvelope(body, "message");
      const member = textField(fields, "holder", MAX_NAME);
      if (member === null || member === this.#ports.holder) return;
      if (flagField(fields, "leaving")) this.#onLeft(member);
      else this.#onHeard(member, flagField(fields, "freed"));
    } catch {
      // Of another version, or nobody's. It would be a hint only.
    }
  }

  #onLeft(member: string): void {
    this.#heard.delete(member);
    this.#onNews();
  }

  #onHeard(member: string, freed: boolean): void {
    const isNew = !this.#heard.has(member);
    if (isNew && this.#heard.size >= MAX_MEMBERS) return;
    this.#heard.set(member, this.#ports.clock.monotonic());
    if (isNew || freed) this.#onNews();
  }
}

// A shard in the hands of this process: makes messages of what its feed delivers, and settles them. Where an ack and an erase
// differ: an ack may be undone by a crash of the broker, an erase may not (M4, M5).

import type { Msg } from "@nats-io/transport-node";
import { type ActorAddress, ClosedError, type Mail, type Shard, type ShardOwner } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { ConsumerSpec } from "../topology/topology.ts";
import type { DeliveryDetails } from "../wire/ack-subject.ts";
import { HeaderReader } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { notConnected } from "../wire/nats-errors.ts";
import { ShardFeed } from "./shard-feed.ts";

/** What it is made of. */
export interface JetStreamShardParts {
  readonly link: Link;
  readonly shard: number;
  readonly spec: ConsumerSpec;
  /** Prefix of the subjects on which it is answered; its own. */
  readonly inbox: string;
  /** Last sequence of the stream when the shard was taken. */
  readonly lastSequence: number;
  readonly onEnd: (shard: JetStreamShard) => void;
}

const ACK = Buffer.from("+ACK", "latin1");
const REPEAT_LINE = `\r\n${HEADER.repeat}:`;
/** First letter of the header that matters here, `Troupe-Repeat`. */
const INITIALS = [84, 84] as const;

/** See the top of the file. */
export class JetStreamShard implements Shard {
  readonly shard: number;
  readonly #parts: JetStreamShardParts;
  readonly #owner: ShardOwner;
  readonly #feed: ShardFeed;
  readonly #headers = new HeaderReader();
  /** Where what was delivered is acknowledged, by sequence. Bounded by the size of the stream: the owner holds all that is open. */
  readonly #unsettled = new Map<number, string>();
  #isOpen = true;
  #isWarned = false;

  constructor(parts: JetStreamShardParts, owner: ShardOwner) {
    const { link, spec, inbox } = parts;
    this.shard = parts.shard;
    this.#parts = parts;
    this.#owner = owner;
    this.#feed = new ShardFeed(
      { connection: link.connection, ticker: link.ticker, spec, inbox },
      {
        onMessage: (message, ackSubject, details) => this.#deliver(message, ackSubject, details),
        onBroken: (reason) => this.lose(reason),
      },
    );
  }

  /**
   * Begins to deliver.
   *
   * @throws {BrokerUnreachableError} the connection was lost while the shard was taken.
   */
  start(): void {
    const { link, spec } = this.#parts;
    if (link.connection.current === null) throw notConnected(link.config.servers.address);
    this.#feed.start();
    // Had it been deleted before our request came, only a long silence would tell.
    link.api.consumerInfo(spec.stream, spec.name).then(
      (info) => {
        if (info === null) this.lose("the consumer of the shard was deleted");
      },
      () => undefined,
    );
  }

  async hasPlan(actor: ActorAddress): Promise<boolean> {
    const { api, names } = this.#link("hasPlan");
    return (await api.leaderRead(names.actors, { last_by_subj: names.mailSubject(actor, "plan") })) !== null;
  }

  async read(seq: number): Promise<Uint8Array | null> {
    const { api, names } = this.#link("read");
    return (await api.leaderRead(names.actors, { seq }))?.body ?? null;
  }

  async erase(seq: number): Promise<void> {
    const { api, names } = this.#link("erase");
    await api.erase(names.actors, seq);
    this.#unsettled.delete(seq);
  }

  ack({ seq }: Mail): void {
    const subject = this.#unsettled.get(seq);
    if (subject === undefined) return;
    this.#unsettled.delete(seq);
    const nats = this.#parts.link.connection.current;
    if (nats !== null && !nats.isClosed()) nats.publish(subject, ACK);
  }

  async release(): Promise<void> {
    this.#end();
    await this.#feed.drain();
    // What was acknowledged has then reached the broker, before another process deletes the consumer.
    await this.#parts.link.connection.current?.flush().catch(() => undefined);
  }

  /** The shard is not ours any more, or we cannot know. */
  lose(reason: string): void {
    if (!this.#isOpen) return;
    this.#end();
    this.#feed.end();
    this.#owner.onLost(reason);
  }

  /** Looks after deadlines. */
  onTick(): void {
    this.#feed.onTick();
  }

  #deliver(message: Msg, ackSubject: string, { sequence, storedAtMs }: DeliveryDetails): void {
    const address = this.#parts.link.names.mailAddress(message.subject);
    if (address === null) {
      this.#leave(message.subject);
      return;
    }
    this.#unsettled.set(sequence, ackSubject);
    const { data } = message;
    this.#owner.onMail({
      ...address,
      repeat: this.#headers.linesOf(message, data, INITIALS).includes(REPEAT_LINE),
      seq: sequence,
      at: storedAtMs,
      replayed: sequence <= this.#parts.lastSequence,
      // It may be kept for long: a view would keep all that came with it.
      body: Buffer.from(data),
    });
  }

  /** A later version may know it: it stays in the log, for whoever takes the shard next. */
  #leave(subject: string): void {
    const { logger } = this.#parts.link;
    if (!this.#isWarned) logger.warn({ subject }, "a message for an actor of an unknown kind is left in its mailbox");
    this.#isWarned = true;
  }

  #link(operation: string): Link {
    if (this.#isOpen) return this.#parts.link;
    throw new ClosedError(`${operation}: shard ${this.shard} is not this process's any more; take it again`);
  }

  #end(): void {
    this.#isOpen = false;
    this.#unsettled.clear();
    this.#parts.onEnd(this);
  }
}

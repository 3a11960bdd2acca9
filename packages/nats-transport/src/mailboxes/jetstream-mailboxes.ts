// Mailboxes on the stream of actors: sends messages, takes shards (protocol §6), and tells the shards of this process when
// the connection is lost, after which none of them can know what it missed.

import { createInbox } from "@nats-io/transport-node";
import type { Mailboxes, MailSearch, OutgoingMail, Shard, ShardOwner } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import type { AckedBy } from "../publish/pending.ts";
import { encodeHeaders, type HeaderBlock } from "../wire/header-block.ts";
import { HEADER } from "../wire/names.ts";
import { streamGone } from "../wire/nats-errors.ts";
import { PubAckReader } from "../wire/pub-ack.ts";
import { Epochs } from "./epochs.ts";
import { JetStreamShard } from "./jetstream-shard.ts";
import { MailboxRoom } from "./mailbox-room.ts";
import { searchMail } from "./search-mail.ts";
import { openShardConsumer } from "./shard-consumer.ts";

interface HeaderBlocks {
  readonly plan: HeaderBlock;
  readonly other: HeaderBlock;
}

/** What all messages of a namespace have in common; made once. */
interface Prepared {
  readonly stream: string;
  readonly first: HeaderBlocks;
  readonly repeated: HeaderBlocks;
  readonly stored: AckedBy<"stored" | "exists">;
}

/** See the top of the file. */
export class JetStreamMailboxes implements Mailboxes {
  readonly shards: number;
  readonly #link: Link;
  readonly #epochs: Epochs;
  readonly #room: MailboxRoom;
  readonly #taken = new Set<JetStreamShard>();
  #prepared: Prepared | null = null;

  constructor(link: Link) {
    this.#link = link;
    this.shards = link.config.shards;
    this.#epochs = new Epochs(link);
    this.#room = new MailboxRoom(link);
    link.connection.observe({
      onDown: (reason) => {
        for (const shard of this.#taken) shard.lose(reason);
      },
    });
    link.ticker.onTick(() => {
      for (const shard of this.#taken) shard.onTick();
    });
  }

  send(mail: OutgoingMail): Promise<"stored" | "exists"> {
    try {
      const isNew = mail.kind === "plan" && !mail.repeat;
      const looking = isNew ? this.#room.admit(mail.actor.shard) : undefined;
      return looking ? looking.then(() => this.#publish(mail)) : this.#publish(mail);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #publish({ actor, kind, repeat, body }: OutgoingMail): Promise<"stored" | "exists"> {
    const { names, publisher } = this.#link;
    const { first, repeated, stored } = this.#prepare();
    const blocks = repeat ? repeated : first;
    const block = kind === "plan" ? blocks.plan : blocks.other;
    return publisher.publish({ subject: names.mailSubject(actor, kind), body, block }, stored);
  }

  search(text: string, most: number): Promise<MailSearch> {
    return searchMail(this.#link, text, most);
  }

  async take(shard: number, owner: ShardOwner): Promise<Shard | null> {
    const link = this.#link;
    const { api, names, config } = link;
    names.shardFilter(shard); // refuses what is no shard before anything is stored
    const epoch = await this.#epochs.claim(shard);
    const spec = epoch === null ? null : await openShardConsumer(link, this.#epochs, { shard, epoch });
    if (epoch === null || spec === null) return null;
    // Read when the former owner is fenced: what it may have seen is at or below.
    const lastSequence = await api.lastSequence(names.actors);
    if (lastSequence === null) throw streamGone(names.actors, config.servers.address);
    const inbox = `${createInbox(config.inboxPrefix)}.`;
    const onEnd = (ended: JetStreamShard): void => void this.#taken.delete(ended);
    const taken = new JetStreamShard({ link, shard, spec, inbox, lastSequence, onEnd }, owner);
    taken.start();
    this.#taken.add(taken);
    void this.#epochs.eraseOld(shard, epoch);
    return taken;
  }

  #prepare(): Prepared {
    const stream = this.#link.names.actors;
    if (this.#prepared?.stream !== stream) this.#prepared = prepare(stream);
    return this.#prepared;
  }
}

function prepare(stream: string): Prepared {
  const expectedStream = [HEADER.expectedStream, stream] as const;
  const onlyOne = [HEADER.expectedLastSubjectSequence, "0"] as const;
  const repeat = [HEADER.repeat, "1"] as const;
  return {
    stream,
    // No message ids: a repeated completion must not be dropped because its plan came again (protocol §10, V8).
    first: { plan: encodeHeaders([expectedStream, onlyOne]), other: encodeHeaders([expectedStream]) },
    repeated: {
      plan: encodeHeaders([expectedStream, onlyOne, repeat]),
      other: encodeHeaders([expectedStream, repeat]),
    },
    stored: {
      reader: new PubAckReader(stream),
      what: "message to an actor",
      value: (verdict) => (verdict === "stored" ? "stored" : "exists"),
    },
  };
}

// Room for further plans. Each plan is the promise to hold what completes it, so that plans are refused long before the stream is
// full: when their shard holds as many messages as its owner shall have in memory, or the stream half its bytes. What completes an
// accepted plan is never refused here.
//
// Looked up once in a while, not for each plan: the limits are not exact. Far below them no plan waits for a look.

import { QueueFullError } from "@troupe/core/transport";
import type { Link } from "../connection/link.ts";
import { ticks } from "../connection/ticker.ts";
import { isApiError } from "../publish/jetstream-api.ts";
import { fieldsAt, listAt, numberAt, textAt } from "../wire/fields.ts";
import { classify, reasonOf } from "../wire/nats-errors.ts";

/** Messages of one shard, from which on no further plan is accepted. */
const MOST_OPEN = 200_000;
const SHARE_OF_BYTES = 0.5;
/** Up to this share of a limit plans are sent while it is looked again. */
const CALM_SHARE = 0.5;
const LOOK_TICKS = ticks(1_000);

/** What the stream held when it was looked at. */
interface Look {
  readonly messages: number;
  readonly bytes: number;
  readonly mostBytes: number;
  /** Messages by shard, of the shards that have an owner; empty when there are not enough of all shards together to fill one. */
  readonly owned: ReadonlyMap<number, number>;
}

/** See the top of the file. */
export class MailboxRoom {
  readonly #link: Link;
  #last: Look | null = null;
  #lastTick = 0;
  #looking: Promise<void> | null = null;

  constructor(link: Link) {
    this.#link = link;
  }

  /**
   * Whether a plan may be sent to a shard: at once, or when the promise has resolved.
   *
   * @throws {QueueFullError} not now; the promise rejects with the same.
   */
  admit(shard: number): Promise<void> | undefined {
    const isStale = this.#last === null || this.#link.ticker.now - this.#lastTick >= LOOK_TICKS;
    if (isStale) this.#looking ??= this.#look().finally(() => (this.#looking = null));
    if (this.#looking && !isCalm(this.#last)) return this.#looking.then(() => this.#judge(shard));
    this.#judge(shard);
    return undefined;
  }

  #judge(shard: number): void {
    const look = this.#last;
    if (look === null) return; // the broker did not tell: it will tell when the plan is sent
    const { bytes, mostBytes } = look;
    const open = openOf(look, shard, this.#link.config.shards);
    if (open >= MOST_OPEN)
      throw full(
        `shard ${shard} of the mailboxes holds ${open} messages, of ${MOST_OPEN} at most before further groups`,
      );
    if (mostBytes > 0 && bytes >= mostBytes * SHARE_OF_BYTES)
      throw full(`the mailboxes hold ${bytes} bytes; of ${mostBytes}, half is kept for what completes open groups`);
  }

  async #look(): Promise<void> {
    try {
      this.#last = await this.#read();
    } catch (error) {
      this.#link.logger.debug({ reason: reasonOf(error) }, "the room in the mailboxes could not be looked up");
    }
    this.#lastTick = this.#link.ticker.now;
  }

  async #read(): Promise<Look | null> {
    const { api, names } = this.#link;
    const info = await api.streamInfo(names.actors);
    if (info === null) return null;
    const state = fieldsAt(info, "state");
    const messages = numberAt(state, "messages");
    return {
      messages,
      bytes: numberAt(state, "bytes"),
      mostBytes: numberAt(fieldsAt(info, "config"), "max_bytes"),
      owned: messages < MOST_OPEN ? new Map() : await this.#readShards(),
    };
  }

  // An owner's consumer holds all that is open of its shard.
  async #readShards(): Promise<Map<number, number>> {
    const { api, names } = this.#link;
    const answer = await api.ask(`CONSUMER.LIST.${names.actors}`, { offset: 0 });
    if (isApiError(answer)) throw classify(answer, "consumers of the mailboxes");
    const owned = new Map<number, number>();
    for (const consumer of listAt(answer, "consumers")) {
      const shard = names.shardOfConsumer(textAt(consumer, "name"));
      if (shard !== null) owned.set(shard, numberAt(consumer, "num_pending") + numberAt(consumer, "num_ack_pending"));
    }
    return owned;
  }
}

// A shard that nobody has taken yet is reckoned with its share of what no owner holds.
function openOf({ messages, owned }: Look, shard: number, shards: number): number {
  if (messages < MOST_OPEN) return 0;
  const ofOwner = owned.get(shard);
  if (ofOwner !== undefined) return ofOwner;
  let rest = messages;
  for (const count of owned.values()) rest -= count;
  return Math.round(rest / Math.max(1, shards - owned.size));
}

function isCalm(look: Look | null): boolean {
  if (look === null) return false;
  const { messages, bytes, mostBytes } = look;
  return messages < MOST_OPEN * CALM_SHARE && (mostBytes <= 0 || bytes < mostBytes * SHARE_OF_BYTES * CALM_SHARE);
}

function full(what: string): QueueFullError {
  return new QueueFullError(`${what}; wait until some groups have ended, start more workers, or raise maxBytes.actors`);
}

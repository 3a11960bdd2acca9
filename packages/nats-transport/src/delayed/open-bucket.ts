// A bucket that this process moves tasks of: makes its consumer, feeds from it, and closes the bucket when its time is over
// and it is empty, by the consumer's own count. A consumer deleted before would lose acks that are on their way (V6).

import { createInbox } from "@nats-io/transport-node";
import { ticks } from "../connection/ticker.ts";
import { ensureConsumer } from "../topology/ensure-topology.ts";
import { bucketConsumerSpec, type ConsumerSpec } from "../topology/topology.ts";
import { numberAt } from "../wire/fields.ts";
import { JS_ERROR, reasonOf } from "../wire/nats-errors.ts";
import { BucketFeed } from "./bucket-feed.ts";
import { closingTime } from "./buckets.ts";
import type { DelayLink } from "./delay-link.ts";
import type { MoveTask } from "./move-task.ts";

/** `closed`: it is empty. `gone`: somebody deleted its consumer. `stuck`: its consumer keeps messages back, and was deleted. */
export type BucketEnd = "closed" | "gone" | "stuck";

/** What it is made of. */
export interface OpenBucketParts {
  readonly link: DelayLink;
  readonly move: MoveTask;
  /** The broker's clock. */
  readonly now: () => number;
  readonly onEnd: (bucket: OpenBucket, how: BucketEnd) => void;
}

const CHECK_TICKS = ticks(500);
/** Longer than the ack wait: what is unsettled would have come again. */
const STUCK_TICKS = ticks(90_000);

/** See the top of the file. */
export class OpenBucket {
  readonly bucket: number;
  readonly #parts: OpenBucketParts;
  readonly #spec: ConsumerSpec;
  readonly #feed: BucketFeed;
  #checkTick = 0;
  #checking: Promise<void> | null = null;
  #isOpen = true;

  /**
   * Opens a bucket.
   *
   * @param anew - delete the consumer that may be there: what had been delivered to a lost process comes at once.
   */
  static async open(bucket: number, anew: boolean, parts: OpenBucketParts): Promise<OpenBucket> {
    const { api, names, logger } = parts.link;
    const spec = bucketConsumerSpec(names, bucket);
    if (anew) await deleteConsumer(parts.link, spec);
    await ensureConsumer(api, spec, logger);
    return new OpenBucket(bucket, spec, parts);
  }

  private constructor(bucket: number, spec: ConsumerSpec, parts: OpenBucketParts) {
    const { link, move } = parts;
    this.bucket = bucket;
    this.#parts = parts;
    this.#spec = spec;
    const inbox = `${createInbox(link.config.inboxPrefix)}.`;
    this.#feed = new BucketFeed(
      { connection: link.connection, ticker: link.ticker, spec, inbox },
      {
        onMessage: (message, ackSubject) => move.handle(message, ackSubject),
        onRefused: (ackSubject) => move.giveBack(ackSubject, 0),
        onIdle: () => this.#check(),
        onGone: () => this.#end("gone"),
      },
    );
  }

  /** Looks after deadlines. */
  onTick(): void {
    this.#feed.onTick();
    if (this.#parts.link.ticker.now >= this.#checkTick) this.#check();
  }

  /** Lets go of it at once; its consumer stays. */
  drop(): void {
    this.#isOpen = false;
    this.#feed.end();
  }

  /** Lets go of it; its consumer stays. Resolves when all that came is settled. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#checking;
    await this.#feed.drain();
    // Being asked makes the server drop our last request: while it has only such, it forgets what is given back.
    await this.#parts.link.api.consumerInfo(this.#spec.stream, this.#spec.name).catch(() => null);
  }

  #check(): void {
    const { link, now } = this.#parts;
    if (!this.#isOpen || this.#checking !== null || !this.#feed.isIdle || now() < closingTime(this.bucket)) return;
    this.#checkTick = link.ticker.now + CHECK_TICKS;
    this.#checking = this.#closeIfEmpty()
      .catch((error: unknown) => {
        link.logger.debug({ bucket: this.bucket, reason: reasonOf(error) }, "a bucket could not be closed");
      })
      .finally(() => {
        this.#checking = null;
      });
  }

  async #closeIfEmpty(): Promise<void> {
    const { link } = this.#parts;
    const info = await link.api.consumerInfo(this.#spec.stream, this.#spec.name);
    if (info === null) {
      this.#end("gone");
      return;
    }
    const isEmpty = numberAt(info, "num_pending") === 0 && numberAt(info, "num_ack_pending") === 0;
    const isStuck = !isEmpty && this.#feed.quietTicks >= STUCK_TICKS;
    if (!this.#isOpen || !this.#feed.isIdle || !(isEmpty || isStuck)) return;
    await deleteConsumer(link, this.#spec);
    this.#end(isEmpty ? "closed" : "stuck");
  }

  #end(how: BucketEnd): void {
    if (!this.#isOpen) return;
    this.drop();
    this.#parts.onEnd(this, how);
  }
}

async function deleteConsumer({ api }: DelayLink, { stream, name }: ConsumerSpec): Promise<void> {
  await api.find(`CONSUMER.DELETE.${stream}.${name}`, undefined, [JS_ERROR.consumerNotFound]);
}

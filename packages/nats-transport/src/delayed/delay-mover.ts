// One process's part in moving delayed tasks: while it has one of the seats, it keeps the buckets of this time open, and
// those of former times that still hold messages, a few at once.
//
// What lies in former buckets – the whole application was down, a task was stored late, a crash of the broker brought it back
// (M4) – is looked for at the start, after each restart of the broker and every ten minutes.

import type { Leases, TaskMover } from "@troupe/core/transport";
import { ticks } from "../connection/ticker.ts";
import { reasonOf } from "../wire/nats-errors.ts";
import { openBuckets } from "./buckets.ts";
import type { DelayLink } from "./delay-link.ts";
import type { MoveTask } from "./move-task.ts";
import { type BucketEnd, OpenBucket } from "./open-bucket.ts";
import { bucketsBefore } from "./waiting-tasks.ts";

/** What it is made of. */
export interface DelayMoverParts {
  readonly link: DelayLink;
  readonly leases: Leases;
  readonly move: MoveTask;
  /** The broker's clock. */
  readonly now: () => number;
  readonly holder: string;
  readonly onEnd: (mover: DelayMover) => void;
}

/** Two, so that tasks are in time when a mover crashes. */
const SEATS = ["troupe-mover-1", "troupe-mover-2"] as const;
const RENEWALS = 3;
const SWEEP_TICKS = ticks(600_000);
const SWEEP_AFTER_RESTART_TICKS = ticks(5_000);
const SWEEP_AFTER_FAILURE_TICKS = ticks(30_000);
const RETRY_TICKS = ticks(1_000);
const NEVER = Number.POSITIVE_INFINITY;
/** Former buckets that one sweep looks after; then comes another. */
const MOST_FORMER = 10_000;
/** Former buckets that are open at once. */
const MOST_FORMER_OPEN = 8;

/** See the top of the file. */
export class DelayMover implements TaskMover {
  readonly #parts: DelayMoverParts;
  readonly #renewTicks: number;
  readonly #open = new Map<number, OpenBucket>();
  readonly #opening = new Set<number>();
  readonly #work = new Set<Promise<void>>();
  #seat: (typeof SEATS)[number] | null = null;
  /** First bucket that was not opened yet as one of this time. */
  #next = 0;
  /** Former buckets to be opened, and others that could not be opened before. */
  #former: number[] = [];
  /** Whether consumers that are there may hold what a lost process was given. */
  #anew = false;
  #renewTick = 0;
  #resumeTick = 0;
  #sweepTick = NEVER;
  #sweeping = false;
  #closing: Promise<void> | null = null;

  constructor(parts: DelayMoverParts) {
    this.#parts = parts;
    this.#renewTicks = ticks(parts.leases.leaseMs / RENEWALS);
  }

  /** Begins to move, or to wait for a seat. */
  async start(): Promise<void> {
    this.#renew();
    await this.#settled();
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** There is a connection again. */
  onUp(restarted: boolean): void {
    const { ticker } = this.#parts.link;
    this.#renewTick = 0;
    if (restarted) this.#sweepTick = Math.min(this.#sweepTick, ticker.now + SWEEP_AFTER_RESTART_TICKS);
  }

  /** The connection is lost. What was delivered to us is pending at the broker: the consumers are to be made anew. */
  onDown(): void {
    const { first } = openBuckets(this.#parts.now());
    for (const { bucket } of this.#open.values()) {
      if (bucket < first) this.#former.unshift(bucket);
    }
    this.#dropAll();
  }

  /** Looks after deadlines. */
  onTick(): void {
    const { link } = this.#parts;
    if (this.#closing !== null || link.connection.current === null) return;
    if (link.ticker.now >= this.#renewTick) this.#renew();
    if (this.#seat === null) return;
    this.#openDue();
    for (const bucket of this.#open.values()) bucket.onTick();
    if (link.ticker.now >= this.#sweepTick && !this.#sweeping) this.#sweep();
  }

  #renew(): void {
    const { link } = this.#parts;
    this.#renewTick = link.ticker.now + this.#renewTicks;
    this.#do("the lease of a mover of delayed tasks could not be renewed", async () => {
      const had = this.#seat;
      this.#seat = await this.#takeSeat();
      if (this.#closing !== null) return;
      if (this.#seat === null) await this.#closeAll();
      else if (had === null) this.#begin();
    });
  }

  async #takeSeat(): Promise<(typeof SEATS)[number] | null> {
    const { leases, holder } = this.#parts;
    if (this.#seat !== null && (await leases.hold(this.#seat, holder))) return this.#seat;
    for (const seat of SEATS) {
      if (await leases.hold(seat, holder)) return seat;
    }
    return null;
  }

  #begin(): void {
    this.#dropAll();
    this.#sweepTick = this.#parts.link.ticker.now;
    this.#openDue();
  }

  #openDue(): void {
    const { first, last } = openBuckets(this.#parts.now());
    if (this.#next < first && this.#next > 0) this.#sweepTick = this.#parts.link.ticker.now; // stood still for long
    for (this.#next = Math.max(this.#next, first); this.#next <= last; this.#next += 1) {
      this.#openOne(this.#next, this.#anew);
    }
    this.#anew = false;
    if (this.#parts.link.ticker.now < this.#resumeTick) return;
    let room = MOST_FORMER_OPEN;
    for (const bucket of [...this.#open.keys(), ...this.#opening]) room -= bucket < first ? 1 : 0;
    for (; room > 0; room -= 1) {
      const bucket = this.#former.shift();
      if (bucket === undefined) break;
      this.#openOne(bucket, false);
    }
  }

  #openOne(bucket: number, anew: boolean): void {
    if (this.#open.has(bucket) || this.#opening.has(bucket)) return;
    this.#opening.add(bucket);
    const { link, move, now } = this.#parts;
    const onEnd = (ended: OpenBucket, how: BucketEnd): void => this.#onEnd(ended, how);
    this.#do("a bucket of delayed tasks could not be opened", async () => {
      try {
        const opened = await OpenBucket.open(bucket, anew, { link, move, now, onEnd });
        if (this.#seat === null) await opened.close();
        else this.#open.set(bucket, opened);
      } catch (error) {
        this.#former.unshift(bucket);
        this.#resumeTick = link.ticker.now + RETRY_TICKS;
        throw error;
      } finally {
        this.#opening.delete(bucket);
      }
    });
  }

  #onEnd(ended: OpenBucket, how: BucketEnd): void {
    const { bucket } = ended;
    if (this.#open.get(bucket) === ended) this.#open.delete(bucket);
    // A consumer that is gone from a former bucket was deleted by another mover, which found it empty.
    if (how === "stuck" || (how === "gone" && bucket >= openBuckets(this.#parts.now()).first)) {
      this.#former.unshift(bucket);
    }
  }

  #sweep(): void {
    const { link, now } = this.#parts;
    this.#sweeping = true;
    this.#sweepTick = link.ticker.now + SWEEP_AFTER_FAILURE_TICKS;
    this.#do("delayed tasks of former times could not be looked for", async () => {
      try {
        const { first } = openBuckets(now());
        const found = await bucketsBefore(link, first, MOST_FORMER);
        // Those of this time that could not be opened wait here, too.
        this.#former = [...this.#former.filter((bucket) => bucket >= first), ...found];
        const again = found.length < MOST_FORMER ? SWEEP_TICKS : SWEEP_AFTER_FAILURE_TICKS;
        this.#sweepTick = link.ticker.now + again;
      } finally {
        this.#sweeping = false;
      }
    });
  }

  /** Forgets all that is open, to open it again. */
  #dropAll(): void {
    for (const bucket of this.#open.values()) bucket.drop();
    this.#open.clear();
    this.#next = 0;
    this.#anew = true;
  }

  async #closeAll(): Promise<void> {
    const closing = [...this.#open.values()].map((bucket) => bucket.close());
    this.#open.clear();
    this.#former = [];
    await Promise.all(closing);
  }

  async #end(): Promise<void> {
    const { leases, holder, onEnd } = this.#parts;
    await this.#settled();
    await this.#closeAll();
    onEnd(this);
    if (this.#seat !== null) await leases.release(this.#seat, holder).catch(() => undefined);
  }

  /** Runs something beside; a failure is told, and what was tried is tried again. */
  #do(failure: string, act: () => Promise<void>): void {
    const work = act().catch((error: unknown) => {
      this.#parts.link.logger.info({ reason: reasonOf(error) }, failure);
    });
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  /** Resolves when nothing runs beside any more. */
  async #settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}

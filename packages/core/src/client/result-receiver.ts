// Brings final records to those who wait for them. A record is pushed by the worker; because a push can vanish, the stored
// one is read again on reconnect and at 1 s, 5 s, then every 30 s (D10).
//
// Bounds (I7): at most `MAX_WAITING` waits, about 1.4 KB each with the promises of a `get()`, 0.3 KB as one of many; pushed records
// that nobody has asked for yet are kept up to `MAX_KEPT` records and `MAX_KEPT_BYTES`, then the oldest eighth is dropped; those are
// read when asked for.

import { ClosedError, LimitReachedError } from "../model/errors.ts";
import type { FinalRecord } from "../model/task-record.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import { type Heard, heardIn } from "./heard.ts";
import { Waiter } from "./waiter.ts";

const MAX_WAITING = 1_000_000;
const MAX_KEPT = 10_000;
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
const KEPT_AFTER_DROP = 7 / 8;
const MAX_READS = 256;
const TICK_MS = 500;
const READ_AGAIN_MS: readonly number[] = [1_000, 5_000, 30_000];
const READ_LATER_MS = 30_000;

/** A wait for one task. `cancel` forgets it at once. */
export interface Wait {
  readonly record: Promise<FinalRecord>;
  cancel(): void;
}

class PromisedRecord extends Waiter {
  readonly #id: string;
  readonly #record = deferred<FinalRecord>();

  constructor(id: string) {
    super();
    this.#id = id;
  }

  override get id(): string {
    return this.#id;
  }

  get record(): Promise<FinalRecord> {
    return this.#record.promise;
  }

  override resolve(record: FinalRecord): void {
    this.#record.resolve(record);
  }

  override reject(error: Error): void {
    this.#record.reject(error);
  }
}

interface Kept {
  readonly record: FinalRecord;
  readonly bytes: number;
  readonly arrival: number;
}

/** What the receiver works with. */
export interface ReceiverPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Receives results for one client. */
export class ResultReceiver {
  /** Where workers push results to. */
  readonly clientId: string;
  readonly #ports: ReceiverPorts;
  readonly #waiting = new Map<string, Set<Waiter>>();
  readonly #kept = new Map<string, Kept>();
  // Keys whose records are read as soon as fewer than `MAX_READS` reads are under way.
  readonly #toRead = new Set<string>();
  #waiters = 0;
  #keptBytes = 0;
  #arrivals = 0;
  #lastDropped = 0;
  #reading = 0;
  #tick: Timer | null = null;
  #stopListening: (() => void) | null = null;
  #closed = false;

  constructor(clientId: string, ports: ReceiverPorts) {
    this.clientId = clientId;
    this.#ports = ports;
  }

  /** Starts to listen. */
  async open(): Promise<void> {
    const unsubscribe = await this.#ports.transport.broadcast.subscribe(["reply", this.clientId], (body) =>
      this.#onPush(body),
    );
    const unlisten = this.#ports.transport.onChange((change) => {
      if (change.type === "connected") this.#onConnected();
    });
    this.#stopListening = () => {
      unsubscribe();
      unlisten();
    };
  }

  /** Stops to listen; every wait rejects with `ClosedError`. */
  close(): void {
    this.#closed = true;
    this.#stopListening?.();
    this.#tick?.cancel();
    for (const waiters of this.#waiting.values()) {
      for (const waiter of waiters)
        waiter.reject(new ClosedError(`the application was closed while it waited for task ${waiter.id}`));
    }
    this.#waiting.clear();
    this.#toRead.clear();
    this.#kept.clear();
  }

  /** A mark of now. A task submitted after it cannot have been pushed before. */
  mark(): number {
    return this.#arrivals;
  }

  /**
   * Waits for a final record.
   *
   * @param mark - `mark()` from before the task was submitted here; null when it was submitted elsewhere or is not known.
   * @throws {LimitReachedError} too many waits in this process.
   */
  wait(id: string, mark: number | null): Wait {
    const waiter = new PromisedRecord(id);
    this.listen(waiter, mark);
    return { record: waiter.record, cancel: () => this.cancel(waiter) };
  }

  /** As `wait`, for those who wait for many: a record that is here already is heard of at once. */
  listen(waiter: Waiter, mark: number | null): void {
    const { id, key } = waiter;
    if (this.#closed) throw new ClosedError(`the application is closed: task ${id} cannot be awaited`);
    if (this.#waiters >= MAX_WAITING)
      throw new LimitReachedError(`${MAX_WAITING} results are awaited already: await some before asking for ${id}`);
    const kept = this.#take(key);
    if (kept) waiter.resolve(kept);
    else this.#enlist(waiter, mark === null || this.#lastDropped > mark);
  }

  /** Forgets a waiter; nothing happens when it has heard already. */
  cancel(waiter: Waiter): void {
    const waiters = this.#waiting.get(waiter.key);
    if (!waiters?.delete(waiter)) return;
    this.#waiters--;
    if (waiters.size === 0) this.#waiting.delete(waiter.key);
  }

  /** Drops what was pushed of a task: its stored record has changed. */
  forget(id: string): void {
    this.#take(id);
  }

  #enlist(waiter: Waiter, readNow: boolean): void {
    const now = this.#ports.clock.monotonic();
    const later = waiter.rereads ? now + (READ_AGAIN_MS[0] ?? 0) : Number.POSITIVE_INFINITY;
    waiter.startedAt = now;
    waiter.reads = readNow ? -1 : 0;
    waiter.readAt = readNow ? now : later;
    const waiters = this.#waiting.get(waiter.key);
    if (waiters) waiters.add(waiter);
    else this.#waiting.set(waiter.key, new Set([waiter]));
    this.#waiters++;
    if (readNow) this.#read(waiter.key);
    this.#tick ??= this.#ports.clock.after(TICK_MS, () => this.#onTick());
  }

  #onPush(body: Uint8Array): void {
    let heard: Heard | null;
    try {
      heard = heardIn(body);
    } catch (error) {
      this.#ports.logger.warn({ err: error, bytes: body.length }, "a pushed result could not be read and was ignored");
      return;
    }
    this.#arrivals++;
    if (heard && !this.#settle(heard)) this.#keep(heard, body.length);
  }

  #settle({ key, record }: Heard): boolean {
    const waiters = this.#waiting.get(key);
    if (!waiters) return false;
    this.#waiting.delete(key);
    this.#waiters -= waiters.size;
    for (const waiter of waiters) waiter.resolve(record);
    return true;
  }

  #keep({ key, record }: Heard, bytes: number): void {
    this.#take(key);
    this.#kept.set(key, { record, bytes, arrival: this.#arrivals });
    this.#keptBytes += bytes;
    if (this.#kept.size > MAX_KEPT || this.#keptBytes > MAX_KEPT_BYTES) this.#dropOldest();
  }

  // An eighth at once: a walk from the map's start passes all that was taken from it before.
  #dropOldest(): void {
    for (const [key, oldest] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT * KEPT_AFTER_DROP && this.#keptBytes <= MAX_KEPT_BYTES * KEPT_AFTER_DROP) return;
      this.#lastDropped = oldest.arrival;
      this.#take(key);
    }
  }

  #take(key: string): FinalRecord | null {
    const kept = this.#kept.get(key);
    if (!kept) return null;
    this.#kept.delete(key);
    this.#keptBytes -= kept.bytes;
    return kept.record;
  }

  #onTick(): void {
    this.#tick = null;
    if (this.#waiters === 0) return;
    const now = this.#ports.clock.monotonic();
    for (const [key, waiters] of this.#waiting) for (const waiter of waiters) if (waiter.readAt <= now) this.#read(key);
    this.#tick = this.#ports.clock.after(TICK_MS, () => this.#onTick());
  }

  // Pushes may have been missed: what is awaited now, or was submitted before, is read.
  #onConnected(): void {
    this.#lastDropped = ++this.#arrivals;
    for (const waiters of this.#waiting.values()) for (const waiter of waiters) waiter.readAt = 0;
    this.#tick?.cancel();
    this.#onTick();
  }

  #read(key: string): void {
    this.#postpone(key);
    this.#toRead.add(key);
    this.#readNext();
  }

  #readNext(): void {
    for (const key of this.#toRead) {
      if (this.#reading >= MAX_READS) return;
      this.#toRead.delete(key);
      const [waiter] = this.#waiting.get(key) ?? [];
      if (!waiter) continue;
      this.#reading++;
      this.#ports.transport.records.glance({ kind: "result", id: waiter.id }).then(
        (body) => this.#onRead(key, body),
        () => this.#onRead(key, null),
      );
    }
  }

  #postpone(key: string): void {
    const now = this.#ports.clock.monotonic();
    for (const waiter of this.#waiting.get(key) ?? []) {
      do waiter.reads++;
      while (waiter.startedAt + (READ_AGAIN_MS[waiter.reads] ?? Number.POSITIVE_INFINITY) <= now);
      const step = READ_AGAIN_MS[waiter.reads];
      const next = step === undefined ? now + READ_LATER_MS : waiter.startedAt + step;
      waiter.readAt = waiter.rereads ? next : Number.POSITIVE_INFINITY;
    }
  }

  #onRead(key: string, body: Uint8Array | null): void {
    this.#reading--;
    this.#readNext();
    if (body === null) return;
    try {
      const heard = heardIn(body);
      if (heard) this.#settle(heard);
    } catch (error) {
      const unreadable = error instanceof Error ? error : new Error(String(error));
      for (const waiter of this.#waiting.get(key) ?? []) waiter.reject(unreadable);
      this.#waiters -= this.#waiting.get(key)?.size ?? 0;
      this.#waiting.delete(key);
    }
  }
}

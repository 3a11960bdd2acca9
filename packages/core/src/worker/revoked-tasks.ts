// What is revoked, as one worker knows it: keeps what is stored and hears what comes. Where there is too much to keep, or where
// something may have been missed, it asks the broker about each task instead.
//
// Bounds (I7): `MAX_KEPT` ids, `MAX_STAMP_REVOCATIONS` sets of stamps.

import { type PersistHost, persist } from "../client/persist.ts";
import { decodeRevocation } from "../codec/revocation-codec.ts";
import { MAX_STAMP_REVOCATIONS, meetsConditions, type Revocation, type StampConditions } from "../model/revocation.ts";
import type { TaskMessage } from "../model/task-message.ts";
import type { Timer } from "../platform/clock.ts";
import type { RevocationKey, RevocationWatch, StoredRevocation } from "../transport/revocations.ts";

const MAX_KEPT = 50_000;
const COUNT_AGAIN_MS = 60_000;
/** Kept revocations that have ended, of which each new one removes so many at most. */
const SWEPT_PER_ENTRY = 16;

interface Kept {
  readonly revocation: Revocation;
  readonly endsAt: number;
}

/** Hears of each revocation; `id` is null where stamps say who is meant. */
export type OnRevoked = (id: string | null, revocation: Revocation) => void;

/** What a task needs to know. */
export interface RevocationSource {
  /** Why a task is revoked; null: it is not. A promise only where the broker has to be asked. */
  of(message: TaskMessage): Revocation | null | Promise<Revocation | null>;
}

/** See the top of the file. */
export class RevokedTasks implements RevocationSource {
  readonly #host: PersistHost;
  readonly #onRevoked: OnRevoked;
  readonly #maxKept: number;
  readonly #tasks = new Map<string, Kept>();
  readonly #stamps = new Map<string, Kept>();
  #watch: RevocationWatch | null = null;
  #hasBegun = false;
  #isOverfull = false;
  #isStopped = false;
  #timer: Timer | null = null;

  constructor(host: PersistHost, onRevoked: OnRevoked, maxKept = MAX_KEPT) {
    this.#host = host;
    this.#onRevoked = onRevoked;
    this.#maxKept = maxKept;
  }

  /** Begins to hear. Resolves when all that is stored is known, or there is too much of it. */
  async start(): Promise<void> {
    this.#hasBegun = true;
    const { revocations } = this.#host.transport;
    const onStored = (stored: StoredRevocation): void => this.#onStored(stored);
    this.#isOverfull = (await revocations.count()) > this.#maxKept;
    const watch = await revocations.watch(this.#isOverfull ? "now" : "start", onStored);
    if (this.#isStopped) {
      watch.close();
      return;
    }
    this.#watch = watch;
    if (!this.#isOverfull) return;
    for (const stored of await revocations.list("stamps", MAX_STAMP_REVOCATIONS)) this.#keep(stored);
    this.#countLater();
  }

  /** Hears nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#watch?.close();
    this.#watch = null;
  }

  of(message: TaskMessage): Revocation | null | Promise<Revocation | null> {
    const isKnown = !this.#isOverfull && this.#isCurrent;
    if (isKnown && this.#tasks.size === 0 && this.#stamps.size === 0) return null;
    return this.#kept(message) ?? (isKnown ? null : this.#lookUp(message));
  }

  /** What is revoked, as far as it is kept, the newest last: ids of tasks, then stamps. At most `limit` of each. */
  list(limit: number): string[] {
    this.#sweep(this.#tasks, this.#tasks.size);
    this.#sweep(this.#stamps, this.#stamps.size);
    const stamps = [...this.#stamps.values()].map(({ revocation }) => textOf(revocation.stamps ?? {}));
    return [...[...this.#tasks.keys()].slice(-limit), ...stamps.slice(-limit)];
  }

  // Nothing is delivered before it has begun.
  get #isCurrent(): boolean {
    return this.#watch?.isCurrent ?? !this.#hasBegun;
  }

  #kept({ id, canvas }: TaskMessage): Revocation | null {
    const now = this.#host.transport.now();
    const task = this.#tasks.get(id);
    if (task && task.endsAt > now) return task.revocation;
    if (this.#stamps.size === 0 || canvas === null) return null;
    for (const { revocation, endsAt } of this.#stamps.values())
      if (endsAt > now && meetsConditions(canvas.stamps, revocation.stamps ?? {})) return revocation;
    return null;
  }

  async #lookUp(message: TaskMessage): Promise<Revocation | null> {
    const { id, canvas } = message;
    const { revocations } = this.#host.transport;
    const ask = <T>(find: () => Promise<T>): Promise<T> =>
      persist(this.#host, `the look for a revocation of ${id}`, find);
    const body = await ask(() => revocations.find({ kind: "task", id }));
    if (body) return decodeRevocation(body);
    // Where nothing was missed, all of them are kept.
    const hasStamps = canvas !== null && Object.keys(canvas.stamps).length > 0;
    if (!hasStamps || this.#isCurrent) return null;
    for (const stored of await ask(() => revocations.list("stamps", MAX_STAMP_REVOCATIONS))) this.#keep(stored);
    return this.#kept(message);
  }

  #onStored(stored: StoredRevocation): void {
    const revocation = this.#keep(stored);
    if (revocation) this.#onRevoked(stored.key.kind === "task" ? stored.key.id : null, revocation);
  }

  #keep({ key, body, endsAt }: StoredRevocation): Revocation | null {
    const revocation = this.#decode(key, body);
    if (!revocation || endsAt <= this.#host.transport.now()) return null;
    const { kept, most } = this.#placeOf(key);
    if (kept === null) return revocation;
    kept.delete(key.id);
    kept.set(key.id, { revocation, endsAt });
    this.#sweep(kept, SWEPT_PER_ENTRY);
    if (kept.size > most) this.#overflow(key);
    return revocation;
  }

  #placeOf({ kind }: RevocationKey): { readonly kept: Map<string, Kept> | null; readonly most: number } {
    if (kind === "stamps") return { kept: this.#stamps, most: MAX_STAMP_REVOCATIONS };
    return { kept: this.#isOverfull ? null : this.#tasks, most: this.#maxKept };
  }

  // Ids are looked up from now on. Whoever stores stamps sees to it that there are not too many.
  #overflow({ kind }: RevocationKey): void {
    if (kind === "stamps") {
      const [oldest] = this.#stamps.keys();
      if (oldest !== undefined) this.#stamps.delete(oldest);
      return;
    }
    this.#host.logger.info({}, `more than ${this.#maxKept} tasks are revoked; each task is looked up from now on`);
    this.#isOverfull = true;
    this.#tasks.clear();
    this.#countLater();
  }

  // All live equally long, so that the first are those that end first.
  #sweep(kept: Map<string, Kept>, most: number): void {
    const now = this.#host.transport.now();
    let left = most;
    for (const [id, { endsAt }] of kept) {
      if (endsAt > now || left-- === 0) break;
      kept.delete(id);
    }
  }

  #countLater(): void {
    this.#timer?.cancel();
    this.#timer = this.#host.clock.after(COUNT_AGAIN_MS, () => void this.#countAgain());
  }

  // Some have ended since, perhaps.
  async #countAgain(): Promise<void> {
    const { transport, logger } = this.#host;
    try {
      if ((await transport.revocations.count()) > this.#maxKept) return this.#countLater();
      const former = this.#watch;
      this.#watch = null;
      former?.close();
      if (!this.#isStopped) await this.start();
    } catch (error) {
      logger.warn({ err: error }, "it could not be counted how many tasks are revoked");
      if (!this.#isStopped) this.#countLater();
    }
  }

  #decode(key: RevocationKey, body: Uint8Array): Revocation | null {
    try {
      return decodeRevocation(body);
    } catch (error) {
      this.#host.logger.warn({ err: error, ...key }, "a revocation could not be read and is ignored");
      return null;
    }
  }
}

function textOf(conditions: StampConditions): string {
  return Object.entries(conditions)
    .map(([header, values]) => `${header}=${values.join("|")}`)
    .join(" ");
}

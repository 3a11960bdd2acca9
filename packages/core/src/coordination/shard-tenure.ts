// One shard for as long as this process holds its lease: takes it, gives its log to an owner, and takes it again whenever it was
// lost.

import type { Timer } from "../platform/clock.ts";
import { deferred } from "../platform/deferred.ts";
import type { Shard } from "../transport/mailboxes.ts";
import { type OwnerPorts, ShardOwner } from "./shard-owner.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

/** The taking of one shard, and its ending. */
export class ShardTenure {
  readonly shard: number;
  readonly #ports: OwnerPorts;
  readonly #tried = deferred();
  readonly #ended = deferred();
  #owner: ShardOwner | null = null;
  #isEnding = false;
  #pauseMs = FIRST_PAUSE_MS;
  #wake: () => void = () => {};
  #retake: (reason: string) => void = () => {};

  constructor(shard: number, ports: OwnerPorts) {
    this.shard = shard;
    this.#ports = ports;
  }

  /** Whether the shard is in this process's hands now. */
  get isOwner(): boolean {
    return this.#owner !== null;
  }

  /** Begins. Resolves after the first try. */
  start(): Promise<void> {
    void this.#run().finally(this.#ended.resolve);
    return this.#tried.promise;
  }

  /** Takes the shard again. */
  retake(reason: string): void {
    this.#retake(reason);
  }

  /** Ends a pause before the next try. */
  hurry(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#wake();
  }

  /** Gives the shard up, when what is under way has come to its end, or after `patienceMs`. */
  async end(patienceMs: number): Promise<void> {
    this.#isEnding = true;
    this.#wake();
    const late = deferred();
    const limit = this.#ports.clock.after(patienceMs, () => late.resolve(), { keepAlive: true });
    if (this.#owner) await Promise.race([this.#owner.drain(), late.promise]);
    this.#retake("the shard is given up");
    await Promise.race([this.#ended.promise, late.promise]);
    limit.cancel();
  }

  async #run(): Promise<void> {
    while (!this.#isEnding) {
      const lost = deferred<string>();
      this.#retake = lost.resolve;
      const shard = await this.#take(lost.resolve);
      this.#tried.resolve();
      if (shard) {
        this.#tellLost(await lost.promise);
        this.#owner?.lose();
        this.#owner = null;
        await shard.release().catch(() => {});
      }
      if (!this.#isEnding) await this.#pause();
    }
  }

  async #take(onLost: (reason: string) => void): Promise<Shard | null> {
    const { transport, logger } = this.#ports;
    let owner: ShardOwner | null = null;
    try {
      const shard = await transport.mailboxes.take(this.shard, { onMail: (mail) => owner?.onMail(mail), onLost });
      if (!shard) return null;
      owner = new ShardOwner(shard, this.#ports, onLost);
      this.#owner = owner;
      this.#pauseMs = FIRST_PAUSE_MS;
      logger.debug(`shard ${this.shard} is taken`);
      return shard;
    } catch (error) {
      // Told once; a broker that is away is told by others.
      const tell = this.#pauseMs === FIRST_PAUSE_MS ? logger.warn : logger.debug;
      tell.call(logger, { err: error }, `shard ${this.shard} could not be taken; it is tried again`);
      return null;
    }
  }

  #tellLost(reason: string): void {
    if (!this.#isEnding) this.#ports.logger.info(`shard ${this.shard} is lost: ${reason}; it is taken again`);
  }

  #pause(): Promise<void> {
    const ms = this.#pauseMs;
    this.#pauseMs = Math.min(ms * 2, LONGEST_PAUSE_MS);
    return new Promise((resolve) => {
      const timer: Timer = this.#ports.clock.after(ms, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

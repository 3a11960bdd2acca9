// Which of its queues are paused, as one worker knows it: it reads what is stored when it starts, when it is told that something
// changed, when there is a connection again, and from time to time, since what is told may be lost.

import { PAUSES_TOPIC } from "../client/queues.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";

const LOOK_AGAIN_MS = 30_000;
const RETRY_MS = 2_000;

/** What it works with. */
export interface PauseHost {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** See the top of the file. */
export class PausedQueues {
  readonly #host: PauseHost;
  readonly #onChange: (queue: string, isPaused: boolean) => void;
  // Queues that the worker consumes, no others.
  readonly #queues: Set<string>;
  readonly #cleanups: (() => void)[] = [];
  #paused: Set<string> = new Set();
  #timer: Timer | null = null;
  #isReading = false;
  #isStale = false;
  #isStopped = false;

  /** @param onChange - Told of each of `queues` that is paused, or is not any more. */
  constructor(host: PauseHost, queues: readonly string[], onChange: (queue: string, isPaused: boolean) => void) {
    this.#host = host;
    this.#queues = new Set(queues);
    this.#onChange = onChange;
  }

  /** Those of the worker's queues that are paused. */
  get names(): readonly string[] {
    return [...this.#paused].sort();
  }

  /** Looks after one queue more. Resolves when it is known whether it is paused, or when that could not be read for now. */
  async add(queue: string): Promise<void> {
    this.#queues.add(queue);
    await this.#look();
  }

  /** Looks after a queue no longer. */
  drop(queue: string): void {
    this.#queues.delete(queue);
    this.#paused.delete(queue);
  }

  /** Begins. Resolves when it is known what is paused now. */
  async start(): Promise<void> {
    const { transport } = this.#host;
    this.#cleanups.push(await transport.broadcast.subscribe(PAUSES_TOPIC, () => void this.#look()));
    this.#cleanups.push(
      transport.onChange((change) => {
        if (change.type === "connected") void this.#look();
      }),
    );
    if (this.#isStopped) return this.stop();
    await this.#read();
    this.#lookIn(LOOK_AGAIN_MS);
  }

  /** Tells nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  // One at a time; what changes meanwhile is read afterwards.
  async #look(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isStale && !this.#isStopped) {
        this.#isStale = false;
        await this.#read();
      }
      this.#lookIn(LOOK_AGAIN_MS);
    } catch (error) {
      this.#host.logger.debug({ err: error }, "it could not be read which queues are paused; it is tried again");
      this.#lookIn(RETRY_MS);
    } finally {
      this.#isReading = false;
    }
  }

  async #read(): Promise<void> {
    const stored = await this.#host.transport.pauses.list();
    if (this.#isStopped) return;
    const before = this.#paused;
    const now = new Set(stored.map(({ queue }) => queue).filter((queue) => this.#queues.has(queue)));
    this.#paused = now;
    for (const queue of now) if (!before.has(queue)) this.#onChange(queue, true);
    for (const queue of before) if (!now.has(queue)) this.#onChange(queue, false);
  }

  #lookIn(delayMs: number): void {
    this.#timer?.cancel();
    if (!this.#isStopped) this.#timer = this.#host.clock.after(delayMs, () => void this.#look());
  }
}

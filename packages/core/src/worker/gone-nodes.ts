// Forgets nodes of broadcast queues that do not come back: what is sent to those queues would wait for them for ever. Each worker looks
// from time to time, and forgets a node that was missing every time for an hour.

import { isNodeQueue } from "../client/node-queue.ts";
import type { Clock, Timer } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";

const LOOK_MS = 600_000;
const LOOKS = 7;

/** What it works with. */
export interface GoneNodesHost {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** See the top of the file. */
export class GoneNodes {
  readonly #queues: readonly string[];
  readonly #host: GoneNodesHost;
  readonly #alive: () => ReadonlySet<string>;
  /** How often in a row each node's queue was missing; holds no more than there are queues. */
  #missed: ReadonlyMap<string, number> = new Map();
  #timer: Timer | null = null;
  #isStopped = false;

  /**
   * @param queues - The declared broadcast queues.
   * @param alive - Queues of the nodes that are there.
   */
  constructor(queues: readonly string[], host: GoneNodesHost, alive: () => ReadonlySet<string>) {
    this.#queues = queues;
    this.#host = host;
    this.#alive = alive;
  }

  /** Begins to look, where there is anything to look after. */
  start(): void {
    if (this.#queues.length === 0 || this.#isStopped) return;
    this.#timer = this.#host.clock.after(LOOK_MS, () => void this.#look());
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const { logger } = this.#host;
    try {
      await this.#forgetGone();
    } catch (error) {
      logger.debug({ err: error }, "it could not be seen which nodes of broadcast queues are gone; it is tried again");
    }
    this.start();
  }

  async #forgetGone(): Promise<void> {
    const { transport, logger } = this.#host;
    const names = await transport.tasks.names();
    const alive = this.#alive();
    const gone = names.filter((name) => !alive.has(name) && this.#queues.some((queue) => isNodeQueue(name, queue)));
    const before = this.#missed;
    const missed = new Map(gone.map((name) => [name, (before.get(name) ?? 0) + 1]));
    this.#missed = missed;
    for (const [name, times] of missed) {
      if (times < LOOKS || this.#isStopped) continue;
      await transport.tasks.forget(name);
      missed.delete(name);
      logger.info({ queue: name }, `queue ${name} is forgotten: its node has been gone for an hour`);
    }
  }
}

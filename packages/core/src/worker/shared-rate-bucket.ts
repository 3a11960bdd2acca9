// Starts of all workers together. Time is cut into windows by the broker's clock; each has some parts, and a part is the right to
// start some tasks within its window. Whoever stores the record of a part, create-only, has it (docs/adr/0018): no clocks are
// compared, nothing is counted, and a worker that is lost takes no more with it than a part of one window.

import type { Logger } from "../platform/logger.ts";
import type { Transport } from "../transport/transport.ts";
import type { RateBucket } from "./rate-bucket.ts";

/** What it works with. */
export interface SharedRatePorts {
  readonly transport: Transport;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Windows are no shorter: taking a part is a trip to the broker. */
const SHORTEST_WINDOW_MS = 50;
/** Parts of a window; where it has more starts than parts, a part is several. */
const MOST_PARTS = 8;

/** The windows of a rate. */
export interface RateWindows {
  readonly windowMs: number;
  /** Starts in each part of a window. */
  readonly parts: readonly number[];
}

/** Cuts time for a rate. */
export function rateWindows(perMs: number): RateWindows {
  const starts = Math.max(1, Math.ceil(perMs * SHORTEST_WINDOW_MS - 1e-9));
  const count = Math.min(starts, MOST_PARTS);
  const parts = Array.from({ length: count }, (_, part) => Math.floor((starts + part) / count));
  return { windowMs: starts / perMs, parts };
}

/** This worker's share of starts that are limited for all workers together. */
export class SharedRateBucket implements RateBucket {
  readonly intervalMs: number;
  readonly #name: string;
  readonly #ports: SharedRatePorts;
  readonly #windows: RateWindows;
  #window = -1;
  // Starts of a part that this worker has and did not use.
  #left = 0;
  #first = 0;
  #tried = 0;

  /** @param name - Of what is limited; the same in all workers. */
  constructor(name: string, perMs: number, ports: SharedRatePorts) {
    this.intervalMs = 1 / perMs;
    this.#windows = rateWindows(perMs);
    this.#name = `rate:${name}:${Math.round(this.#windows.windowMs * 1_000)}:${this.#windows.parts.length}`;
    this.#ports = ports;
  }

  waitMs(): number {
    this.#look();
    if (this.#left > 0 || this.#tried < this.#windows.parts.length) return 0;
    return Math.max(0, (this.#window + 1) * this.#windows.windowMs - this.#ports.transport.now());
  }

  take(): boolean | Promise<boolean> {
    this.#look();
    if (this.#left === 0) return this.#takePart();
    this.#left--;
    return true;
  }

  // What was left of the window before has ended with it.
  #look(): void {
    const window = Math.floor(this.#ports.transport.now() / this.#windows.windowMs);
    if (window === this.#window) return;
    const { parts } = this.#windows;
    this.#window = window;
    this.#left = 0;
    this.#tried = 0;
    // Workers begin with different parts, so that they do not all try for the same.
    this.#first = Math.floor(this.#ports.random() * parts.length);
  }

  async #takePart(): Promise<boolean> {
    const { parts } = this.#windows;
    for (let tries = 0; tries < parts.length; tries++) {
      this.#look();
      if (this.#tried === parts.length) return false;
      const window = this.#window;
      const part = (this.#first + this.#tried++) % parts.length;
      if (!(await this.#claim(`${this.#name}:${window}:${part}`))) continue;
      // The start that it was asked for follows at once; the others have to be within the window.
      this.#look();
      if (this.#window === window) this.#left += (parts[part] ?? 1) - 1;
      return true;
    }
    return false;
  }

  async #claim(name: string): Promise<boolean> {
    const { leases, records } = this.#ports.transport;
    try {
      if (this.#windows.windowMs * 2 <= leases.leaseMs) return await leases.take(name);
      return (await records.create({ kind: "claim", id: name, gen: 0 }, NOTHING)) === "created";
    } catch (error) {
      // It may be taken or not: nobody uses it.
      this.#ports.logger.debug({ err: error }, `the right to start ${name} could not be taken`);
      return false;
    }
  }
}

const NOTHING = new Uint8Array(0);
